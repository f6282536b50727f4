// `draftproof test`: becomes the gate script of the source tree this program was built from.
#pragma once

#include <string>
#include <vector>

#include "sim/report/exit_code.h"

namespace dp::cli {

// Returns only if the script could not be started.
sim::ExitCode test_command(const std::vector<std::string>& arguments);

}  // namespace dp::cli
