// What a campaign of its size must have met and has not: a fault that never had an effect, a named
// situation that never came up, a law that never compared anything.
//
// Guarantees: a small campaign has nothing to answer for; what is listed makes a large one fail.
// Does not: judge how rare a mark is (`draftproof marks`).
#pragma once

#include <string>
#include <vector>

#include "sim/campaign/summary.h"

namespace dp::sim {

inline constexpr std::uint64_t kRunsForFaults = 1'000;  // also for laws
// Marks are asked of seeds 1 to this one. The rarest is met about once in 50,000 runs, so that
// other seeds, however many, may do without it.
inline constexpr std::uint64_t kSeedsForMarks = 10'000;

struct Silence {
  std::vector<std::string> faults;  // by name
  std::vector<std::string> marks;
  std::vector<std::string> laws;
  bool empty() const { return faults.empty() && marks.empty() && laws.empty(); }
};

// Faults of the mix, without those of families that were switched off; marks of the default mix.
Silence silence_of(const FuzzSummary& summary);

}  // namespace dp::sim
