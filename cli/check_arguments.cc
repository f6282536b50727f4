#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/check_command.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace dp::cli {

Command add_check(CLI::App& app, const Invocation&) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* check = app.add_subcommand("check", "Validate scenario files without playing them");
  check->add_option("PATH", options->paths, "Scenario files or folders of them")->required();
  check->add_option("--index", options->index_file, "Also write what each scenario shows")
      ->type_name("FILE");
  return {check, [options] { return check_command(*options); }};
}

}  // namespace dp::cli
