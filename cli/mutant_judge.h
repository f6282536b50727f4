// Plays the suite with a mutant program and says who noticed.
//
// Guarantees: a mutant that hangs, crashes or eats memory is judged like any other: then each
// scenario is played in a process of its own, so that the others still count. Does not: stop at the
// first violation, because the table is to show every oracle that sees the bug.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace dp::cli {

// The plain flow of two devices that a mutant must leave alone, or it is too blunt to count.
inline constexpr const char* kHappyPath = "two-devices-see-each-other";
inline constexpr const char* kHappyPathFile = "scenarios/sync/two-devices-see-each-other.json";

// What pairs of runs are called where scenarios have their names.
inline constexpr const char* kPairsOfRuns = "(pairs of runs)";

struct SuiteSeen {
  enum class End : unsigned char { finished, impossible, interrupted };
  End end = End::finished;
  std::string problem;                              // why it was impossible
  std::map<std::string, std::set<std::string>> by;  // scenario -> rules that were violated there
  std::set<std::string> by_all() const;
  struct Scenario {
    std::string file;
    double seconds = 0;
  };
  std::map<std::string, Scenario> scenarios;  // that were played
  std::uint64_t runs = 0;
  std::uint64_t failed_runs = 0;
  double seconds = 0;
};

struct JudgeOptions {
  std::vector<std::string> scenarios;  // files or folders
  std::filesystem::path scratch;
  double suite_seconds = 0;  // what the unchanged program took; 0 is unknown
  std::uint64_t memory_bytes = 0;
  std::size_t jobs = 1;
  std::function<bool()> stop;
};

// One process for all scenarios, or one for each if that one does not end well.
SuiteSeen play_suite(const std::filesystem::path& program, const JudgeOptions& options);

// Pairs of runs of every family and mode (sim/two_run): "two_run" in `by` if a pair differed, under
// the name of the pairs instead of a scenario. Takes some seconds.
void play_pairs(const std::filesystem::path& program, const JudgeOptions& options, SuiteSeen& seen);

}  // namespace dp::cli
