// The state machine of the shrinker, over runs that are only pretended: which of the decisions
// matter is known, so what must be left is known too.
#include "sim/shrink/shrinker.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

namespace dp::sim {
namespace {

using Fails = std::function<bool(const Reduction&)>;

Decision person(std::uint32_t node, std::uint32_t operation) {
  return {{kPersonSite, node, 2 * operation}, 1};
}
Decision strike(FaultKind kind, std::uint32_t ordinal) {
  return {{strike_site(kind), 2, ordinal}, 1};
}

std::vector<Decision> many_decisions() {
  std::vector<Decision> out;
  for (std::uint32_t i = 0; i < 40; ++i) {
    for (std::uint32_t node = 2; node < 5; ++node) {
      out.push_back(person(node, i));
      out.push_back({{kPersonTextSite, node, i}, 7'000'000'000u + i});
      out.push_back({{kDelayUpSite, node, i}, 100 + i});
    }
    out.push_back(strike(FaultKind::device_crash, i));
    out.push_back(strike(FaultKind::job_lost, i));
  }
  return out;
}

bool has(const Reduction& reduction, const DecisionKey& key, std::uint64_t at_least = 1) {
  return std::ranges::any_of(reduction.decisions, [&](const Decision& decision) {
    return decision.key == key && decision.value >= at_least;
  });
}

Verdict verdict_on(const Reduction& reduction, const Fails& fails) {
  if (!fails(reduction)) return {};
  return {true, reduction.decisions, {reduction.decisions.size(), 5 * kSecond}};
}

// Judges up to `jobs` trials at a time and answers the latest first, as threads may.
Reduction shrunk(std::vector<Decision> decisions, const Fails& fails, std::size_t jobs,
                 std::uint64_t* trials = nullptr) {
  Reduction start{true, decisions, {}, {}};
  Shrinker shrinker(verdict_on(start, fails), 3);
  while (!shrinker.done()) {
    std::vector<Trial> batch;
    while (batch.size() < jobs) {
      auto trial = shrinker.next();
      if (!trial) break;
      batch.push_back(std::move(*trial));
    }
    std::ranges::reverse(batch);
    for (const Trial& trial : batch) {
      shrinker.judged(trial.id, verdict_on(trial.reduction, fails));
    }
  }
  if (trials != nullptr) *trials = shrinker.progress().trials;
  return shrinker.best();
}

TEST(Shrinker, keeps_exactly_the_decisions_that_matter) {
  const Decision crash = strike(FaultKind::device_crash, 17);
  const Fails fails = [&](const Reduction& reduction) {
    return has(reduction, person(2, 11).key) && has(reduction, person(4, 30).key) &&
           has(reduction, crash.key);
  };
  std::uint64_t trials = 0;
  const Reduction left = shrunk(many_decisions(), fails, 1, &trials);
  EXPECT_EQ(left.decisions, (std::vector<Decision>{person(2, 11), crash, person(4, 30)}));
  EXPECT_EQ(left.absent, (std::vector<std::uint32_t>{1}));
  EXPECT_LT(trials, 400u);
}

TEST(Shrinker, the_result_does_not_depend_on_how_many_are_judged_at_a_time) {
  const Fails fails = [&](const Reduction& reduction) {
    return reduction.decisions.size() >= 9 && has(reduction, person(3, 5).key) &&
           has(reduction, {kPersonTextSite, 3, 5}, 40);
  };
  const Reduction alone = shrunk(many_decisions(), fails, 1);
  EXPECT_EQ(alone, shrunk(many_decisions(), fails, 2));
  EXPECT_EQ(alone, shrunk(many_decisions(), fails, 7));
}

TEST(Shrinker, values_become_small) {
  const DecisionKey key{kPersonTextSite, 2, 3};
  const Fails fails = [&](const Reduction& reduction) { return has(reduction, key, 5); };
  const Reduction left = shrunk(many_decisions(), fails, 3);
  ASSERT_EQ(left.decisions.size(), 1u);
  EXPECT_EQ(left.decisions.front().value, 5u);
}

RC_GTEST_PROP(Shrinker, what_is_left_is_minimal_whatever_the_failure_needs, ()) {
  const std::vector<Decision> all = many_decisions();
  const auto chosen =
      *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, all.size()));
  const auto either = *rc::gen::inRange<std::size_t>(0, all.size());
  const auto other = *rc::gen::inRange<std::size_t>(0, all.size());
  const Fails fails = [&](const Reduction& reduction) {
    return std::ranges::all_of(chosen, [&](std::size_t i) { return has(reduction, all[i].key); }) &&
           (has(reduction, all[either].key) || has(reduction, all[other].key));
  };
  const Reduction left = shrunk(all, fails, 2);
  RC_ASSERT(fails(left));
  for (std::size_t i = 0; i < left.decisions.size(); ++i) {
    Reduction less = left;
    less.decisions.erase(less.decisions.begin() + static_cast<std::ptrdiff_t>(i));
    RC_ASSERT(!fails(less));
  }
}

TEST(Shrinker, in_a_hurry_the_result_is_minimal_too) {
  const Fails fails = [&](const Reduction& reduction) {
    return has(reduction, person(2, 11).key) && has(reduction, person(4, 30).key);
  };
  Reduction start{true, many_decisions(), {}, {}};
  Shrinker shrinker(verdict_on(start, fails), 3);
  shrinker.hurry();
  while (!shrinker.done()) {
    const auto trial = shrinker.next();
    if (trial) shrinker.judged(trial->id, verdict_on(trial->reduction, fails));
  }
  EXPECT_EQ(shrinker.best().decisions.size(), 2u);
}

}  // namespace
}  // namespace dp::sim
