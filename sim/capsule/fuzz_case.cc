#include "sim/capsule/fuzz_case.h"

#include <algorithm>

#include "sim/capsule/case_kinds.h"
#include "sim/tape/keyed_draw.h"
#include "sim/world/foreign_plan.h"

namespace dp::sim {
namespace {

// A lane of its own, so that no draw of a world repeats it.
constexpr std::uint64_t kTwoRunNode = 0x74776F;

RunPlan unreduced_plan(const FuzzCase& one) {
  if (one.mix == "house") return house_mix(one.seed);
  if (one.mix == "wide") return wide_mix(one.seed);
  if (one.mix == "hostile") return hostile_mix(one.seed);
  return default_mix(one.seed);
}

// What a seed of the default mix has beside its run. A shrinker has the run alone, or the other
// thing alone.
bool has_extras(const FuzzCase& one) {
  return one.mix == "default" && one.client.empty() && !one.reduction.only_these;
}

}  // namespace

const std::vector<std::string_view>& mix_names() {
  static const std::vector<std::string_view> all{"default", "house",  "wide",
                                                 "hostile", kPairMix, kPlannerMix};
  return all;
}

bool is_mix(std::string_view name) {
  return std::ranges::find(mix_names(), name) != mix_names().end();
}

std::optional<Family> find_family(std::string_view wanted) {
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    if (name(family) == wanted) return family;
  }
  return std::nullopt;
}

RunPlan reduced_plan(RunPlan plan, const FuzzCase& one) {
  const Reduction& reduction = one.reduction;
  plan.world.tape.only_these = reduction.only_these;
  plan.world.tape.decisions = reduction.decisions;
  plan.world.tape.appointments = reduction.appointments;
  plan.world.tape.off = one.without;
  plan.absent = reduction.absent;
  if (reduction.until_us && *reduction.until_us < plan.people.until_us) {
    plan.people.until_us = *reduction.until_us;
  }
  return plan;
}

RunPlan plan_of(const FuzzCase& one) {
  if (one.mix == kPairMix) return plan_of_pair(one);
  RunPlan plan = reduced_plan(unreduced_plan(one), one);
  if (one.mix == kPlannerMix) plan.world.devices.clear();
  return plan;
}

bool is_one_run(const FuzzCase& one) {
  return one.mix != kPairMix && one.mix != kPlannerMix;
}

bool can_be_handed_over(const FuzzCase& one) {
  const WorldConfig world = plan_of(one).world;
  for (std::size_t i = 0; i < world.devices.size(); ++i) {
    if (is_handed_over(world, i, one.one_foreign)) return true;
  }
  return false;
}

bool compares_two_runs(const FuzzCase& one) {
  if (one.mix == kPairMix) return true;
  const std::uint64_t bits = keyed_draw(one.seed, kShapeSite.value, kTwoRunNode, 0);
  return has_extras(one) && scaled(bits, kDefaultMixParts) < kTwoRunParts;
}

FuzzCase narrowed(FuzzCase one, std::string_view signature) {
  if (one.mix != "default") return one;
  if (signature.starts_with("two_run/")) one.mix = kPairMix;
  if (signature.starts_with("planner/")) one.mix = kPlannerMix;
  return one;
}

RunOutcome judge_case(const FuzzCase& one, const JudgeOptions& options) {
  if (one.mix == kPlannerMix) return judge_histories(one, nullptr);
  const bool pair = one.mix == kPairMix;
  RunOutcome outcome = pair ? judge_pair(one, options) : judge(plan_of(one), options);
  std::erase_if(outcome.violations,
                [](const Violation& violation) { return violation.site == "compared_nothing"; });
  if (!has_extras(one)) return outcome;
  if (compares_two_runs(one)) add_pair(one, outcome);
  const RunOutcome histories = judge_histories(one, nullptr);
  outcome.histories = histories.histories;
  outcome.comparisons += histories.comparisons;
  outcome.violations.insert(outcome.violations.end(), histories.violations.begin(),
                            histories.violations.end());
  return outcome;
}

}  // namespace dp::sim
