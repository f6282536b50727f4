#include "cli/mutant_assignment.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace dp::cli {
namespace {

using SeenBy = std::map<std::string, std::set<std::string>>;

TEST(MutantAssignment, MovesOneScenarioToMakeRoomForAnother) {
  // Greedy would give "a" the only mutant of "b".
  const auto own = assign_mutants({{"a", {"m", "n"}}, {"b", {"m"}}}, 1);
  EXPECT_EQ(own, (std::map<std::string, std::string>{{"a", "n"}, {"b", "m"}}));
}

TEST(MutantAssignment, AMutantServesNoMoreThanItMay) {
  const auto own = assign_mutants({{"a", {"m"}}, {"b", {"m"}}, {"c", {"m"}}}, 2);
  EXPECT_EQ(own.size(), 2u);
}

TEST(MutantAssignment, WhoNobodySeesGetsNothing) {
  EXPECT_TRUE(assign_mutants({{"a", {}}}, 6).empty());
}

// The most that any assignment reaches, by trying all.
std::size_t most(const SeenBy& seen_by, SeenBy::const_iterator at,
                 std::map<std::string, std::size_t>& used, std::size_t capacity) {
  if (at == seen_by.end()) return 0;
  const auto next = std::next(at);
  std::size_t best = most(seen_by, next, used, capacity);
  for (const std::string& mutant : at->second) {
    if (used[mutant] == capacity) continue;
    ++used[mutant];
    best = std::max(best, 1 + most(seen_by, next, used, capacity));
    --used[mutant];
  }
  return best;
}

RC_GTEST_PROP(MutantAssignment, serves_as_many_as_possible_within_capacity, ()) {
  SeenBy seen_by;
  const int scenarios = *rc::gen::inRange(0, 7);
  for (int i = 0; i < scenarios; ++i) {
    auto& mutants = seen_by["s" + std::to_string(i)];
    for (const int m : *rc::gen::container<std::set<int>>(rc::gen::inRange(0, 4))) {
      mutants.insert("m" + std::to_string(m));
    }
  }
  const auto capacity = *rc::gen::inRange<std::size_t>(1, 3);
  const auto own = assign_mutants(seen_by, capacity);
  std::map<std::string, std::size_t> served;
  for (const auto& [scenario, mutant] : own) {
    RC_ASSERT(seen_by.at(scenario).contains(mutant));
    RC_ASSERT(++served[mutant] <= capacity);
  }
  std::map<std::string, std::size_t> used;
  RC_ASSERT(own.size() == most(seen_by, seen_by.begin(), used, capacity));
}

}  // namespace
}  // namespace dp::cli
