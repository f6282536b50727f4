// covers: SEC-46
#include "sim/oracles/locked_device.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};

// Tells the law of one more event of the phone, which no world made.
std::uint64_t violations_after(LockedDevice& law, const World& world, EventKind kind) {
  TraceEvent event;
  event.kind = kind;
  event.node = node_of(kPhone);
  law.observe(event, world);
  return law.violation_count();
}

TEST(LockedDevice, typing_while_logged_out_uses_no_key) {
  World world(calm_world(1));
  LockedDevice law;
  world.attach(&law);
  type(world, kPhone, world.chat(0, 0), "soup");
  world.run_for(5 * kSecond);
  EXPECT_FALSE(law.applies(world));
  world.logout(kPhone);
  world.act(kPhone, client::Edited{"noodles"});
  world.run_for(5 * kSecond);
  EXPECT_TRUE(law.applies(world));
  EXPECT_EQ(law.comparisons(), 1u);
  EXPECT_EQ(law.violation_count(), 0u);
  world.detach(&law);
}

TEST(LockedDevice, a_key_used_before_the_next_unlock_is_red) {
  World world(calm_world(1));
  LockedDevice law;
  world.attach(&law);
  world.run_for(5 * kSecond);
  EXPECT_EQ(violations_after(law, world, EventKind::cipher_seal), 0u);
  world.logout(kPhone);
  EXPECT_EQ(violations_after(law, world, EventKind::cipher_seal), 1u);
  EXPECT_EQ(violations_after(law, world, EventKind::cipher_open), 2u);
  world.login(kPhone);
  EXPECT_EQ(violations_after(law, world, EventKind::cipher_open), 2u);
  world.detach(&law);
}

}  // namespace
}  // namespace dp::sim
