// `draftproof replay`: runs the case of a capsule again and says whether it is still the same.
#pragma once

#include "cli/fuzz_options.h"
#include "sim/report/exit_code.h"

namespace dp::cli {

sim::ExitCode replay_command(const ReplayOptions& options);

}  // namespace dp::cli
