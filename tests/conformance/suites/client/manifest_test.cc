#include "conformance/verdict/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "conformance/suites/client/suite.h"

namespace dp::conformance {
namespace {

std::vector<Case> all_cases() {
  std::vector<Case> out;
  for (const ClientCase& one : client_cases()) out.push_back(one.about);
  return out;
}

// Requirements that no case judges yet. One that gets a case must leave this list.
const std::set<std::string> kWithoutACase = {
    "DP-FRAME-040", "DP-ERR-006", "DP-STORE-010", "DP-STORE-011", "DP-STORE-012", "DP-LIST-006",
    "DP-OUT-012",   "DP-OUT-013", "DP-SYNC-020",  "DP-SYNC-021",  "DP-ALARM-009", "DP-ALARM-010",
    "DP-ALARM-011", "DP-ENV-013", "DP-MERGE-027", "DP-MERGE-028"};

TEST(ClientManifest, every_requirement_has_a_case_or_a_reason_but_for_those_listed) {
  const auto cases = all_cases();
  const Manifest manifest = manifest_of(Side::client, cases, client_exclusions());
  std::size_t excluded = 0;
  for (const ManifestRow& row : manifest.rows) {
    EXPECT_EQ(row.open(), kWithoutACase.contains(row.requirement->id))
        << row.requirement->id << ": " << row.requirement->sentence;
    excluded += row.excluded.empty() ? 0 : 1;
  }
  EXPECT_LE(excluded * 100, manifest.rows.size() * 8);
  EXPECT_THAT(manifest.cases_without_id, testing::IsEmpty());
  EXPECT_THAT(manifest.pointless_exclusions, testing::IsEmpty());
}

TEST(ClientManifest, case_ids_are_distinct_and_enough) {
  std::set<std::string> ids;
  for (const Case& one : all_cases()) EXPECT_TRUE(ids.insert(one.id).second) << one.id;
  EXPECT_GE(ids.size(), 120u);
}

TEST(Glob, matches_whole_names) {
  EXPECT_TRUE(matches_glob("DP-SAVE-*", "DP-SAVE-001/at-0"));
  EXPECT_TRUE(matches_glob("*/at-?", "DP-SAVE-001/at-0"));
  EXPECT_FALSE(matches_glob("DP-SAVE", "DP-SAVE-001"));
  EXPECT_FALSE(matches_glob("*x", "DP-SAVE-001"));
}

}  // namespace
}  // namespace dp::conformance
