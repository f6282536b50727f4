#include <CLI/CLI.hpp>
#include <vector>

#include "cli/commands.h"

namespace dp::cli {

std::vector<Command> add_conform(CLI::App& app, const Invocation& invocation) {
  CLI::App* conform = app.add_subcommand("conform", "Judge clients and servers that others wrote");
  conform->require_subcommand(1);
  return {add_conform_client(*conform, invocation), add_conform_server(*conform, invocation),
          add_conform_broken(*conform, invocation), add_conform_report(*conform, invocation)};
}

}  // namespace dp::cli
