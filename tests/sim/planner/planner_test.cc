// covers: CONV-01, CONV-02, CONV-06, CONV-09
#include "sim/planner/planner.h"

#include <gtest/gtest.h>

namespace dp::sim {
namespace {

TEST(Planner, every_law_of_merging_holds_in_thousands_of_small_histories) {
  std::uint64_t merges = 0;
  std::uint64_t conflicts = 0;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    const PlannerOutcome outcome = plan_history(seed);
    ASSERT_TRUE(outcome.held()) << "seed " << seed << ": " << outcome.law << "\n"
                                << testing::PrintToString(outcome.story);
    merges += outcome.merges;
    conflicts += outcome.conflicts;
  }
  EXPECT_GT(merges, 3'000u);
  EXPECT_GT(conflicts, 1'000u);
  EXPECT_LT(conflicts, merges);
}

// "ready, call, ready": one device takes out the first "ready", another the last.
TEST(Planner, equal_lines_of_one_save_may_both_be_taken_out) {
  Tape tape(7986);
  const PlannerOutcome outcome = plan_history(tape, 1);
  EXPECT_TRUE(outcome.held()) << outcome.law << "\n" << testing::PrintToString(outcome.story);
}

TEST(Planner, a_history_is_a_function_of_its_seed) {
  EXPECT_EQ(plan_history(5).story, plan_history(5).story);
  EXPECT_NE(plan_history(5).story, plan_history(6).story);
}

}  // namespace
}  // namespace dp::sim
