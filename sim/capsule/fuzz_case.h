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
  bool operator==(const Reduction&) const = default;
};

struct FuzzCase {
  std::string mix = "default";
  std::uint64_t seed = 0;
  bool two_run = false;  // also compare what the server sees of two runs that differ in a secret
  Reduction reduction;
  std::string client;        // what a foreign client calls itself; "" is our own
  bool one_foreign = false;  // on the first device of each account only
  bool operator==(const FuzzCase&) const = default;
};

// "default", "house", "wide", "hostile".
const std::vector<std::string_view>& mix_names();
bool is_mix(std::string_view name);

// Of the default mix, drawn by the seed: of 64 seeds 4 are hostile, 28 house, 32 wide, and 2 of
// them, whichever they are, are compared with a run of other secrets.
inline constexpr std::uint32_t kDefaultMixParts = 64;
inline constexpr std::uint32_t kHostileParts = 4;
inline constexpr std::uint32_t kHouseParts = 28;
inline constexpr std::uint32_t kTwoRunParts = 2;

// The plan of a case; its mix must be one of mix_names().
RunPlan plan_of(const FuzzCase& one);
bool compares_two_runs(const FuzzCase& one);

// Whether a foreign client can be on some device of the case.
bool can_be_handed_over(const FuzzCase& one);

// Judges the case by the laws and, if it compares two runs, by what they differ in. A law that
// applied to this one run and found nothing to compare is no failure here: a campaign adds up what
// was compared.
RunOutcome judge_case(const FuzzCase& one, const JudgeOptions& options);

}  // namespace dp::sim
