// What the command lines of fuzz, replay and merge said, after parsing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "sim/campaign/seed_ranges.h"

namespace dp::cli {

struct FuzzOptions {
  std::string mix = "default";
  std::optional<sim::SeedRange> seeds;  // of the whole campaign, before sharding
  std::optional<Micros> budget_us;      // of wall time
  sim::Shard shard;
  std::size_t jobs = 1;
  std::string corpus;        // folder; "" stops at the first failure
  std::string json_file;     // "-" is standard output
  std::string promote_file;  // a scenario of the first failure
  std::string client;        // command of a foreign client's adapter; "" is our own core
  bool one_foreign = false;
  std::int64_t reply_ms = 10'000;
  std::vector<sim::Family> without;  // families that are switched off
  bool shrink = true;
  bool quiet = false;
  ColorChoice color = ColorChoice::automatic;
  std::string program;
};

struct ReplayOptions {
  std::string capsule;
  std::string trace_file;
  std::string promote_file;
  std::string client;  // that of the capsule
  std::int64_t reply_ms = 10'000;
  bool quiet = false;
  ColorChoice color = ColorChoice::automatic;
  std::string program;
};

struct MergeOptions {
  std::vector<std::string> files;
  std::string json_file;
};

}  // namespace dp::cli
