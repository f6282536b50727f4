// A failure told to a person: what was done, when and on which device, until the law broke.
//
// Lines name the devices d0, d1, ... and give the time since the start of the run. A short run, and
// nearly every one made small, is told from its beginning, a long one from a little before its end.
#pragma once

#include <string>
#include <vector>

#include "sim/capsule/capsule.h"

namespace dp::sim {

inline constexpr std::size_t kStoryLinesMax = 48;
inline constexpr std::size_t kReducedStoryLinesMax = 120;  // of a run made small

// Runs the case again with somebody who takes notes, up to the violation of this signature.
std::vector<std::string> story_of(const FuzzCase& one, const RunOutcome& outcome,
                                  std::string_view signature,
                                  const ForeignClients* clients = nullptr);

// The whole report of a failure, several lines without a newline at the end.
std::string failure_text(const Capsule& capsule, std::string_view again_command);

}  // namespace dp::sim
