// covers: SEC-32 SEC-43
#include "sim/oracles/alarms_have_causes.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/faults/fault_kind.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};
constexpr DeviceId kTablet{1};

// The law alone, told by a test what happened and what a device said.
class Alarms : public testing::Test {
 protected:
  Alarms() : world_(calm_world(2)) { world_.run_for(kSecond); }

  void happened(EventKind kind, NodeId node, const std::string& name, std::uint64_t number = 0) {
    TraceEvent event;
    event.kind = kind;
    event.node = node;
    event.name = name;
    event.number = number;
    law_.observe(event, world_);
  }
  void struck(FaultKind kind) {
    happened(EventKind::fault, kWorldNode, "", static_cast<std::uint64_t>(kind));
  }
  bool is_red_when(DeviceId device, client::NoticeKind said) {
    const std::uint64_t before = law_.violation_count();
    happened(EventKind::notice, node_of(device), "", static_cast<std::uint64_t>(said));
    return law_.violation_count() > before;
  }

  World world_;
  AlarmsHaveCauses law_;
};

TEST_F(Alarms, out_of_the_blue_are_red) {
  using enum client::NoticeKind;
  for (const auto kind : {store_row_damaged, store_rolled_back, store_key_lost, security_rollback,
                          security_fork, security_authentication, security_downgrade}) {
    EXPECT_TRUE(is_red_when(kPhone, kind)) << static_cast<int>(kind);
  }
  for (const auto kind : {server_lost_recent, conflict_kept_copy, not_saved}) {
    EXPECT_FALSE(is_red_when(kPhone, kind)) << "no alarm: " << static_cast<int>(kind);
  }
}

TEST_F(Alarms, of_a_store_need_that_very_store_touched) {
  happened(EventKind::store_changed, node_of(kPhone), "rotted");
  EXPECT_FALSE(is_red_when(kPhone, client::NoticeKind::store_row_damaged));
  EXPECT_TRUE(is_red_when(kTablet, client::NoticeKind::store_row_damaged));
}

TEST_F(Alarms, of_a_store_are_red_after_a_mere_crash) {
  happened(EventKind::store_changed, node_of(kPhone), "crashed");
  happened(EventKind::store_changed, node_of(kPhone), "torn");
  EXPECT_TRUE(is_red_when(kPhone, client::NoticeKind::store_rolled_back));
  EXPECT_TRUE(is_red_when(kPhone, client::NoticeKind::security_rollback));
}

TEST_F(Alarms, of_the_world_are_red_after_an_honest_fault) {
  struck(FaultKind::disconnect);
  struck(FaultKind::failed_write);
  happened(EventKind::frame_lost, node_of(kPhone), "no connection");
  happened(EventKind::crash, node_of(kTablet), "");
  happened(EventKind::cache_struck, kServerNode, "evicted");
  EXPECT_TRUE(is_red_when(kPhone, client::NoticeKind::security_fork));
}

TEST_F(Alarms, of_the_world_have_each_of_these_causes) {
  const auto excused = [&] { return !is_red_when(kPhone, client::NoticeKind::security_fork); };
  const auto anew = [&] { law_ = AlarmsHaveCauses(); };
  struck(FaultKind::frame_corrupted);
  EXPECT_TRUE(excused());
  anew();
  struck(FaultKind::server_equivocates);
  EXPECT_TRUE(excused());
  anew();
  struck(FaultKind::backup_restored);
  EXPECT_TRUE(excused());
  anew();
  happened(EventKind::frame_forged, node_of(kPhone), "");
  EXPECT_TRUE(excused());
  anew();
  happened(EventKind::frame_lost, node_of(kPhone), "rewritten");
  EXPECT_TRUE(excused());
  anew();
  happened(EventKind::crash, kServerNode, "");
  EXPECT_TRUE(excused());
  anew();
  happened(EventKind::store_changed, node_of(kTablet), "cloned");
  EXPECT_TRUE(excused());
  anew();
  happened(EventKind::cache_struck, kServerNode, "database restored from a backup");
  EXPECT_TRUE(excused());
}

}  // namespace
}  // namespace dp::sim
