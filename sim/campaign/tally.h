// What a campaign adds up over its runs.
//
// Guarantees: adding is associative and commutative, so shards and resumed parts may be put
// together in any order; memory does not grow with the number of runs, only with that of different
// failures.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>

#include "sim/capsule/fuzz_case.h"
#include "sim/marks/mark_set.h"
#include "sim/scenario/document.h"

namespace dp::sim {

struct FailureCount {
  std::uint64_t runs = 0;
  std::uint64_t first_seed = 0;
  bool operator==(const FailureCount&) const = default;
};

struct CampaignTally {
  std::uint64_t runs = 0;
  std::uint64_t failed = 0;
  std::uint64_t two_runs = 0;      // pairs of runs
  std::uint64_t masked_bytes = 0;  // of them, each recomputed
  std::uint64_t histories = 0;     // of the merge code alone
  std::uint64_t events = 0;
  std::uint64_t frames = 0;
  // Seconds, whole ones of each run: in microseconds 50,000 runs with nights of 400 days are more
  // than a number of a JSON file may be.
  std::uint64_t simulated_s = 0;
  std::int64_t wall_us = 0;
  FaultCounts faults{};
  MarkCounts marks;
  std::map<std::string, std::uint64_t> comparisons;  // by law
  std::map<std::string, FailureCount> failures;      // by signature

  void add(const FuzzCase& one, const RunOutcome& outcome, const MarkSet& marks_met);
  void add_failure(const std::string& signature, std::uint64_t seed);
  void add(const CampaignTally& other);
  bool operator==(const CampaignTally&) const = default;
};

// All that was simulated, for people: whole seconds, at most 200,000 years.
Micros simulated(const CampaignTally& tally);

// Compact JSON, one line. Zeros are left out.
std::string tally_json(const CampaignTally& tally);
// The error is a sentence without the name of the file.
std::expected<CampaignTally, std::string> tally_of(const Value& object);

}  // namespace dp::sim
