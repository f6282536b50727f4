#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/two_run_command.h"

namespace dp::cli {

Command add_two_run(CLI::App& app, const Invocation&) {
  auto options = std::make_shared<TwoRunOptions>();
  CLI::App* command = app.add_subcommand(
      "two-run", "Play pairs of runs with other secrets and compare all that a server sees");
  command->add_option("--seeds", options->seeds, "So many seeds, each with every kind of pair")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--kind", options->kind, "One kind, such as real/overlap/malicious")
      ->type_name("NAME");
  return {command, [options] { return two_run_command(*options); }};
}

}  // namespace dp::cli
