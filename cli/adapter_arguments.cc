#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/commands.h"
#include "conformance/kits/cpp/loop.h"

namespace dp::cli {

Command add_adapter(CLI::App& app, const Invocation&) {
  CLI::App* adapter = app.add_subcommand(
      "adapter", "The reference client, driven over standard input (docs/adapter.md)");
  return {adapter, [] {
            kit::Alteration none;
            kit::run_adapter(std::cin, std::cout, none);
            return sim::ExitCode::all_hold;
          }};
}

}  // namespace dp::cli
