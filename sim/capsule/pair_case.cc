// A pair of runs as a case; see case_kinds.h.
#include <algorithm>
#include <string>

#include "sim/capsule/case_kinds.h"
#include "sim/two_run/two_run.h"

namespace dp::sim {
namespace {

PairKind kind_of(const FuzzCase& one) {
  return pair_kind(one.seed % kPairKindCount);
}

TwoRunResult compared(const FuzzCase& one) {
  const PairKind kind = kind_of(one);
  const RunPlan first = reduced_plan(plan_of(one.seed, kind, 0), one);
  const RunPlan second = reduced_plan(plan_of(one.seed, kind, 1), one);
  return compare_runs(first, second, kind.mode, sizes_may_differ(kind.family));
}

// The nth column of a line of draftproof-trace/1.
std::string_view column(std::string_view line, std::size_t index) {
  for (; index > 0; --index) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return {};
    line.remove_prefix(space + 1);
  }
  return line.substr(0, line.find(' '));
}

// What is the same for all differences of one cause: no numbers, no place.
std::string detail_of(const ViewDifference& difference) {
  constexpr std::size_t kKind = 3;
  constexpr std::size_t kName = 6;
  const std::string& line = difference.first.empty() ? difference.second : difference.first;
  const bool somewhere = difference.field.starts_with("bytes at ");
  return std::string(column(line, kKind)) + " " + std::string(column(line, kName)) +
         " differs in: " + (somewhere ? "bytes" : difference.field);
}

// Both lines around the place where they part, which may be far inside.
std::string around(std::string_view line, std::size_t place) {
  constexpr std::size_t kBefore = 160;
  constexpr std::size_t kShown = 400;
  if (line.size() <= kShown) return std::string(line);
  constexpr std::size_t kHead = 60;
  const std::size_t from = place > kBefore ? place - kBefore : 0;
  const std::string head = from > kHead ? std::string(line.substr(0, kHead)) + " ... " : "";
  return head + std::string(line.substr(std::min(from, line.size()), kShown - kHead));
}

Violation violation_of(const FuzzCase& one, const TwoRunResult& result) {
  Violation violation;
  violation.oracle = "two_run";
  violation.time_us = result.ended_us;
  const std::string kind(name(kind_of(one)));
  if (!result.difference) {
    violation.site = "not_recomputable";
    violation.detail = result.problem;
    violation.expected = "every masked byte made of key, nonce, header and payload (" + kind + ")";
    violation.seen = result.problem;
    return violation;
  }
  const ViewDifference& difference = *result.difference;
  const auto [first, second] = std::ranges::mismatch(difference.first, difference.second);
  const auto place = static_cast<std::size_t>(first - difference.first.begin());
  violation.site = "view_differs";
  violation.detail = detail_of(difference);
  violation.expected = "the same in both runs of the pair " + kind + "; the first run, event " +
                       std::to_string(difference.ordinal) + ", " + difference.field + ": " +
                       around(difference.first, place);
  violation.seen = "in the second run: " + around(difference.second, place);
  return violation;
}

void add(const FuzzCase& one, const TwoRunResult& result, RunOutcome& outcome) {
  outcome.comparisons += result.compared;
  outcome.masked_bytes += result.masked_bytes;
  outcome.pairs += 1;
  if (!result.holds()) outcome.violations.push_back(violation_of(one, result));
}

}  // namespace

RunPlan plan_of_pair(const FuzzCase& one) {
  return reduced_plan(plan_of(one.seed, kind_of(one), 0), one);
}

void add_pair(const FuzzCase& one, RunOutcome& outcome) {
  add(one, compared(one), outcome);
}

RunOutcome judge_pair(const FuzzCase& one, const JudgeOptions& options) {
  RunOutcome outcome;
  const bool difference_alone = options.until_signature.starts_with("two_run/");
  if (!difference_alone) outcome = judge(plan_of_pair(one), options);
  const TwoRunResult result = compared(one);
  add(one, result, outcome);
  const bool by_a_law = outcome.violations.size() > (result.holds() ? 0U : 1U);
  if (result.holds() || by_a_law) return outcome;
  outcome.decisions = result.decisions;
  outcome.failure = {result.decisions.size(), result.ended_us};
  return outcome;
}

}  // namespace dp::sim
