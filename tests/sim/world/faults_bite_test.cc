// Every action that stands for a fault is shown changing what somebody can observe.
#include <gtest/gtest.h>

#include "core/server/database_table.h"
#include "sim/disk/disk.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kA{0};
constexpr DeviceId kB{1};

struct Pair {
  explicit Pair(WorldConfig config = calm_world(2)) : world(std::move(config)) {
    world.attach(&seen);
    chat = world.chat(0, 0);
    world.run_for(2 * kSecond);
  }
  void save(DeviceId device, std::string text) {
    type(world, device, chat, std::move(text));
    world.run_for(3 * kSecond);
  }
  World world;
  Observed seen;
  ChatId chat;
};

// ---- network ------------------------------------------------------------------------------------

TEST(NetworkFault, an_offline_device_hears_nothing_until_it_is_back) {
  Pair pair;
  pair.world.set_online(kB, false);
  pair.save(kA, "hello");
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "");
  pair.world.set_online(kB, true);
  pair.world.run_for(5 * kSecond);
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "hello");
}

TEST(NetworkFault, a_broken_connection_loses_what_was_under_way) {
  Pair pair;
  pair.save(kA, "hello");
  type(pair.world, kA, pair.chat, "again");
  ASSERT_TRUE(pair.world.run_until(
      [&](const World&) { return pair.seen.count(EventKind::frame_sent, "update_draft") == 2; },
      pair.world.now_us() + 5 * kSecond));
  pair.world.disconnect(kA);
  EXPECT_GE(pair.seen.count(EventKind::frame_lost, "disconnect"), 1u);
  pair.world.run_for(kSecond);
  EXPECT_EQ(pair.seen.count(EventKind::conn_closed, "lost"), 2u);
}

TEST(NetworkFault, a_partition_holds_one_direction_and_keeps_the_order) {
  Pair pair;
  pair.world.set_partition(kB, false, true);
  pair.save(kA, "one");
  pair.save(kA, "two");
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "");
  pair.world.set_partition(kB, false, false);
  pair.world.run_for(kSecond);
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "two");
  pair.world.set_partition(kA, true, false);
  pair.save(kA, "three");
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "two");
}

TEST(NetworkFault, a_half_open_connection_is_found_out_by_silence) {
  Pair pair;
  const std::size_t closed = pair.seen.count(EventKind::conn_closed);
  pair.world.set_half_open(kA, true);
  pair.world.run_for(2 * kSecond);
  EXPECT_EQ(pair.seen.count(EventKind::conn_closed), closed);
  pair.world.run_for(2 * kMinute);
  EXPECT_GT(pair.seen.count(EventKind::conn_closed), closed);
}

TEST(NetworkFault, a_slow_reader_gets_its_frames_late) {
  Pair pair;
  pair.world.set_slow_reader(kB, true);
  pair.save(kA, "one");
  pair.save(kA, "two");
  pair.save(kA, "three");
  EXPECT_NE(text_in(pair.world, kB, pair.chat), "three");
  pair.world.run_for(30 * kSecond);
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "three");
}

TEST(NetworkFault, a_refused_device_cannot_connect) {
  Pair pair;
  pair.world.set_refusing(kA, true);
  pair.world.disconnect(kA);
  pair.world.run_for(10 * kSecond);
  EXPECT_GE(pair.seen.count(EventKind::conn_failed, "refused"), 1u);
}

TEST(NetworkFault, a_receipt_is_lost_with_its_connection) {
  Pair pair;
  pair.world.cut_at(kA, Direction::down, "draft_update_receipt");
  pair.save(kA, "hello");
  EXPECT_EQ(pair.seen.count(EventKind::frame_came, "draft_update_receipt"), 0u);
  EXPECT_EQ(pair.seen.count(EventKind::frame_lost, "cut"), 1u);
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "hello");
}

TEST(NetworkFault, a_bad_token_closes_with_1008_and_an_absent_authority_with_1011) {
  for (const auto& [verdict, code] :
       {std::pair{AuthVerdict::invalid, 1008u}, std::pair{AuthVerdict::unavailable, 1011u}}) {
    Pair pair;
    pair.world.set_auth(0, verdict);
    pair.world.disconnect(kA);
    pair.world.run_for(10 * kSecond);
    bool found = false;
    for (const RecordedEvent& event : pair.seen.of(EventKind::conn_closed)) {
      found = found || (event.node == node_of(kA) && event.number > 0 && event.other == code);
    }
    EXPECT_TRUE(found) << code;
  }
}

TEST(NetworkFault, forged_and_rewritten_frames_arrive_as_told) {
  Pair pair;
  EXPECT_TRUE(pair.world.forge(kA, "not json"));
  pair.world.run_for(kSecond);
  EXPECT_EQ(pair.seen.count(EventKind::frame_forged), 1u);
  EXPECT_EQ(pair.seen.count(EventKind::notice, ""), pair.seen.count(EventKind::notice));
  pair.world.set_rewrite(kB, Direction::down,
                         [](std::string_view) { return std::vector<std::string>{}; });
  pair.save(kA, "hello");
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "");
  EXPECT_GE(pair.seen.count(EventKind::frame_lost, "rewritten"), 1u);
  // Whoever was lied to learns the truth with the next connection, which healing brings about.
  pair.world.heal();
  EXPECT_TRUE(pair.world.quiesce()) << pair.world.pending();
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "hello");
}

TEST(NetworkFault, each_hostile_kind_changes_what_arrives) {
  struct Case {
    HostileProfile profile;
    FaultKind kind;
  };
  const Case cases[] = {
      {{.reorder_ppm = 500'000}, FaultKind::frame_reordered},
      {{.duplicate_ppm = 500'000}, FaultKind::frame_duplicated},
      {{.drop_ppm = 500'000}, FaultKind::frame_dropped},
      {{.corrupt_ppm = 500'000}, FaultKind::frame_corrupted},
      {{.replay_ppm = 500'000}, FaultKind::frame_replayed},
  };
  for (const Case& one : cases) {
    Pair pair;
    pair.world.set_hostile(kA, one.profile);
    pair.world.set_hostile(kB, one.profile);
    for (int i = 0; i < 8; ++i) {
      type(pair.world, i % 2 == 0 ? kA : kB, pair.chat, "text " + std::to_string(i));
      pair.world.run_for(1'300 * kMillisecond);
    }
    const FaultCount& count = pair.world.fault_counts()[static_cast<std::size_t>(one.kind)];
    EXPECT_GT(count.had_effect, 0u) << name(one.kind);
    pair.world.heal();
    EXPECT_TRUE(pair.world.quiesce()) << name(one.kind) << ": " << pair.world.pending();
  }
}

// ---- devices and disks --------------------------------------------------------------------------

TEST(DeviceFault, a_paused_process_gets_everything_later_in_order) {
  Pair pair;
  EXPECT_TRUE(pair.world.set_power(kB, PowerState::paused));
  pair.save(kA, "hello");
  EXPECT_FALSE(pair.world.act(kB, client::Edited{"x"}));
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "");
  pair.world.set_power(kB, PowerState::running);
  pair.world.run_for(kSecond);
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "hello");
}

TEST(DeviceFault, a_slow_cipher_delays_the_save) {
  Pair pair;
  pair.world.set_seal_delay(kA, 10 * kSecond);
  pair.save(kA, "hello");
  EXPECT_EQ(pair.seen.count(EventKind::frame_sent, "update_draft"), 0u);
  pair.world.run_for(30 * kSecond);
  EXPECT_EQ(pair.seen.count(EventKind::frame_sent, "update_draft"), 1u);
}

TEST(DeviceFault, a_logged_out_device_saves_nothing_until_the_key_is_back) {
  Pair pair;
  EXPECT_TRUE(pair.world.logout(kA));
  pair.save(kA, "hello");
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "");
  EXPECT_TRUE(pair.world.login(kA));
  pair.world.run_for(10 * kSecond);
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "hello");
}

TEST(DeviceFault, a_cloned_store_opens_on_the_other_device) {
  Pair pair;
  pair.world.set_online(kB, false);
  pair.save(kA, "hello");
  EXPECT_TRUE(pair.world.clone_store(kA, kB));
  pair.world.run_for(100 * kMillisecond);
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "hello");
  EXPECT_EQ(pair.seen.count(EventKind::store_changed, "cloned"), 1u);
}

TEST(DeviceFault, a_restored_store_is_the_older_one_and_a_wiped_one_is_empty) {
  Pair pair;
  pair.save(kA, "old");
  pair.world.set_online(kA, false);
  pair.world.snapshot_store(kA);
  pair.save(kA, "new");
  EXPECT_TRUE(pair.world.restore_store(kA));
  pair.world.run_for(100 * kMillisecond);
  EXPECT_EQ(text_in(pair.world, kA, pair.chat), "old");
  EXPECT_FALSE(pair.world.restore_store(kB));
  EXPECT_TRUE(pair.world.wipe_store(kA));
  pair.world.run_for(100 * kMillisecond);
  EXPECT_EQ(text_in(pair.world, kA, pair.chat), "");
}

TEST(DiskFault, failed_and_full_writes_are_told) {
  Pair pair;
  pair.world.set_disk_full(kA, true);
  pair.save(kA, "hello");
  EXPECT_GE(pair.seen.count(EventKind::store_failed, "disk full"), 1u);
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "");
  pair.world.set_disk_full(kA, false);
  pair.world.run_for(2 * kMinute);
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "hello");
  pair.world.fail_writes(kA, 1);
  pair.save(kA, "hello again");
  EXPECT_EQ(pair.seen.count(EventKind::store_failed, "write failed"), 1u);
}

TEST(DiskFault, a_slow_disk_delays_the_network_step) {
  Pair pair;
  pair.world.set_write_delay(kA, 20 * kSecond);
  pair.save(kA, "hello");
  EXPECT_EQ(pair.seen.count(EventKind::frame_sent, "update_draft"), 0u);
}

TEST(DiskFault, a_torn_row_is_shorter) {
  WorldConfig config = calm_world(1);
  Pair pair(config);
  pair.save(kA, "hello");
  pair.world.set_write_delay(kA, 20 * kSecond);
  pair.world.lose_unsynced_on_crash(kA, false, true);
  pair.save(kA, "hello again");
  ASSERT_GT(pair.world.disk(kA).cached_puts(), 0u);
  pair.world.crash(kA);
  EXPECT_EQ(pair.seen.count(EventKind::store_changed, "torn"), 1u);
  const FaultCounts& counts = pair.world.fault_counts();
  EXPECT_EQ(counts[static_cast<std::size_t>(FaultKind::torn_write)].had_effect, 1u);
}

TEST(DiskFault, a_rotten_bit_is_noticed_at_the_next_boot) {
  Pair pair;
  pair.save(kA, "hello");
  const std::size_t rows = pair.world.disk(kA).durable().size();
  for (std::size_t row = 0; row < rows; ++row) EXPECT_TRUE(pair.world.rot(kA, row, 8 * 150));
  pair.world.crash(kA);
  pair.world.power_on(kA);
  pair.world.run_for(kSecond);
  EXPECT_GE(pair.seen.count(EventKind::notice), 1u);
}

// ---- clocks -------------------------------------------------------------------------------------

TEST(ClockFault, jumps_drift_and_suspension_reach_the_device) {
  Pair pair;
  const Now before = pair.world.device_now(kA);
  pair.world.jump_wall(kA, -kDay);
  EXPECT_EQ(pair.world.device_now(kA).wall_us, before.wall_us - kDay);
  EXPECT_EQ(pair.world.device_now(kA).monotonic_us, before.monotonic_us);
  pair.world.set_drift(kA, 500'000);
  pair.world.run_for(10 * kSecond);
  EXPECT_EQ(pair.world.device_now(kA).monotonic_us, before.monotonic_us + 15 * kSecond);
  pair.world.set_power(kA, PowerState::suspended);
  pair.world.run_for(kHour);
  EXPECT_EQ(pair.world.device_now(kA).monotonic_us, before.monotonic_us + 15 * kSecond);
  pair.world.set_power(kA, PowerState::running);
  pair.world.run_for(10 * kSecond);
  EXPECT_EQ(pair.world.device_now(kA).monotonic_us, before.monotonic_us + 30 * kSecond);
}

TEST(ClockFault, a_fast_clock_ends_the_pause_earlier) {
  Pair pair;
  pair.world.set_drift(kA, 500'000);
  type(pair.world, kA, pair.chat, "hello");
  const Micros typed_us = pair.world.now_us();
  ASSERT_TRUE(
      pair.world.run_until([&](const World&) { return pair.seen.count(EventKind::seal_turn) > 0; },
                           typed_us + 5 * kSecond));
  EXPECT_EQ(pair.world.now_us() - typed_us, 800 * kMillisecond);
}

TEST(ClockFault, a_moved_wall_clock_counts_once_a_boot_reads_a_store_by_it) {
  for (const bool restarts : {false, true}) {
    WorldConfig config = calm_world(1);
    config.faults[FaultKind::clock_jump_back] = 3;
    config.fault_phase_us = 10 * kSecond;
    World world(config);
    type(world, kA, world.chat(0, 0), "kept");
    world.run_until(12 * kSecond);
    const auto count = [&] {
      return world.fault_counts()[static_cast<std::size_t>(FaultKind::clock_jump_back)];
    };
    EXPECT_EQ(count().fired, 3u);
    EXPECT_EQ(count().had_effect, 0u) << "nobody asked the clock";
    if (!restarts) continue;
    world.crash(kA);
    world.power_on(kA);
    world.run_for(kSecond);
    EXPECT_EQ(count().had_effect, 3u);
  }
}

TEST(DeviceFault, a_world_is_quiet_while_a_device_is_frozen_with_frames_waiting) {
  for (const PowerState state : {PowerState::paused, PowerState::suspended}) {
    Pair pair;
    pair.world.set_power(kB, state);
    pair.save(kA, "hello");
    EXPECT_TRUE(pair.world.quiesce()) << pair.world.pending();
    EXPECT_EQ(text_in(pair.world, kB, pair.chat), "");
    pair.world.set_power(kB, PowerState::running);
    EXPECT_TRUE(pair.world.quiesce()) << pair.world.pending();
    EXPECT_EQ(text_in(pair.world, kB, pair.chat), "hello");
  }
}

// ---- the server ---------------------------------------------------------------------------------

TEST(ServerFault, a_write_under_way_lands_after_its_process_died) {
  Pair pair;
  pair.save(kA, "one");
  pair.world.set_database_latency(3 * kSecond, 3 * kSecond);
  type(pair.world, kA, pair.chat, "two");
  const std::size_t before = pair.seen.count(EventKind::db_applied, "write_draft");
  ASSERT_TRUE(pair.world.run_until(
      [&](const World&) {
        return pair.seen.of(EventKind::db_asked, "write_draft").size() > before &&
               pair.world.queued_jobs() == 0;
      },
      pair.world.now_us() + 20 * kSecond));
  EXPECT_EQ(pair.seen.count(EventKind::db_applied, "write_draft"), before);
  pair.world.crash_server();
  pair.world.start_server();
  pair.world.run_for(10 * kSecond);
  EXPECT_EQ(pair.seen.count(EventKind::db_applied, "write_draft"), before + 1);
  pair.world.heal();
  EXPECT_TRUE(pair.world.quiesce()) << pair.world.pending();
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "two");
}

TEST(ServerFault, a_crash_loses_the_queue_and_a_restart_finds_the_table) {
  Pair pair;
  pair.save(kA, "durable");
  pair.world.hold_jobs(true);
  pair.save(kA, "only in memory");
  ASSERT_GT(pair.world.queued_jobs(), 0u);
  EXPECT_TRUE(pair.world.crash_server());
  EXPECT_EQ(pair.world.queued_jobs(), 0u);
  EXPECT_GE(pair.seen.count(EventKind::job_lost), 1u);
  EXPECT_EQ(pair.world.server(), nullptr);
  EXPECT_EQ(pair.world.database().drafts().begin()->second.version, 1u);
  EXPECT_TRUE(pair.world.start_server());
  EXPECT_NE(pair.world.server(), nullptr);
}

TEST(ServerFault, a_graceful_stop_flushes_first) {
  Pair pair;
  type(pair.world, kA, pair.chat, "hello");
  ASSERT_TRUE(pair.world.run_until(
      [&](const World&) { return pair.seen.count(EventKind::job_queued) == 1; },
      pair.world.now_us() + 5 * kSecond));
  EXPECT_TRUE(pair.world.database().drafts().empty());
  EXPECT_TRUE(pair.world.stop_server());
  pair.world.run_for(10 * kSecond);
  EXPECT_FALSE(pair.world.server_running());
  EXPECT_EQ(pair.world.database().drafts().size(), 1u);
}

TEST(ServerFault, a_crash_falls_between_two_effects) {
  Pair pair;
  pair.world.crash_server_after_effects(0);
  pair.save(kA, "hello");
  EXPECT_FALSE(pair.world.server_running());
  ASSERT_EQ(pair.seen.count(EventKind::crash), 1u);
  EXPECT_EQ(pair.seen.of(EventKind::crash)[0].number, 0u);
}

TEST(ServerFault, evicting_and_hollowing_change_the_cache) {
  Pair pair;
  pair.save(kA, "hello");
  const server::SlotKey slot{pair.world.account_id(0), pair.chat};
  const auto before = pair.world.server()->slots();
  pair.world.hollow(slot);
  const auto hollowed = pair.world.server()->slots();
  EXPECT_NE(hollowed, before);
  pair.world.evict(slot, true, true);
  EXPECT_NE(pair.world.server()->slots(), hollowed);
}

TEST(ServerFault, an_unavailable_cache_or_database_is_an_answer_not_a_silence) {
  Pair pair;
  pair.world.set_cache_available(false);
  pair.save(kA, "hello");
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "");
  EXPECT_GE(pair.seen.count(EventKind::frame_came, "error"), 1u);
  pair.world.set_cache_available(true);
  pair.world.set_database_available(false);
  pair.world.run_for(20 * kSecond);
  EXPECT_GE(pair.seen.count(EventKind::db_answered, "request_failed"), 1u);
  pair.world.heal();
  EXPECT_TRUE(pair.world.quiesce()) << pair.world.pending();
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "hello");
}

TEST(ServerFault, a_slow_database_answers_late) {
  Pair pair;
  pair.world.set_database_latency(5 * kSecond, 5 * kSecond);
  pair.save(kA, "hello");
  EXPECT_EQ(pair.seen.count(EventKind::frame_came, "draft_update_receipt"), 0u);
  pair.world.run_for(30 * kSecond);
  EXPECT_GE(pair.seen.count(EventKind::frame_came, "draft_update_receipt"), 1u);
}

TEST(ServerFault, held_jobs_can_be_reversed_doubled_and_lost) {
  Pair pair;
  pair.world.hold_jobs(true);
  pair.world.duplicate_jobs(true);
  pair.save(kA, "one");
  pair.save(kA, "two");
  EXPECT_EQ(pair.world.queued_jobs() % 2, 0u);
  EXPECT_GE(pair.world.queued_jobs(), 4u);
  pair.world.reverse_held_jobs();
  pair.world.hold_jobs(false);
  pair.world.run_for(kSecond);
  const auto applied = pair.seen.of(EventKind::db_applied, "write_draft");
  ASSERT_GE(applied.size(), 4u);
  EXPECT_EQ(pair.world.database().drafts().begin()->second.version, 2u);
  pair.world.duplicate_jobs(false);
  pair.world.hold_jobs(true);
  pair.save(kA, "three");
  pair.world.run_for(kSecond);
  pair.world.lose_held_jobs();
  EXPECT_EQ(pair.world.queued_jobs(), 0u);
}

TEST(ServerFault, a_restored_backup_is_the_older_table) {
  Pair pair;
  pair.save(kA, "old");
  pair.world.run_for(kSecond);
  pair.world.backup_database();
  pair.save(kA, "new");
  pair.world.run_for(kSecond);
  EXPECT_EQ(pair.world.database().drafts().begin()->second.version, 2u);
  EXPECT_TRUE(pair.world.restore_backup());
  EXPECT_EQ(pair.world.database().drafts().begin()->second.version, 1u);
  pair.world.heal();
  EXPECT_TRUE(pair.world.quiesce()) << pair.world.pending();
  EXPECT_EQ(text_in(pair.world, kB, pair.chat), "new");
}

}  // namespace
}  // namespace dp::sim
