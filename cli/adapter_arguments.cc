#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "conformance/broken/client/broken_clients.h"
#include "conformance/kits/cpp/loop.h"

namespace dp::cli {

Command add_adapter(CLI::App& app, const Invocation&) {
  CLI::App* adapter = app.add_subcommand(
      "adapter", "The reference client, driven over standard input (docs/adapter.md)");
  auto broken = std::make_shared<std::string>();
  adapter->add_option("--broken", *broken, "Wrong on purpose, to judge the suite: a name of it")
      ->type_name("NAME")
      ->check([](const std::string& name) {
        return conformance::find_broken_client(name) ? std::string()
                                                     : "there is no broken client \"" + name + "\"";
      });
  return {adapter, [broken] {
            std::ios::sync_with_stdio(false);
            const auto* chosen = conformance::find_broken_client(*broken);
            const auto alteration = chosen ? chosen->make() : std::make_unique<kit::Alteration>();
            kit::run_adapter(std::cin, std::cout, *alteration);
            return sim::ExitCode::all_hold;
          }};
}

}  // namespace dp::cli
