#include "cli/check_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "cli/report_file.h"
#include "cli/scenario_index.h"
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
  if (!options.index_file.empty()) {
    ReportFile index;
    // A folder is the root of its suite; a file lies in it.
    const std::filesystem::path first = options.paths.front();
    const std::filesystem::path root =
        std::filesystem::is_directory(first) ? first : first.parent_path();
    index.open(options.index_file);
    index.write(scenario_index(suite.scenarios, root.lexically_normal().string()));
    if (!index.close()) {
      fmt::print(stderr, "draftproof: {}\n", index.problem());
      return sim::ExitCode::broken;
    }
  }
  std::FILE* out = options.index_file == "-" ? stderr : stdout;
  fmt::print(out, "{} scenario{} well formed\n", suite.scenarios.size(),
             suite.scenarios.size() == 1 ? " is" : "s are");
  return std::fflush(out) == 0 && std::ferror(out) == 0 ? sim::ExitCode::all_hold
                                                        : sim::ExitCode::broken;
}

}  // namespace dp::cli
