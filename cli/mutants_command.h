// `draftproof mutants`: does the suite notice planted bugs, and does every scenario notice one?
#pragma once

#include "cli/options.h"
#include "sim/report/exit_code.h"

namespace dp::cli {

sim::ExitCode mutants_command(const MutantsOptions& options);

}  // namespace dp::cli
