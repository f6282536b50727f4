// `draftproof digest`: one line "name seed digest" per run, for comparing builds and machines.
// Without a path: the whole suite, and worlds that nobody wrote a story for.
#pragma once

#include "cli/options.h"
#include "sim/report/exit_code.h"

namespace dp::cli {

sim::ExitCode digest_command(const DigestOptions& options);

}  // namespace dp::cli
