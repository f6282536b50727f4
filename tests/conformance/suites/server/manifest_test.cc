#include "conformance/verdict/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "conformance/suites/client/suite.h"
#include "conformance/suites/server/suite.h"

namespace dp::conformance {
namespace {

std::vector<Case> all_server_cases() {
  std::vector<Case> out;
  for (const ServerCase& one : server_cases()) out.push_back(one.about);
  return out;
}

TEST(ServerManifest, every_requirement_has_a_case_or_a_reason) {
  const auto cases = all_server_cases();
  const Manifest manifest = manifest_of(Side::server, cases, server_exclusions());
  for (const ManifestRow& row : manifest.rows) {
    EXPECT_FALSE(row.open()) << row.requirement->id << ": " << row.requirement->sentence;
  }
  EXPECT_THAT(manifest.cases_without_id, testing::IsEmpty());
  EXPECT_THAT(manifest.pointless_exclusions, testing::IsEmpty());
}

TEST(ServerManifest, at_most_eight_in_a_hundred_are_excluded_over_both_suites) {
  std::set<std::string> excluded;
  for (const Exclusion& one : client_exclusions()) excluded.insert(one.requirement);
  for (const Exclusion& one : server_exclusions()) excluded.insert(one.requirement);
  EXPECT_LE(excluded.size() * 100, requirements().size() * 8);
  EXPECT_LE(server_exclusions().size() * 100, 8 * manifest_of(Side::server, {}, {}).rows.size());
}

TEST(ServerManifest, case_ids_are_distinct_and_enough) {
  std::set<std::string> ids;
  for (const Case& one : all_server_cases()) EXPECT_TRUE(ids.insert(one.id).second) << one.id;
  EXPECT_GE(ids.size(), 150u);
}

TEST(ServerManifest, smoke_is_a_small_part_of_every_theme) {
  std::size_t count = 0;
  for (const Case& one : all_server_cases()) count += is_smoke(one) ? 1 : 0;
  EXPECT_GE(count, 20u);
  EXPECT_LE(count, 60u);
}

}  // namespace
}  // namespace dp::conformance
