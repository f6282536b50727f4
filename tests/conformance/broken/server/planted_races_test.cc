// Races planted in a server are found by random histories, told as a short story, and the honest
// server is not accused. The servers are real programs on real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/suites/server/suite.h"

namespace dp::conformance {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::vector<CaseResult> histories(const std::string& options, const std::string& filter) {
  ServerSuiteOptions suite;
  suite.command = "exec " + std::string(DP_PROGRAM) + " serve" + options;
  suite.rerun = "draftproof conform server --cmd '" + suite.command + "'";
  suite.filter = filter;
  suite.seed = 7;
  return run_server_suite(suite).cases;
}

const CaseResult* first_failure(const std::vector<CaseResult>& results) {
  for (const CaseResult& one : results) {
    if (one.verdict == Verdict::fail) return &one;
  }
  return nullptr;
}

TEST(PlantedRaces, a_lost_update_is_found_and_shrunk) {
  const auto results = histories(" --break looks-then-writes", "DP-VER-002/history-*");
  const CaseResult* found = first_failure(results);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->broken, "DP-VER-010");
  EXPECT_EQ(found->tag, "no_lost_text");
  EXPECT_THAT(found->transcript, Contains("law: no_lost_text"));
  EXPECT_THAT(found->rerun, HasSubstr("--seed 7"));
  // Two devices save the same chat: no shorter story tells it.
  EXPECT_THAT(found->actual, testing::ContainsRegex("\\([2-5] actions: d"));
}

TEST(PlantedRaces, a_restart_that_forgets_the_newest_is_found) {
  const auto results = histories(" --break forgets-the-newest", "DP-RUN-002/history-*");
  const CaseResult* found = first_failure(results);
  ASSERT_NE(found, nullptr);
  // Which law notices first depends on who reads what was lost.
  EXPECT_THAT(found->broken, testing::AnyOf("DP-RUN-002", "DP-READ-002"));
  EXPECT_THAT(found->actual, testing::ContainsRegex("the server is (killed|stopped)"));
}

TEST(PlantedRaces, the_honest_server_keeps_every_law) {
  for (const CaseResult& one : histories(" --quiet", "*/history-*")) {
    EXPECT_EQ(one.verdict, Verdict::pass)
        << one.about.id << ": " << one.expected << ", but " << one.actual;
  }
}

}  // namespace
}  // namespace dp::conformance
