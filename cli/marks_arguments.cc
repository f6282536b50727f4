#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/marks_command.h"

namespace dp::cli {

Command add_marks(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<MarksOptions>();
  options->jobs = invocation.default_jobs;
  CLI::App* marks =
      app.add_subcommand("marks", "Count how often generated worlds meet each named situation");
  marks->add_option("--runs", options->runs, "So many runs of the default mix, from seed 0")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000'000));
  marks->add_option("--jobs", options->jobs, "Runs at one time")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  marks->add_option("--markdown", options->markdown_file, "Write the table here, not to the screen")
      ->type_name("FILE");
  return {marks, [options] { return marks_command(*options); }};
}

}  // namespace dp::cli
