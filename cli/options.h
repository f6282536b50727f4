// What the command line said, after parsing; main.cc fills these and nothing else reads argv.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace dp::cli {

enum class ColorChoice : std::uint8_t { automatic, always, never };

struct RunOptions {
  std::vector<std::string> paths;       // empty: the default suite
  std::optional<sim::SeedRange> seeds;  // empty: each scenario's own
  std::size_t jobs = 1;
  std::string filter;
  std::string json_file;   // "-" is standard output
  std::string junit_file;  // "" is none
  std::string trace_file;
  std::string client;        // command of a foreign client's adapter; "" is our own core
  bool one_foreign = false;  // only the first device of each account is that client
  bool list_excluded = false;
  std::int64_t reply_ms = 10'000;  // how long an adapter may take
  bool list = false;
  bool fail_fast = false;
  bool quiet = false;
  ColorChoice color = ColorChoice::automatic;
  std::string program;  // how a person starts it, for the command that runs a failure again
};

struct CheckOptions {
  std::vector<std::string> paths;
  std::string index_file;  // "" is none, "-" standard output
};

struct DigestOptions {
  std::vector<std::string> paths;
  std::size_t jobs = 1;
};

struct MutantsOptions {
  std::string patches;                 // folder; empty: tests/mutants of the source tree
  std::vector<std::string> scenarios;  // empty: those of the source tree
  std::string only;                    // pattern of names
  std::size_t sample = 0;              // so many, evenly spread; 0 is all
  std::size_t jobs = 1;                // mutants at one time
  std::uint64_t fuzz_seeds = 0;        // generated worlds for each; 0 is none
  bool unit_tests = false;             // which of them let it pass
  std::string json_file;
  std::string markdown_file;
  bool keep = false;  // the mutant programs, in the build folder
  bool quiet = false;
  ColorChoice color = ColorChoice::automatic;
};

// "7" or "1..20", both ends included.
std::optional<sim::SeedRange> parse_seeds(const std::string& text);

}  // namespace dp::cli
