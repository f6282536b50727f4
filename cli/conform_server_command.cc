#include "cli/conform_server_command.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "cli/conform_lines.h"
#include "cli/conform_reports.h"
#include "cli/corpus.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "conformance/suites/client/suite.h"
#include "conformance/suites/server/suite.h"

namespace dp::cli {
namespace {

constexpr std::size_t kProfileBytesMax = 16u << 20;

using conformance::CaseResult;
using conformance::ServerSuiteOptions;
using sim::ExitCode;

std::vector<conformance::Case> all_cases() {
  std::vector<conformance::Case> out;
  for (const auto& one : conformance::server_cases()) out.push_back(one.about);
  return out;
}

conformance::Manifest manifest() {
  const auto cases = all_cases();
  return conformance::manifest_of(conformance::Side::server, cases,
                                  conformance::server_exclusions());
}

bool is_chosen(const ConformServerOptions& options, const conformance::Case& one) {
  return conformance::matches_glob(options.filter, one.id) &&
         (!options.smoke || conformance::is_smoke(one));
}

std::optional<ExitCode> refuse(const std::string& text) {
  fmt::print(stderr, "draftproof: {}\n", text);
  return ExitCode::bad_input;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string rerun_of(const ConformServerOptions& options) {
  std::string out = options.program + " conform server";
  if (!options.command.empty()) return out + " --cmd " + quoted(options.command);
  out += " --url " + quoted(options.url) + " --profile " + quoted(options.profile_file);
  return options.ca_file.empty() ? out : out + " --ca " + quoted(options.ca_file);
}

// What is to be judged; a code if that cannot be told.
std::optional<ExitCode> read_target(const ConformServerOptions& options,
                                    ServerSuiteOptions& suite) {
  if (options.command.empty() == options.url.empty()) {
    return refuse("say what to judge: --cmd CMD starts a server, --url URL names one that runs");
  }
  suite.command = options.command;
  suite.url = options.url;
  suite.ca_file = options.ca_file;
  if (!options.command.empty()) return std::nullopt;
  if (options.profile_file.empty()) {
    return refuse("--profile is missing: the file with the accounts, tokens and limits of " +
                  options.url);
  }
  const auto text = read_file(options.profile_file, kProfileBytesMax);
  if (!text) return refuse(text.error());
  auto profile = conformance::read_target_profile(options.profile_file, *text);
  if (!profile) return refuse(profile.error().detail);
  suite.accounts = std::move(profile->accounts);
  suite.limits = std::move(profile->limits);
  return std::nullopt;
}

ExitCode list_cases(const ConformServerOptions& options, Terminal& terminal) {
  for (const auto& one : all_cases()) {
    if (!is_chosen(options, one)) continue;
    terminal.line(fmt::format("{} {:<44} {}", one.level, one.id, one.title));
  }
  return terminal.flush() ? ExitCode::all_hold : ExitCode::broken;
}

ServerSuiteOptions suite_options(const ConformServerOptions& options) {
  ServerSuiteOptions suite;
  suite.filter = options.filter;
  suite.smoke = options.smoke;
  suite.seed = options.seed;
  suite.jobs = options.jobs;
  suite.reply = std::chrono::milliseconds(options.reply_ms);
  suite.ready = std::chrono::milliseconds(options.ready_ms);
  suite.rerun = rerun_of(options);
  suite.stop = interrupted;
  return suite;
}

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

ExitCode conform_server(const ConformServerOptions& options) {
  Terminal terminal(options.reports->to_stdout() ? stderr : stdout, options.color, false);
  if (options.list) return list_cases(options, terminal);
  if (options.manifest) {
    fmt::print("{}", conformance::manifest_markdown(manifest()));
    return ExitCode::all_hold;
  }
  ServerSuiteOptions suite = suite_options(options);
  if (const auto refused = read_target(options, suite)) return *refused;
  if (!options.reports->open()) return options.reports->problem();
  listen_for_interrupt();
  std::size_t total = 0;
  for (const auto& one : all_cases()) {
    total += is_chosen(options, one) || conformance::is_server_probe(one) ? 1 : 0;
  }
  std::size_t judged = 0;
  suite.on_result = [&](const CaseResult& one) {
    ++judged;
    const bool quiet = terminal.is_live() && !options.verbose;
    if (!quiet || one.verdict != conformance::Verdict::pass) {
      show_case(terminal, one, options.verbose);
    }
    terminal.progress(fmt::format("{} of {}  {}", judged, total, one.about.id));
  };
  const std::int64_t started_ms = unix_ms();
  conformance::SuiteResult result = conformance::run_server_suite(suite);
  result.program_version = kVersion;
  terminal.line(summary_of(result));
  for (const std::string& reason : reasons_of(result)) terminal.line(reason);
  conformance::Report report = conformance::report_of(std::move(result), manifest());
  report.started_unix_ms = started_ms;
  const bool whole = options.filter == "*" && !options.smoke;
  const ExitCode code = options.reports->conclude(std::move(report), whole);
  return terminal.flush() ? code : ExitCode::broken;
}

}  // namespace dp::cli
