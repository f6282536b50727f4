// Which rows landed late, and that devices are judged all the same where none did.
// covers: CONV-01
#include "sim/oracles/late_rows.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/server/database_table.h"
#include "sim/oracles/oracle_set.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};
constexpr DeviceId kLaptop{1};

server::DraftRow row_of(Version version) {
  server::DraftRow row;
  row.version = version;
  row.draft = "text";
  return row;
}

class LateRowsTest : public testing::Test {
 protected:
  void asked(const server::DraftRow& row) { database(EventKind::db_asked, row); }
  void applied(const server::DraftRow& row) { database(EventKind::db_applied, row); }
  void crash() { event(EventKind::crash, kServerNode); }
  void connected(DeviceId device) { event(EventKind::conn_opened, node_of(device)); }

  LateRows rows;

 private:
  void database(EventKind kind, const server::DraftRow& row) {
    server::Query query;
    query.request = server::WriteDraft{row};
    event(kind, kServerNode, &query);
  }
  void event(EventKind kind, NodeId node, Detail detail = {}) {
    TraceEvent one;
    one.sequence = ++sequence_;
    one.kind = kind;
    one.node = node;
    one.detail = detail;
    rows.observe(one);
  }
  std::uint64_t sequence_ = 0;
};

TEST_F(LateRowsTest, a_row_of_a_dead_process_is_unheard_by_who_was_connected_before_it_landed) {
  asked(row_of(2));
  crash();
  connected(kPhone);
  applied(row_of(2));
  EXPECT_TRUE(rows.is_unheard(row_of(2), kPhone));
  EXPECT_FALSE(rows.is_unheard(row_of(3), kPhone)) << "another row took its place";
  EXPECT_FALSE(rows.is_unheard(row_of(2), kLaptop)) << "it never connected";
}

TEST_F(LateRowsTest, who_connects_afterwards_has_asked) {
  asked(row_of(2));
  crash();
  connected(kPhone);
  applied(row_of(2));
  connected(kPhone);
  EXPECT_FALSE(rows.is_unheard(row_of(2), kPhone));
}

TEST_F(LateRowsTest, a_row_of_the_living_process_is_never_late) {
  connected(kPhone);
  asked(row_of(2));
  applied(row_of(2));
  EXPECT_FALSE(rows.is_unheard(row_of(2), kPhone));
}

TEST_F(LateRowsTest, a_row_that_was_there_in_time_does_not_land_again) {
  asked(row_of(2));
  applied(row_of(2));
  asked(row_of(2));
  crash();
  connected(kPhone);
  applied(row_of(2));
  EXPECT_FALSE(rows.is_unheard(row_of(2), kPhone));
}

TEST_F(LateRowsTest, a_sealed_row_is_followed_like_any_other) {
  server::DraftRow row = row_of(2);
  row.sealed = true;
  asked(row);
  crash();
  connected(kPhone);
  applied(row);
  EXPECT_TRUE(rows.is_unheard(row, kPhone));
}

// ---- the law with it ----------------------------------------------------------------------------

class TwoDevices : public testing::Test {
 protected:
  static WorldConfig config(Dialect dialect) {
    WorldConfig config;
    config.seed = 7;
    config.accounts.assign(1, {dialect});
    config.devices.resize(2);
    return config;
  }
  explicit TwoDevices(Dialect dialect) : world(config(dialect)) { world.attach(&oracles); }
  ~TwoDevices() override { world.detach(&oracles); }

  void types(std::string text) {
    world.act(kPhone, client::ChatOpened{world.chat(0, 0)});
    world.act(kPhone, client::Edited{std::move(text)});
    world.run_for(3 * kSecond);
  }
  // The laptop misses one announcement: nobody may overlook that.
  void laptop_misses(std::string text) {
    world.set_rewrite(kLaptop, Direction::down, [](std::string_view frame) {
      const bool update = frame.find("chat_draft_updated") != std::string_view::npos;
      return update ? std::vector<std::string>{} : std::vector<std::string>{std::string(frame)};
    });
    types(std::move(text));
    world.set_rewrite(kLaptop, Direction::down, {});
  }
  void dies_while_the_database_works() {
    world.set_database_latency(40 * kSecond, 40 * kSecond);
    types("soup");
    world.set_database_latency(kMillisecond, kMillisecond);
    world.crash_server();
    world.start_server();
    world.run_for(30 * kSecond);
  }
  std::size_t disagreements() {
    world.heal({kPhone, kLaptop});
    const bool quiet = world.quiesce();
    oracles.conclude(world, quiet);
    return static_cast<std::size_t>(
        std::ranges::count(oracles.violations(), "convergence", &Violation::oracle));
  }

  World world;
  OracleSet oracles;
};

class FieldWorld : public TwoDevices {
 protected:
  FieldWorld() : TwoDevices(Dialect::field) {}
};

TEST_F(FieldWorld, that_a_row_landed_late_is_no_disagreement) {
  types("rice");
  dies_while_the_database_works();
  ASSERT_EQ(world.database().drafts().begin()->second.version, 2U);
  EXPECT_EQ(draft::text_of(world.slots(kPhone).front().local), "rice");
  EXPECT_EQ(disagreements(), 0U);
}

TEST_F(FieldWorld, a_missed_announcement_is_one) {
  types("rice");
  laptop_misses("soup");
  EXPECT_GT(disagreements(), 0U);
}

TEST_F(FieldWorld, a_missed_announcement_after_a_row_landed_late_is_one) {
  types("rice");
  dies_while_the_database_works();
  laptop_misses("bread");
  EXPECT_GT(disagreements(), 0U);
}

// The phone hears nothing of the crash and finds its own save when it is back; the laptop, which
// had no network while the chat began, has been told of no such chat by then.
class SealedWorld : public TwoDevices {
 protected:
  SealedWorld() : TwoDevices(Dialect::sealed) {}

  void row_of_a_chat_lands_when_the_laptop_has_asked() {
    world.run_for(kSecond);
    world.set_online(kLaptop, false);
    world.act(kPhone, client::ChatOpened{world.chat(0, 0)});
    world.act(kPhone, client::Edited{"noodles"});
    world.hold_jobs(true);
    world.run_for(3 * kSecond);
    world.set_database_latency(40 * kSecond, 40 * kSecond);
    world.hold_jobs(false);
    world.set_database_latency(kMillisecond, kMillisecond);
    world.set_online(kPhone, false);
    world.crash_server();
    world.start_server();
    world.set_online(kLaptop, true);
    world.run_for(15 * kSecond);
    EXPECT_TRUE(world.database().drafts().empty());
    world.run_for(15 * kSecond);
    ASSERT_EQ(world.database().drafts().size(), 1U);
    world.set_online(kPhone, true);
    world.run_for(10 * kSecond);
    EXPECT_TRUE(world.slots(kLaptop).empty());
  }
};

TEST_F(SealedWorld, that_a_chat_nobody_told_it_of_landed_late_is_no_disagreement) {
  row_of_a_chat_lands_when_the_laptop_has_asked();
  EXPECT_EQ(disagreements(), 0U);
}

TEST_F(SealedWorld, a_missed_announcement_in_it_is_one) {
  row_of_a_chat_lands_when_the_laptop_has_asked();
  laptop_misses("bread");
  EXPECT_GT(disagreements(), 0U);
}

TEST_F(SealedWorld, a_chat_nobody_told_it_of_is_one_if_no_row_was_late) {
  laptop_misses("noodles");
  EXPECT_GT(disagreements(), 0U);
}

}  // namespace
}  // namespace dp::sim
