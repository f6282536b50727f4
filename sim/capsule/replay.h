// Runs a capsule's case again and compares what happens with what was seen.
//
// Guarantees: a function of the capsule and this program. When the runs differ, the place is known
// as exactly as the capsule's checkpoints are apart, which for short runs is one event.
// Does not: explain a difference between two programs; it says where to look.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/capsule/capsule.h"

namespace dp::sim {

enum class ReplayEnd : std::uint8_t {
  reproduced,  // the same run and the same violation; or a violation, if nothing was recorded
  held,        // every law held
  diverged,    // another run than the one recorded
};

struct Divergence {
  std::uint64_t first_event = 0;     // the runs are equal before it
  std::uint64_t last_event = 0;      // and differ at this one at the latest
  std::vector<std::string> lines;    // of the trace, what happened there now
  std::vector<std::string> unasked;  // recorded decisions this run never came to, in words
};

struct Replay {
  ReplayEnd end = ReplayEnd::held;
  RunOutcome outcome;
  std::string signature;  // of the violation to report: the recorded one if it is there
  std::optional<Divergence> divergence;
};

Replay replay(const Capsule& capsule, const JudgeOptions& options = {});

}  // namespace dp::sim
