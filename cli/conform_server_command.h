// draftproof conform server: judge a server that somebody else wrote, as a program or an address.
#pragma once

#include <cstdint>
#include <string>

#include "cli/options.h"
#include "sim/report/exit_code.h"

namespace dp::cli {

class ConformReports;

struct ConformServerOptions {
  std::string command;  // S2
  std::string url;      // S1
  std::string profile_file;
  std::string ca_file;
  std::string filter = "*";
  ConformReports* reports = nullptr;  // must outlive the command
  std::uint64_t seed = 1;
  std::size_t jobs = 4;
  std::int64_t reply_ms = 5'000;
  std::int64_t ready_ms = 10'000;
  bool smoke = false;
  bool list = false;
  bool manifest = false;
  bool verbose = false;
  ColorChoice color = ColorChoice::automatic;
  std::string program;
};

sim::ExitCode conform_server(const ConformServerOptions& options);

}  // namespace dp::cli
