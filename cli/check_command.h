// `draftproof check`: validates scenario files without running them.
#pragma once

#include "cli/options.h"
#include "sim/report/exit_code.h"

namespace dp::cli {

sim::ExitCode check_command(const CheckOptions& options);

}  // namespace dp::cli
