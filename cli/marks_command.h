// `draftproof marks`: how often the situations of the catalogue occur in the default mix.
#pragma once

#include <cstdint>
#include <string>

#include "sim/report/exit_code.h"

namespace dp::cli {

struct MarksOptions {
  std::uint64_t runs = 10'000;  // of the default mix, from seed 0
  std::size_t jobs = 1;
  std::string markdown_file;  // "" prints the table
};

// Exit code 1 if a mark was met in no run.
sim::ExitCode marks_command(const MarksOptions& options);

}  // namespace dp::cli
