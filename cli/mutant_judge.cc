#include "cli/mutant_judge.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cli/child_process.h"
#include "cli/suite.h"
#include "sim/report/exit_code.h"
#include "sim/report/record.h"

namespace dp::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// A mutant may be slower than the original, and the machine busier than it was.
constexpr double kPatience = 10;
constexpr double kPatienceSeconds = 30;
constexpr double kUnknownSuiteSeconds = 60;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Played {
  ChildEnd end;
  std::string said;
  nlohmann::json results;  // discarded unless the run came to its end
  bool is_complete() const {
    const bool exited = end.how == ChildEnd::How::exited;
    const int held = number(sim::ExitCode::all_hold);
    const int violated = number(sim::ExitCode::violation);
    return exited && (end.code == held || end.code == violated || has_errors()) &&
           results.is_object() && results.value("format", "") == sim::kResultsFormat;
  }
  // A run that could not be judged makes the exit code that of a broken harness, with a report.
  bool has_errors() const {
    return end.code == number(sim::ExitCode::broken) && results.is_object();
  }
};

Played play(const fs::path& program, const std::vector<std::string>& paths, double seconds,
            const JudgeOptions& options) {
  const fs::path report = options.scratch / fmt::format("results-{}.json", getpid());
  const fs::path output = options.scratch / fmt::format("output-{}.txt", getpid());
  std::error_code error;
  fs::remove(report, error);
  std::vector<std::string> words{program.string(), "run"};
  words.insert(words.end(), paths.begin(), paths.end());
  for (const char* word : {"--quiet", "--color", "never", "--jobs"}) words.emplace_back(word);
  words.push_back(std::to_string(options.jobs));
  words.insert(words.end(), {"--json", report.string()});
  const auto limit = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1'000));
  Played played;
  played.end = run_child({.arguments = std::move(words),
                          .folder = {},
                          .output = output,
                          .limits = {limit, options.memory_bytes},
                          .stop = options.stop});
  played.said = text_of(output);
  played.results = nlohmann::json::parse(text_of(report), nullptr, false);
  fs::remove(report, error);
  fs::remove(output, error);
  return played;
}

void add_records(SuiteSeen& seen, const nlohmann::json& results) {
  for (const auto& record : results.at("records")) {
    const std::string scenario = record.at("name");
    SuiteSeen::Scenario& played = seen.scenarios[scenario];
    played.file = record.at("file");
    played.seconds += static_cast<double>(record.at("wall_us").get<std::int64_t>()) / kSecond;
    ++seen.runs;
    if (record.at("status") == name(sim::RunStatus::passed)) continue;
    ++seen.failed_runs;
    std::set<std::string>& by = seen.by[scenario];
    for (const auto& violation : record.at("violations")) by.insert(violation.at("rule"));
    if (record.at("status") == name(sim::RunStatus::error)) by.insert("impossible_run");
  }
}

const char* rule_of_end(const ChildEnd& end) {
  return end.how == ChildEnd::How::timed_out ? "timeout" : "crash";
}

}  // namespace

std::set<std::string> SuiteSeen::by_all() const {
  std::set<std::string> all;
  for (const auto& [scenario, rules] : by) all.insert(rules.begin(), rules.end());
  return all;
}

SuiteSeen play_suite(const fs::path& program, const JudgeOptions& options) {
  const auto begin = Clock::now();
  SuiteSeen seen;
  std::error_code error;
  fs::create_directories(options.scratch, error);
  const double known = options.suite_seconds > 0 ? options.suite_seconds : kUnknownSuiteSeconds;
  const double patience = kPatienceSeconds + kPatience * known;
  const Played all = play(program, options.scenarios, patience, options);
  if (all.is_complete()) {
    add_records(seen, all.results);
    seen.seconds = seconds_since(begin);
    return seen;
  }
  const auto ended = [&](SuiteSeen::End end) {
    seen.end = end;
    seen.problem = all.said;
    return seen;
  };
  if (all.end.how == ChildEnd::How::interrupted) return ended(SuiteSeen::End::interrupted);
  const bool refused =
      all.end.how == ChildEnd::How::not_started ||
      (all.end.how == ChildEnd::How::exited && all.end.code == number(sim::ExitCode::bad_input));
  if (refused) return ended(SuiteSeen::End::impossible);

  // Somebody took the whole process down: who, and what do the others say?
  const double patience_for_one = kPatienceSeconds + known;
  for (const sim::Scenario& scenario : load_suite(options.scenarios).scenarios) {
    const Played one = play(program, {scenario.file}, patience_for_one, options);
    if (one.end.how == ChildEnd::How::interrupted) return ended(SuiteSeen::End::interrupted);
    if (one.is_complete()) {
      add_records(seen, one.results);
      continue;
    }
    seen.scenarios[scenario.name].file = scenario.file;
    seen.by[scenario.name].insert(rule_of_end(one.end));
    ++seen.runs;
    ++seen.failed_runs;
  }
  if (seen.by.empty()) seen.by["(all scenarios in one process)"].insert(rule_of_end(all.end));
  seen.seconds = seconds_since(begin);
  return seen;
}

void play_pairs(const fs::path& program, const JudgeOptions& options, SuiteSeen& seen) {
  const fs::path output = options.scratch / fmt::format("pairs-{}.txt", getpid());
  const ChildEnd end = run_child({.arguments = {program.string(), "two-run", "--seeds", "4"},
                                  .folder = {},
                                  .output = output,
                                  .limits = {std::chrono::minutes(3), options.memory_bytes},
                                  .stop = options.stop});
  std::error_code error;
  fs::remove(output, error);
  if (end.how == ChildEnd::How::interrupted) {
    seen.end = SuiteSeen::End::interrupted;
    return;
  }
  ++seen.runs;
  const bool exited = end.how == ChildEnd::How::exited;
  if (exited && end.code == number(sim::ExitCode::all_hold)) return;
  ++seen.failed_runs;
  const bool told_apart = exited && end.code == number(sim::ExitCode::violation);
  seen.by[kPairsOfRuns].insert(told_apart ? "two_run" : rule_of_end(end));
}

}  // namespace dp::cli
