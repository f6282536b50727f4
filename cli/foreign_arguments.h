// The options by which a command takes a foreign client instead of our own, and meeting it.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "sim/world/client_port.h"

namespace dp::cli {

// --client CMD and --reply-ms N; the texts live as long as the command.
void add_client_options(CLI::App& command, std::string& client, std::int64_t& reply_ms);
// --foreign all|one
void add_foreign_option(CLI::App& command, bool& one_foreign);

struct MetClient {
  std::string implementation;  // and version
  sim::ForeignClients clients;
};

// Starts it once. None: it cannot be used, and why was said.
std::optional<MetClient> meet_client(const std::string& command, bool one_foreign,
                                     std::int64_t reply_ms);

}  // namespace dp::cli
