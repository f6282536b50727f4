#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/rules_command.h"

namespace dp::cli {

Command add_rules(CLI::App& app, const Invocation&) {
  CLI::App* rules = app.add_subcommand("rules", "Print the laws that every run is judged by");
  return {rules, [] { return rules_command(); }};
}

}  // namespace dp::cli
