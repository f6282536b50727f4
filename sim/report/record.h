// What became of a run: the one result model that every report format is a projection of.
//
// Guarantees: everything but `wall_us` is a function of scenario and seed; records are values.
// Does not: know scenarios or worlds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/vocabulary/time.h"
#include "sim/report/exit_code.h"

namespace dp::sim {

inline constexpr std::string_view kResultsFormat = "draftproof-results/1";

enum class RunStatus : std::uint8_t {
  passed,
  failed,  // a law or an expectation did not hold
  error,   // the run itself went wrong: an impossible action, a law that compared nothing
};
std::string_view name(RunStatus status);

// A law or an expectation that did not hold.
struct ReportedViolation {
  std::string rule;       // name of the oracle, or "expectation"
  std::string signature;  // equal for two failures of one kind
  Micros time_us = 0;
  std::string where;   // name of the device, "server" or "world"
  std::string place;   // file:line:column of the step, "" for a law
  std::string action;  // the last thing a person or the scenario did before
  std::string expected;
  std::string seen;
  std::vector<std::string> story;  // the last events before it, one line each
  bool operator==(const ReportedViolation&) const = default;
};

struct RunRecord {
  std::string name;
  std::string file;
  std::uint64_t seed = 0;
  RunStatus status = RunStatus::passed;
  std::string error;  // why status is error, else ""
  std::uint64_t events = 0;
  Micros simulated_us = 0;
  std::int64_t wall_us = 0;
  std::string digest;
  std::uint64_t comparisons = 0;
  std::vector<ReportedViolation> violations;
  bool operator==(const RunRecord&) const = default;
};

struct Summary {
  std::size_t scenarios = 0;
  std::size_t runs = 0;  // that were performed
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t errors = 0;
  std::size_t not_run = 0;  // because of an interrupt or --fail-fast
  std::uint64_t events = 0;
  std::uint64_t comparisons = 0;
  Micros simulated_us = 0;
  std::int64_t wall_us = 0;
  bool interrupted = false;
  ExitCode exit_code() const;
};

// What a run by a foreign client could not play, and what the laws compared in the rest.
struct ExcludedScenario {
  std::string name;
  std::string file;
  std::vector<std::string> missing;  // powers, one sentence each
  bool operator==(const ExcludedScenario&) const = default;
};
struct LawReport {
  std::string name;
  std::size_t runs = 0;  // in which it applied
  std::uint64_t comparisons = 0;
  bool operator==(const LawReport&) const = default;
};
struct ClientReport {
  std::string command;
  std::string implementation;
  std::vector<ExcludedScenario> excluded;
  std::vector<LawReport> laws;
};

struct Results {
  std::string program_version;
  std::vector<RunRecord> records;  // sorted by name, then seed
  Summary summary;
  std::optional<ClientReport> client{};  // of a foreign client; none: ours
};

// Sorts the records and counts them. `planned` is the number of runs that were asked for.
Results results_of(std::string program_version, std::vector<RunRecord> records,
                   std::size_t scenarios, std::size_t planned, bool interrupted,
                   std::int64_t wall_us);

std::string time_text(Micros time_us);  // "1.200000s", for stories

// The failure of a run as a person reads it, several lines without a newline at the end.
std::string story_text(const RunRecord& record, std::string_view rerun_command);

}  // namespace dp::sim
