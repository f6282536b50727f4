// draftproof conform client: judge a client that somebody else wrote, through its adapter.
#pragma once

#include <cstdint>
#include <string>

#include "cli/options.h"
#include "core/vocabulary/result.h"
#include "sim/report/exit_code.h"

namespace dp::cli {

class ConformReports;

struct ConformClientOptions {
  std::string adapter;
  std::string level = "L3";
  std::string filter = "*";
  ConformReports* reports = nullptr;  // must outlive the command
  std::uint64_t seed = 1;
  std::size_t jobs = 1;
  std::int64_t reply_ms = 10'000;
  std::string listen = "127.0.0.1:0";  // L1
  std::int64_t seconds = 60;           // L1
  std::string key_file;                // L1: the account's key for a device, "" is none
  bool list = false;
  bool manifest = false;
  bool verbose = false;
  ColorChoice color = ColorChoice::automatic;
  std::string program;
};

sim::ExitCode conform_client(const ConformClientOptions& options);

}  // namespace dp::cli
