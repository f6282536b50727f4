// One case of a campaign: everything a run is derived from, and what a shrinker took away from it.
//
// Guarantees: equal cases of one program are equal runs. Small enough to be written down, which is
// what a capsule does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/runner/judged_run.h"

namespace dp::sim {

// What is left of a run. The seed still decides the shape of the world, the plan of faults and the
// bytes of nonces and ids; `decisions` replace what it draws.
struct Reduction {
  bool only_these = false;          // a decision that is not listed is answered 0
  std::vector<Decision> decisions;  // in the order the run asked for them
  std::vector<std::uint32_t> absent;
  std::optional<Micros> until_us;  // faults end here at the latest, and people stop
  // Of a trial alone: the run says which decisions they became, and those are what is kept.
  std::vector<Appointment> appointments = {};
  bool operator==(const Reduction&) const = default;
};

struct FuzzCase {
  std::string mix = "default";
  std::uint64_t seed = 0;
  std::vector<Family> without;  // faults of these families never strike
  Reduction reduction;
  std::string client;        // what a foreign client calls itself; "" is our own
  bool one_foreign = false;  // on the first device of each account only
  bool operator==(const FuzzCase&) const = default;
};

// "default", "house", "wide", "hostile", and what is no single run: "two-run", a pair of runs of
// another kind for each seed (sim/two_run), and "planner", histories of the merge code alone.
const std::vector<std::string_view>& mix_names();
bool is_mix(std::string_view name);

std::optional<Family> find_family(std::string_view name);

// Every seed of the default mix also plays the planner's histories of that seed, and of 64 seeds,
// drawn by the seed, 2 also play its pair of runs.
inline constexpr std::uint32_t kDefaultMixParts = 64;
inline constexpr std::uint32_t kTwoRunParts = 2;

// The plan of a case, of a pair its first run's; its mix must be one of mix_names(). The planner
// has no world: no devices.
RunPlan plan_of(const FuzzCase& one);
bool is_one_run(const FuzzCase& one);
bool compares_two_runs(const FuzzCase& one);
// The part of a case that a failure is about: its run, its pair or its histories.
FuzzCase narrowed(FuzzCase one, std::string_view signature);

// Whether a foreign client can be on some device of the case.
bool can_be_handed_over(const FuzzCase& one);

// Judges the case by the laws, and what it has beside its run by theirs. A law that
// applied to this one run and found nothing to compare is no failure here: a campaign adds up what
// was compared.
RunOutcome judge_case(const FuzzCase& one, const JudgeOptions& options);

}  // namespace dp::sim
