// `draftproof rules`: each law that is judged in every run, and what it does not check.
#pragma once

#include "sim/report/exit_code.h"

namespace dp::cli {

sim::ExitCode rules_command();

}  // namespace dp::cli
