#include "sim/capsule/fuzz_case.h"

#include <algorithm>
#include <array>

#include "sim/tape/keyed_draw.h"
#include "sim/two_run/two_run.h"
#include "sim/world/foreign_plan.h"

namespace dp::sim {
namespace {

// Lanes of their own, so that no draw of a world repeats these.
constexpr std::uint64_t kTwoRunNode = 0x74776F;

std::uint64_t part_of(std::uint64_t seed, std::uint64_t node) {
  const std::uint64_t bits = keyed_draw(seed, kShapeSite.value, node, 0);
  return scaled(bits, kDefaultMixParts);
}

RunPlan unreduced_plan(const FuzzCase& one) {
  if (one.mix == "house") return house_mix(one.seed);
  if (one.mix == "wide") return wide_mix(one.seed);
  if (one.mix == "hostile") return hostile_mix(one.seed);
  return default_mix(one.seed);
}

// Columns of a line of draftproof-trace/1 that two views may differ in; the first is their place.
constexpr std::array<std::string_view, 7> kColumns{"time",  "node", "kind", "number",
                                                   "other", "name", "bytes"};

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  for (std::size_t begin = 0; columns.size() < kColumns.size() && begin < line.size();) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    columns.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return columns;
}

Violation violation_of(const ViewDifference& difference) {
  const auto after_place = [](std::string_view line) {
    const std::size_t space = line.find(' ');
    return columns_of(space == std::string_view::npos ? "" : line.substr(space + 1));
  };
  const std::vector<std::string_view> first = after_place(difference.first);
  const std::vector<std::string_view> second = after_place(difference.second);
  std::string detail = "one view ended";
  for (std::size_t i = 0; i < first.size() && i < second.size(); ++i) {
    if (first[i] == second[i]) continue;
    detail = std::string(first[2]) + " differs in its " + std::string(kColumns[i]);
    break;
  }
  Violation violation;
  violation.oracle = "two_run";
  violation.site = "view_differs";
  violation.detail = detail;
  violation.expected = difference.first;
  violation.seen = difference.second;
  return violation;
}

}  // namespace

const std::vector<std::string_view>& mix_names() {
  static const std::vector<std::string_view> all{"default", "house", "wide", "hostile"};
  return all;
}

bool is_mix(std::string_view name) {
  return std::ranges::find(mix_names(), name) != mix_names().end();
}

RunPlan plan_of(const FuzzCase& one) {
  RunPlan plan = unreduced_plan(one);
  const Reduction& reduction = one.reduction;
  plan.world.tape.only_these = reduction.only_these;
  plan.world.tape.decisions = reduction.decisions;
  plan.absent = reduction.absent;
  if (reduction.until_us && *reduction.until_us < plan.people.until_us) {
    plan.people.until_us = *reduction.until_us;
  }
  return plan;
}

bool can_be_handed_over(const FuzzCase& one) {
  const WorldConfig world = plan_of(one).world;
  for (std::size_t i = 0; i < world.devices.size(); ++i) {
    if (is_handed_over(world, i, one.one_foreign)) return true;
  }
  return false;
}

bool compares_two_runs(const FuzzCase& one) {
  if (!one.client.empty()) return false;
  if (one.two_run) return true;
  return one.mix == "default" && part_of(one.seed, kTwoRunNode) < kTwoRunParts;
}

RunOutcome judge_case(const FuzzCase& one, const JudgeOptions& options) {
  const RunPlan plan = plan_of(one);
  RunOutcome outcome = judge(plan, options);
  std::erase_if(outcome.violations,
                [](const Violation& violation) { return violation.site == "compared_nothing"; });
  if (!compares_two_runs(one)) return outcome;
  const TwoRunResult views = compare_server_views(plan, 0, 1);
  outcome.comparisons += views.compared;
  if (views.difference) {
    Violation violation = violation_of(*views.difference);
    violation.time_us = outcome.result.simulated_us;
    violation.sequence = outcome.result.events;
    outcome.violations.push_back(std::move(violation));
  }
  return outcome;
}

}  // namespace dp::sim
