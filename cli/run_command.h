// `draftproof run`: plays scenarios and says what held.
#pragma once

#include "cli/options.h"
#include "sim/report/exit_code.h"

namespace dp::cli {

sim::ExitCode run_command(const RunOptions& options);

}  // namespace dp::cli
