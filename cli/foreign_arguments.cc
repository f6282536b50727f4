#include "cli/foreign_arguments.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "cli/choice.h"
#include "conformance/foreign/foreign_clients.h"

namespace dp::cli {

void add_client_options(CLI::App& command, std::string& client, std::int64_t& reply_ms) {
  command
      .add_option("--client", client,
                  "Somebody else's client on the devices: the command of its adapter "
                  "(docs/adapter.md)")
      ->type_name("CMD");
  command.add_option("--reply-ms", reply_ms, "How long that adapter may take for a reply")
      ->type_name("N")
      ->check(CLI::Range(1, 600'000));
}

void add_foreign_option(CLI::App& command, bool& one_foreign) {
  const Choices<bool> devices{{"all", false}, {"one", true}};
  add_choice(command, "--foreign", one_foreign, devices,
             "Which devices that client is on: all, or the first of each account")
      ->type_name("all|one");
}

std::optional<MetClient> meet_client(const std::string& command, bool one_foreign,
                                     std::int64_t reply_ms) {
  conformance::ProcessLimits limits;
  limits.reply = std::chrono::milliseconds(reply_ms);
  auto pool = conformance::AdapterPool::open(command, limits);
  if (!pool) {
    fmt::print(stderr, "draftproof: the client's adapter cannot be used: {} {}\n",
               pool.error().code, pool.error().detail);
    return std::nullopt;
  }
  const conformance::Introduction& hello = (*pool)->introduction();
  MetClient out;
  out.implementation = hello.implementation + " " + hello.version;
  out.clients = conformance::foreign_clients(std::move(*pool), one_foreign);
  return out;
}

}  // namespace dp::cli
