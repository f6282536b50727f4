#include "sim/report/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace dp::sim {

std::string_view name(RunStatus status) {
  switch (status) {
    case RunStatus::passed:
      return "passed";
    case RunStatus::failed:
      return "failed";
    case RunStatus::error:
      return "error";
  }
  return "?";
}

// Who interrupts a run knows that it is not whole, whatever was found so far. A violation comes
// before an error, because an error next to it may be its consequence.
ExitCode Summary::exit_code() const {
  if (interrupted && not_run > 0) return ExitCode::incomplete;
  if (failed > 0) return ExitCode::violation;
  if (errors > 0) return ExitCode::broken;
  if (not_run > 0) return ExitCode::incomplete;
  if (passed == 0) return ExitCode::broken;  // nothing ran: never a success
  return ExitCode::all_hold;
}

Results results_of(std::string program_version, std::vector<RunRecord> records,
                   std::size_t scenarios, std::size_t planned, bool interrupted,
                   std::int64_t wall_us) {
  std::ranges::sort(records, [](const RunRecord& a, const RunRecord& b) {
    return std::tie(a.name, a.seed) < std::tie(b.name, b.seed);
  });
  Results out{std::move(program_version), std::move(records), {}};
  Summary& sum = out.summary;
  sum.scenarios = scenarios;
  sum.runs = out.records.size();
  sum.not_run = planned > sum.runs ? planned - sum.runs : 0;
  sum.interrupted = interrupted;
  sum.wall_us = wall_us;
  for (const RunRecord& record : out.records) {
    if (record.status == RunStatus::passed) ++sum.passed;
    if (record.status == RunStatus::failed) ++sum.failed;
    if (record.status == RunStatus::error) ++sum.errors;
    sum.events += record.events;
    sum.comparisons += record.comparisons;
    sum.simulated_us += record.simulated_us;
  }
  return out;
}

std::string time_text(Micros time_us) {
  const char* sign = time_us < 0 ? "-" : "";
  const Micros magnitude = time_us < 0 ? -time_us : time_us;
  return fmt::format("{}{}.{:06}s", sign, magnitude / kSecond, magnitude % kSecond);
}

std::string story_text(const RunRecord& record, std::string_view rerun_command) {
  std::string out =
      fmt::format("{} {} seed {}", record.status == RunStatus::error ? "ERROR" : "FAILED",
                  record.name, record.seed);
  if (!record.error.empty()) out += fmt::format("\n  error:    {}", record.error);
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 0; i < record.violations.size() && i < kShown; ++i) {
    const ReportedViolation& violation = record.violations[i];
    out += fmt::format("\n  rule:     {} ({})", violation.rule, violation.signature);
    if (!violation.place.empty()) out += fmt::format("\n  step:     {}", violation.place);
    out += fmt::format("\n  when:     {} on {}", time_text(violation.time_us), violation.where);
    if (!violation.action.empty()) out += fmt::format("\n  after:    {}", violation.action);
    out += fmt::format("\n  expected: {}\n  seen:     {}", violation.expected, violation.seen);
    if (i > 0) continue;
    for (const std::string& line : violation.story) out += "\n    | " + line;
  }
  if (record.violations.size() > kShown) {
    out += fmt::format("\n  ... and {} more", record.violations.size() - kShown);
  }
  if (!rerun_command.empty()) out += fmt::format("\n  again:    {}", rerun_command);
  return out;
}

}  // namespace dp::sim
