#include "cli/conform_client_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "cli/conform_client_url.h"
#include "cli/conform_lines.h"
#include "cli/conform_reports.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "conformance/suites/client/suite.h"

namespace dp::cli {
namespace {

using conformance::CaseResult;

std::vector<conformance::Case> all_cases() {
  std::vector<conformance::Case> out;
  for (const auto& one : conformance::client_cases()) out.push_back(one.about);
  return out;
}

conformance::Manifest manifest() {
  const auto cases = all_cases();
  return conformance::manifest_of(conformance::Side::client, cases,
                                  conformance::client_exclusions());
}

conformance::SuiteResult by_the_adapter(const ConformClientOptions& options, Terminal& terminal) {
  constexpr std::size_t kWiredJobs = 16;  // they wait most of the time
  conformance::ClientSuiteOptions suite;
  suite.command = options.adapter;
  suite.level = options.level;
  suite.filter = options.filter;
  suite.seed = options.seed;
  suite.jobs = options.level == "L2" ? std::max(options.jobs, kWiredJobs) : options.jobs;
  suite.program = options.program;
  suite.limits.reply = std::chrono::milliseconds(options.reply_ms);
  suite.stop = interrupted;
  suite.on_result = [&](const CaseResult& one) { show_case(terminal, one, options.verbose); };
  return conformance::run_client_suite(suite);
}

Result<conformance::SuiteResult> by_the_wire(const ConformClientOptions& options,
                                             Terminal& terminal) {
  auto result = judge_client_by_url(options);
  if (!result) return result;
  for (const CaseResult& one : result->cases) {
    if (one.tag != "not-observable" || options.verbose) show_case(terminal, one, options.verbose);
  }
  return result;
}

}  // namespace

sim::ExitCode conform_client(const ConformClientOptions& options) {
  Terminal terminal(options.reports->to_stdout() ? stderr : stdout, options.color, false);
  if (options.list) {
    for (const auto& one : all_cases()) {
      if (conformance::matches_glob(options.filter, one.id)) {
        terminal.line(fmt::format("{:<44} {}", one.id, one.title));
      }
    }
    return sim::ExitCode::all_hold;
  }
  if (options.manifest) {
    fmt::print("{}", conformance::manifest_markdown(manifest()));
    return sim::ExitCode::all_hold;
  }
  const bool by_url = options.level == "L1";
  if (options.adapter.empty() && !by_url) {
    fmt::print(stderr, "--adapter is missing: the command that starts the adapter\n");
    return sim::ExitCode::bad_input;
  }
  if (!options.reports->open()) return options.reports->problem();
  listen_for_interrupt();
  const std::int64_t started_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                                      std::chrono::system_clock::now().time_since_epoch())
                                      .count();
  Result<conformance::SuiteResult> judged =
      by_url ? by_the_wire(options, terminal) : by_the_adapter(options, terminal);
  if (!judged) {
    fmt::print(stderr, "draftproof: {}\n", judged.error().detail);
    return judged.error().fault == Fault::caller ? sim::ExitCode::bad_input : sim::ExitCode::broken;
  }
  judged->program_version = kVersion;
  terminal.line(summary_of(*judged));
  for (const std::string& reason : reasons_of(*judged)) terminal.line(reason);
  conformance::Report report = conformance::report_of(std::move(*judged), manifest());
  report.started_unix_ms = started_ms;
  const bool whole = options.filter == "*";
  const sim::ExitCode code = options.reports->conclude(std::move(report), whole);
  return terminal.flush() ? code : sim::ExitCode::broken;
}

}  // namespace dp::cli
