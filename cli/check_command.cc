#include "cli/check_command.h"

#include <fmt/format.h>

#include "cli/suite.h"

namespace dp::cli {

sim::ExitCode check_command(const CheckOptions& options) {
  const Suite suite = load_suite(options.paths);
  for (const std::string& mistake : suite.mistakes) fmt::print(stderr, "{}\n", mistake);
  if (!suite.mistakes.empty()) {
    fmt::print(stderr, "{} mistake{} in {} file{}\n", suite.mistakes.size(),
               suite.mistakes.size() == 1 ? "" : "s", suite.files, suite.files == 1 ? "" : "s");
    return sim::ExitCode::bad_input;
  }
  fmt::print("{} scenario{} well formed\n", suite.scenarios.size(),
             suite.scenarios.size() == 1 ? " is" : "s are");
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? sim::ExitCode::all_hold
                                                              : sim::ExitCode::broken;
}

}  // namespace dp::cli
