#include "conformance/suites/server/history_shrink.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace dp::conformance {
namespace {

bool has(const History& history, const HistoryAction& action) {
  return std::ranges::find(history, action) != history.end();
}

RC_GTEST_PROP(HistoryShrinking, what_matters_is_all_that_stays, (std::uint64_t seed)) {
  const History history = draw_history(seed, {.actions = 50, .kills = true});
  const HistoryAction first = history[3];
  const HistoryAction second = history[40];
  const History small = shrink_history(
      history, {.breaks = [&](const History& one) { return has(one, first) && has(one, second); },
                .tries_max = 10'000});
  RC_ASSERT(has(small, first));
  RC_ASSERT(has(small, second));
  RC_ASSERT(small.size() == (first == second ? 1u : 2u));
}

RC_GTEST_PROP(HistoryShrinking, the_number_of_tries_is_kept_to, (std::uint64_t seed)) {
  std::size_t tries = 0;
  shrink_history(draw_history(seed, {.actions = 50}), {.breaks =
                                                           [&](const History&) {
                                                             ++tries;
                                                             return false;
                                                           },
                                                       .tries_max = 17});
  RC_ASSERT(tries <= 17u);
}

RC_GTEST_PROP(Histories, are_a_function_of_their_seed, (std::uint64_t seed)) {
  const HistoryShape shape{.actions = 30, .kills = true};
  RC_ASSERT(draw_history(seed, shape) == draw_history(seed, shape));
  RC_ASSERT(draw_history(seed, shape) != draw_history(seed + 1, shape));
}

TEST(Histories, with_kills_have_some) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const History history = draw_history(seed, {.actions = 30, .kills = true});
    const auto ends = std::ranges::count_if(history, [](const HistoryAction& one) {
      return one.verb == HistoryVerb::kill || one.verb == HistoryVerb::wait_and_kill ||
             one.verb == HistoryVerb::stop;
    });
    EXPECT_GE(ends, 1);
    EXPECT_LE(ends, 2);
  }
}

}  // namespace
}  // namespace dp::conformance
