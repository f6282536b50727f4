#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/test_command.h"

namespace dp::cli {

Command add_test(CLI::App& app, const Invocation&) {
  CLI::App* test = app.add_subcommand("test", "Build and test the source tree (the gate)");
  test->allow_extras();
  test->prefix_command();
  return {test, [test] { return test_command(test->remaining()); }};
}

}  // namespace dp::cli
