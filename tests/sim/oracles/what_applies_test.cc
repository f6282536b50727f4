// Which runs a law says that it can judge: neither fewer nor more than those where it compares.
// covers: CONV-01 CONV-02 CONV-07
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "sim/oracles/oracle_set.h"

namespace dp::sim {
namespace {

WorldConfig two_devices() {
  WorldConfig config;
  config.seed = 7;
  config.devices.resize(2);
  return config;
}

// One world with every law attached from its first event.
class Judged {
 public:
  explicit Judged(const WorldConfig& config) : world_(config) { world_.attach(&oracles_); }
  ~Judged() { world_.detach(&oracles_); }
  Judged(const Judged&) = delete;
  Judged& operator=(const Judged&) = delete;

  World& world() { return world_; }
  ChatId chat() const { return world_.chat(0, 0); }

  void types(DeviceId device, std::string text) {
    world_.act(device, client::ChatOpened{chat()});
    world_.act(device, client::Edited{std::move(text)});
    world_.run_for(5 * kSecond);
  }
  void ends(const std::vector<DeviceId>& healed) {
    world_.heal(healed);
    const bool quiet = world_.quiesce();
    EXPECT_TRUE(quiet) << world_.pending();
    oracles_.conclude(world_, quiet);
    for (const Violation& violation : oracles_.violations()) {
      ADD_FAILURE() << violation.signature() << ": " << violation.seen;
    }
  }
  OracleTally of(std::string_view name) const {
    const auto tallies = oracles_.tallies();
    const auto found = std::ranges::find(tallies, name, &OracleTally::name);
    return found == tallies.end() ? OracleTally{} : *found;
  }

 private:
  World world_;
  OracleSet oracles_;
};

constexpr DeviceId kPhone{0};
constexpr DeviceId kLaptop{1};

TEST(WhatApplies, lost_text_is_looked_for_where_a_draft_was_saved) {
  Judged run(two_devices());
  run.types(kPhone, "noodles");
  run.ends({kPhone, kLaptop});
  EXPECT_TRUE(run.of("no_lost_text").applied);
  EXPECT_GT(run.of("no_lost_text").comparisons, 0U);
}

TEST(WhatApplies, a_chat_that_was_deleted_has_no_text_to_lose_and_no_draft_to_agree_about) {
  Judged run(two_devices());
  run.types(kPhone, "noodles");
  run.world().act(kPhone, client::SendPressed{});
  run.world().run_for(5 * kSecond);
  run.world().act(kPhone, client::ChatDeletePressed{run.chat()});
  run.world().run_for(5 * kSecond);
  run.ends({kPhone, kLaptop});
  for (const std::string_view name : {"no_lost_text", "convergence", "sent_is_gone"}) {
    EXPECT_FALSE(run.of(name).applied) << name;
    EXPECT_EQ(run.of(name).comparisons, 0U) << name;
  }
}

TEST(WhatApplies, a_save_that_went_with_its_device_is_nobodys_loss) {
  Judged run(two_devices());
  run.world().run_for(kSecond);
  run.world().set_online(kPhone, false);
  run.types(kPhone, "noodles");
  run.ends({kLaptop});
  EXPECT_FALSE(run.of("no_lost_text").applied);
}

TEST(WhatApplies, a_message_nobody_heard_of_leaves_the_draft_of_the_others) {
  Judged run(two_devices());
  run.types(kPhone, "noodles");
  run.world().set_online(kPhone, false);
  run.world().act(kPhone, client::SendPressed{});
  run.world().run_for(5 * kSecond);
  run.ends({kLaptop});
  EXPECT_FALSE(run.of("sent_is_gone").applied);
  EXPECT_EQ(draft::text_of(run.world().slots(kLaptop).front().local), "noodles");
}

TEST(WhatApplies, a_sent_text_is_looked_for_on_devices_and_in_the_database) {
  Judged run(two_devices());
  run.types(kPhone, "noodles");
  run.world().act(kPhone, client::SendPressed{});
  run.world().run_for(5 * kSecond);
  const std::uint64_t on_devices_alone = 2;
  run.types(kLaptop, "pizza");
  run.ends({kPhone, kLaptop});
  EXPECT_TRUE(run.of("sent_is_gone").applied);
  EXPECT_GT(run.of("sent_is_gone").comparisons, on_devices_alone);
}

class TooLong : public testing::Test {
 protected:
  static WorldConfig config() {
    WorldConfig config = two_devices();
    config.server.max_draft_chars = 2'000;
    for (DeviceConfig& device : config.devices) device.client.max_draft_chars = 2'000;
    return config;
  }
  static std::string long_text() { return std::string(5'000, 'x'); }
};

TEST_F(TooLong, a_text_that_waits_on_one_device_is_left_out_and_the_others_are_judged) {
  Judged run(config());
  run.types(kPhone, "noodles");
  run.types(kPhone, long_text());
  run.ends({kPhone, kLaptop});
  EXPECT_NE(draft::text_of(run.world().slots(kPhone).front().local), "noodles");
  EXPECT_EQ(draft::text_of(run.world().slots(kLaptop).front().local), "noodles");
  EXPECT_TRUE(run.of("convergence").applied);
  EXPECT_GT(run.of("convergence").comparisons, 0U);
}

TEST_F(TooLong, a_slot_that_was_too_long_once_is_judged_when_it_is_short_again) {
  Judged once(config());
  once.types(kPhone, long_text());
  once.types(kPhone, "noodles");
  once.ends({kPhone, kLaptop});
  Judged never(config());
  never.types(kPhone, "noodles");
  never.ends({kPhone, kLaptop});
  EXPECT_EQ(once.of("convergence").comparisons, never.of("convergence").comparisons);
}

}  // namespace
}  // namespace dp::sim
