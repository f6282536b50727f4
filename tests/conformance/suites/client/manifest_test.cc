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

TEST(ClientManifest, every_requirement_has_a_case_or_a_reason) {
  const auto cases = all_cases();
  const Manifest manifest = manifest_of(Side::client, cases, client_exclusions());
  std::size_t excluded = 0;
  for (const ManifestRow& row : manifest.rows) {
    EXPECT_FALSE(row.open()) << row.requirement->id << ": " << row.requirement->sentence;
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

TEST(WiredCases, are_many_and_distinct) {
  std::set<std::string> ids;
  for (const ClientCase& one : wired_cases()) {
    EXPECT_EQ(one.about.level, "L2");
    EXPECT_TRUE(ids.insert(one.about.id).second) << one.about.id;
  }
  EXPECT_GE(ids.size(), 80u);
}

TEST(Glob, matches_whole_names) {
  EXPECT_TRUE(matches_glob("DP-SAVE-*", "DP-SAVE-001/at-0"));
  EXPECT_TRUE(matches_glob("*/at-?", "DP-SAVE-001/at-0"));
  EXPECT_FALSE(matches_glob("DP-SAVE", "DP-SAVE-001"));
  EXPECT_FALSE(matches_glob("*x", "DP-SAVE-001"));
}

}  // namespace
}  // namespace dp::conformance
