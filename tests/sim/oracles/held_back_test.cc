// What a law leaves out because a device keeps its draft at home.
// covers: CONV-07 R48
#include "sim/oracles/held_back.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/oracles/oracle_set.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};

// The server goes back to before a message that only the phone knows of; then the phone's person
// types `text`. What sent_is_gone says while the server holds the old words as a draft again.
std::size_t red_after(const std::string& text, bool online_again) {
  World world(calm_world(1));
  OracleSet laws;
  world.attach(&laws);
  type(world, kPhone, world.chat(0, 0), "noodles");
  world.run_for(5 * kSecond);
  world.backup_database();
  world.act(kPhone, client::SendPressed{});
  world.run_for(5 * kSecond);
  world.set_online(kPhone, false);
  world.restore_backup();
  world.act(kPhone, client::Edited{text});
  world.run_for(5 * kSecond);
  if (online_again) world.set_online(kPhone, true);
  world.run_for(5 * kSecond);
  world.heal({kPhone});
  laws.conclude(world, true);
  world.detach(&laws);
  const auto red = laws.violations();
  return static_cast<std::size_t>(std::ranges::count(red, "sent_is_gone", &Violation::oracle));
}

TEST(HeldBack, a_sent_text_that_only_its_device_knows_of_is_red_while_the_draft_could_travel) {
  EXPECT_EQ(red_after("soup", false), 1u);
}

TEST(HeldBack, a_sent_text_whose_device_keeps_too_long_a_draft_at_home_is_left_out) {
  EXPECT_EQ(red_after(std::string(200'000, 'x'), true), 0u);
}

TEST(HeldBack, a_device_counts_for_its_slot_from_the_notice_on) {
  World world(calm_world(2));
  HeldBack held;
  TraceEvent event;
  event.kind = EventKind::notice;
  event.node = node_of(kPhone);
  const std::string chat = world.chat(0, 0).text();
  event.bytes = chat;
  event.number = static_cast<std::uint64_t>(client::NoticeKind::conflict_kept_copy);
  held.observe(event, world);
  EXPECT_FALSE(held.is_said({0, world.chat(0, 0)}, kPhone));
  event.number = static_cast<std::uint64_t>(client::NoticeKind::not_synced_too_long);
  held.observe(event, world);
  EXPECT_TRUE(held.is_said({0, world.chat(0, 0)}, kPhone));
  EXPECT_FALSE(held.is_said({0, world.chat(0, 0)}, DeviceId{1}));
  EXPECT_FALSE(held.is_said({0, world.chat(0, 1)}, kPhone));
}

}  // namespace
}  // namespace dp::sim
