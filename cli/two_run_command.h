// `draftproof two-run`: pairs of runs of every family and mode that a server must not tell apart.
#pragma once

#include <cstdint>
#include <string>

#include "sim/report/exit_code.h"

namespace dp::cli {

struct TwoRunOptions {
  std::uint64_t seeds = 4;  // from 1, each with every kind of pair
  std::string kind;         // "" is all of them
};

// Prints a line for each kind, and the first difference of each with the field and both sides.
// Exit code 1 if there was one, 2 if there is no such kind.
sim::ExitCode two_run_command(const TwoRunOptions& options);

}  // namespace dp::cli
