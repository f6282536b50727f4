// `draftproof fuzz`: judges generated runs by the thousand; see docs/fuzzing.md.
#pragma once

#include "cli/fuzz_options.h"
#include "sim/report/exit_code.h"

namespace dp::cli {

sim::ExitCode fuzz_command(const FuzzOptions& options);

}  // namespace dp::cli
