#include "cli/conform_client_command.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/conform_reports.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "conformance/suites/client/suite.h"

namespace dp::cli {
namespace {

using conformance::CaseResult;
using conformance::Verdict;

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

Ink ink_of(Verdict verdict) {
  if (conformance::is_red(verdict)) return Ink::bad;
  return verdict == Verdict::pass ? Ink::good : Ink::faint;
}

void show(Terminal& terminal, const CaseResult& one, bool verbose) {
  const std::string verdict(conformance::name(one.verdict));
  const std::string tag = one.tag.empty() ? "" : " [" + one.tag + "]";
  terminal.line(
      fmt::format("{} {}{}", terminal.inked(verdict, ink_of(one.verdict)), one.about.id, tag));
  if (one.verdict == Verdict::pass || one.verdict == Verdict::unsupported) return;
  terminal.line("  " + one.about.title);
  if (!one.broken.empty()) {
    terminal.line("  " + one.broken + ": " +
                  conformance::sentences_of({"", {one.broken}, "", "", {}}));
  }
  terminal.line("  expected " + one.expected);
  terminal.line("  seen     " + one.actual);
  if (!one.rerun.empty()) terminal.line("  again    " + one.rerun);
  if (!verbose) return;
  for (const std::string& line : one.transcript) terminal.line("    " + line);
}

std::string summary(const conformance::SuiteResult& result) {
  std::string out = fmt::format("{}: {} in {:.1f} s;", result.implementation,
                                name(conformance::overall(result)), result.seconds);
  for (std::size_t i = 0; i < conformance::kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (result.count(verdict) == 0) continue;
    out += fmt::format(" {} {}", result.count(verdict), name(verdict));
  }
  return out;
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
  if (options.adapter.empty()) {
    fmt::print(stderr, "--adapter is missing: the command that starts the adapter\n");
    return sim::ExitCode::bad_input;
  }
  if (!options.reports->open()) return options.reports->problem();
  listen_for_interrupt();
  conformance::ClientSuiteOptions suite;
  suite.command = options.adapter;
  suite.filter = options.filter;
  suite.seed = options.seed;
  suite.jobs = options.jobs;
  suite.program = options.program;
  suite.limits.reply = std::chrono::milliseconds(options.reply_ms);
  suite.stop = interrupted;
  suite.on_result = [&](const CaseResult& one) { show(terminal, one, options.verbose); };
  const std::int64_t started_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                                      std::chrono::system_clock::now().time_since_epoch())
                                      .count();
  conformance::SuiteResult result = conformance::run_client_suite(suite);
  result.program_version = kVersion;
  terminal.line(summary(result));
  conformance::Report report = conformance::report_of(std::move(result), manifest());
  report.started_unix_ms = started_ms;
  const sim::ExitCode code = options.reports->conclude(std::move(report), options.filter == "*");
  return terminal.flush() ? code : sim::ExitCode::broken;
}

}  // namespace dp::cli
