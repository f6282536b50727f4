// `draftproof merge`: puts the summaries of shards together.
#pragma once

#include "cli/fuzz_options.h"
#include "sim/report/exit_code.h"

namespace dp::cli {

sim::ExitCode merge_command(const MergeOptions& options);

}  // namespace dp::cli
