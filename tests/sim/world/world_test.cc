#include "sim/world/world.h"

#include <gtest/gtest.h>

#include "core/server/database_table.h"
#include "sim/disk/disk.h"
#include "sim/tape/tape.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kA{0};
constexpr DeviceId kB{1};

TEST(World, a_saved_text_reaches_the_other_device_and_the_database) {
  World world(calm_world(2, CipherMode::real));
  const ChatId chat = world.chat(0, 0);
  type(world, kA, chat, "hello");
  world.run_for(5 * kSecond);
  EXPECT_EQ(text_in(world, kA, chat), "hello");
  EXPECT_EQ(text_in(world, kB, chat), "hello");
  ASSERT_EQ(world.database().drafts().size(), 1u);
  EXPECT_EQ(world.database().drafts().begin()->second.version, 1u);
  EXPECT_TRUE(world.quiesce()) << world.pending();
  EXPECT_EQ(world.pending(), "");
  EXPECT_EQ(world.phase(), Phase::quiet);
}

TEST(World, an_unfinished_pause_is_pending_in_words) {
  World world(calm_world(1));
  type(world, kA, world.chat(0, 0), "hello");
  EXPECT_NE(world.pending().find("d0"), std::string::npos) << world.pending();
}

TEST(World, a_restart_that_is_called_off_does_not_come) {
  WorldConfig config = calm_world(1);
  config.faults[FaultKind::device_crash] = 1'000'000;
  World world(config);
  type(world, kA, world.chat(0, 0), "hello");
  world.run_for(2 * kSecond);
  while (world.power(kA) != PowerState::off) world.run_for(kMillisecond);
  EXPECT_TRUE(world.call_off_restart(kA));
  EXPECT_FALSE(world.call_off_restart(kA)) << "there is none any more";
  world.run_for(kHour);
  EXPECT_EQ(world.power(kA), PowerState::off);
  EXPECT_TRUE(world.power_on(kA));
}

TEST(World, a_run_of_too_many_steps_is_said_to_make_no_progress) {
  WorldConfig config = calm_world(1);
  config.steps_max = 100;
  World world(config);
  world.run_for(kHour);  // pings
  EXPECT_FALSE(world.quiesce());
  EXPECT_NE(world.pending().find("no progress"), std::string::npos) << world.pending();
}

TEST(World, a_copy_is_a_snapshot_that_goes_its_own_way) {
  World world(calm_world(2));
  const ChatId chat = world.chat(0, 0);
  type(world, kA, chat, "one");
  world.run_for(kSecond);
  World copy = world;
  EXPECT_EQ(copy.digest(), world.digest());
  world.run_for(5 * kSecond);
  EXPECT_EQ(text_in(copy, kB, chat), "");
  copy.run_for(5 * kSecond);
  EXPECT_EQ(copy.digest(), world.digest());
  type(copy, kB, chat, "two");
  copy.run_for(5 * kSecond);
  EXPECT_NE(copy.digest(), world.digest());
  EXPECT_EQ(text_in(world, kA, chat), "one");
  EXPECT_EQ(text_in(copy, kA, chat), "two");
}

TEST(World, a_copy_has_no_observers) {
  World world(calm_world(1));
  Observed seen;
  world.attach(&seen);
  World copy = world;
  copy.run_for(kSecond);
  EXPECT_TRUE(seen.events.empty());
  world.run_for(kSecond);
  EXPECT_FALSE(seen.events.empty());
}

TEST(World, observers_and_the_recorded_trace_see_the_same_events) {
  WorldConfig config = calm_world(2);
  config.keep_trace = true;
  World world(config);
  Observed seen;
  world.attach(&seen);
  type(world, kA, world.chat(0, 0), "hello");
  world.run_for(10 * kSecond);
  EXPECT_EQ(seen.events, world.trace());
  EXPECT_EQ(seen.events.size(), world.events());
  Digest digest;
  for (const RecordedEvent& event : seen.events) digest.include(view_of(event));
  EXPECT_EQ(digest.value(), world.digest());
}

TEST(World, a_person_at_a_dead_device_does_nothing) {
  World world(calm_world(1));
  world.run_for(kSecond);
  EXPECT_TRUE(world.crash(kA));
  const std::uint64_t events = world.events();
  EXPECT_FALSE(world.act(kA, client::Edited{"x"}));
  EXPECT_EQ(world.events(), events);
  EXPECT_FALSE(world.crash(kA));
  EXPECT_TRUE(world.power_on(kA));
}

TEST(World, completion_events_cannot_be_made_up) {
  World world(calm_world(1));
  world.run_for(kSecond);
  EXPECT_FALSE(world.act(kA, client::TimerFired{}));
  EXPECT_FALSE(world.act(kA, client::StoreWritten{WriteId{1}, true}));
  EXPECT_FALSE(world.act(kA, client::FrameArrived{ConnEpoch{1}, "{}"}));
}

TEST(World, names_are_functions_of_the_seed) {
  WorldConfig config = calm_world(1);
  const World a(config);
  const World b(config);
  config.seed = 43;
  const World c(config);
  EXPECT_EQ(a.chat(0, 1), b.chat(0, 1));
  EXPECT_NE(a.chat(0, 1), a.chat(0, 2));
  EXPECT_NE(a.chat(0, 1), c.chat(0, 1));
  EXPECT_NE(a.account_id(0), c.account_id(0));
}

TEST(World, run_until_stops_where_it_was_told) {
  World world(calm_world(1));
  world.run_until(3 * kSecond + 7);
  EXPECT_EQ(world.now_us(), 3 * kSecond + 7);
  const ChatId chat = world.chat(0, 0);
  type(world, kA, chat, "x");
  const Micros typed_us = world.now_us();
  EXPECT_TRUE(world.run_until([&](const World& now) { return text_in(now, kA, chat) == "x"; },
                              typed_us + 10 * kSecond));
  EXPECT_GE(world.now_us(), typed_us + 1'200 * kMillisecond);
  EXPECT_FALSE(world.run_until([](const World&) { return false; }, world.now_us() + kSecond));
}

TEST(World, a_new_device_in_the_middle_learns_everything) {
  World world(calm_world(1));
  const ChatId chat = world.chat(0, 0);
  type(world, kA, chat, "hello");
  world.run_for(5 * kSecond);
  const DeviceId fresh = world.add_device(DeviceConfig{});
  world.run_for(5 * kSecond);
  EXPECT_EQ(text_in(world, fresh, chat), "hello");
}

TEST(World, devices_left_out_of_the_core_are_gone_for_good) {
  World world(calm_world(2));
  world.run_for(kSecond);
  world.heal({kA});
  EXPECT_TRUE(world.quiesce()) << world.pending();
  EXPECT_TRUE(world.is_healed(kA));
  EXPECT_FALSE(world.is_healed(kB));
  EXPECT_FALSE(world.power_on(kB));
}

TEST(World, healing_ends_what_was_set_by_hand) {
  World world(calm_world(2));
  const ChatId chat = world.chat(0, 0);
  world.run_for(kSecond);
  world.set_online(kB, false);
  world.set_partition(kA, true, false);
  world.set_disk_full(kA, true);
  world.set_cache_available(false);
  world.set_database_available(false);
  world.hold_jobs(true);
  type(world, kA, chat, "hello");
  world.run_for(5 * kSecond);
  EXPECT_EQ(text_in(world, kB, chat), "");
  world.heal();
  EXPECT_TRUE(world.quiesce()) << world.pending();
  EXPECT_EQ(text_in(world, kA, chat), "hello");
  EXPECT_EQ(text_in(world, kB, chat), "hello");
}

TEST(World, accounts_do_not_see_each_other) {
  WorldConfig config = calm_world(2);
  config.accounts.assign(2, AccountConfig{});
  config.devices[1].account = 1;
  World world(config);
  type(world, kA, world.chat(0, 0), "hello");
  world.run_for(5 * kSecond);
  EXPECT_EQ(world.slots(kA).size(), 1u);
  EXPECT_TRUE(world.slots(kB).empty());
}

TEST(World, both_dialects_and_both_suites_live_in_one_world) {
  WorldConfig config = calm_world(4, CipherMode::real);
  config.accounts.assign(2, AccountConfig{});
  config.accounts[0].suite = crypto::Suite::aes256_gcm;
  config.accounts[1].dialect = Dialect::field;
  config.devices[2].account = 1;
  config.devices[3].account = 1;
  World world(config);
  const ChatId sealed = world.chat(0, 0);
  const ChatId field = world.chat(1, 0);
  type(world, {0}, sealed, "sealed text");
  type(world, {2}, field, "field text");
  world.run_for(5 * kSecond);
  EXPECT_EQ(text_in(world, {1}, sealed), "sealed text");
  EXPECT_EQ(text_in(world, {3}, field), "field text");
  EXPECT_NE(world.client({0}), nullptr);
  EXPECT_EQ(world.client({2}), nullptr);
  EXPECT_NE(world.field_client({2}), nullptr);
}

TEST(World, a_device_crashes_between_two_effects_of_one_step) {
  World world(calm_world(1));
  Observed seen;
  world.attach(&seen);
  const ChatId chat = world.chat(0, 0);
  world.run_for(kSecond);
  type(world, kA, chat, "hello");
  world.crash_after_effects(kA, 0);
  world.run_for(5 * kSecond);
  ASSERT_EQ(seen.count(EventKind::crash), 1u);
  EXPECT_EQ(seen.of(EventKind::crash)[0].number, 0u);
  EXPECT_GE(seen.of(EventKind::crash)[0].other, 1u);
  EXPECT_EQ(world.power(kA), PowerState::off);
}

TEST(World, a_crash_between_write_and_sync_may_lose_the_write) {
  for (const bool lose : {false, true}) {
    World world(calm_world(1));
    const ChatId chat = world.chat(0, 0);
    world.run_for(kSecond);
    world.set_write_delay(kA, 10 * kSecond);
    world.lose_unsynced_on_crash(kA, lose, false);
    type(world, kA, chat, "hello");
    world.run_for(2 * kSecond);
    const std::size_t cached = world.disk(kA).cached_puts();
    ASSERT_GT(cached, 0u);
    const std::size_t before = world.disk(kA).durable().size();
    world.crash(kA);
    EXPECT_EQ(world.disk(kA).cached_puts(), 0u);
    EXPECT_LE(world.disk(kA).durable().size(), before + cached);
    const std::size_t after = world.disk(kA).durable().size();
    if (lose) {
      EXPECT_LT(after, before + cached);
    } else {
      EXPECT_GT(after, before);
    }
  }
}

TEST(World, zero_is_the_mildest_answer_of_every_decision) {
  WorldConfig config = calm_world(2);
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    if (!is_timed(static_cast<FaultKind>(i))) config.faults.intensity[i] = 1'000'000;
  }
  World tempted(config);
  World calm(calm_world(2));
  for (World* world : {&tempted, &calm}) {
    world->tape().answer_zero_without_override(true);
    type(*world, kA, world->chat(0, 0), "hello");
    world->run_for(5 * kSecond);
    EXPECT_TRUE(world->tape().log().empty());
    EXPECT_EQ(text_in(*world, kB, world->chat(0, 0)), "hello");
  }
  EXPECT_GT(tempted.tape().decisions(), calm.tape().decisions());
  EXPECT_EQ(tempted.digest(), calm.digest());
}

}  // namespace
}  // namespace dp::sim
