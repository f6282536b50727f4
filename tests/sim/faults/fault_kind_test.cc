#include "sim/faults/fault_kind.h"

#include <gtest/gtest.h>

#include <set>

namespace dp::sim {
namespace {

TEST(FaultKind, every_kind_has_a_name_and_every_family_a_kind) {
  std::set<std::string_view> names;
  std::set<Family> families;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    names.insert(name(static_cast<FaultKind>(i)));
    families.insert(family_of(static_cast<FaultKind>(i)));
  }
  EXPECT_EQ(names.size(), kFaultKindCount);
  EXPECT_EQ(families.size(), kFamilyCount);
}

TEST(FaultKind, the_table_is_in_the_order_of_the_enumeration) {
  EXPECT_EQ(name(FaultKind::long_tail_delay), "long_tail_delay");
  EXPECT_EQ(name(FaultKind::frame_replayed), "frame_replayed");
  EXPECT_EQ(name(FaultKind::device_logout), "device_logout");
  EXPECT_EQ(name(FaultKind::bit_rot), "bit_rot");
  EXPECT_EQ(name(FaultKind::backup_restored), "backup_restored");
  EXPECT_EQ(name(FaultKind::device_suspend), "device_suspend");
  EXPECT_EQ(name(FaultKind::server_lies_about_versions), "server_lies_about_versions");
}

}  // namespace
}  // namespace dp::sim
