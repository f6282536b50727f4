#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/conform_reports.h"
#include "cli/corpus.h"
#include "conformance/reports/report_json.h"

namespace dp::cli {
namespace {

constexpr std::size_t kReportBytesMax = 64u << 20;

using sim::ExitCode;

struct Arguments {
  std::vector<std::string> files;
  ConformReports reports;
};

ExitCode refuse(ExitCode code, const std::string& text) {
  fmt::print(stderr, "draftproof: {}\n", text);
  return code;
}

// The worst exit code of all reports is that of the matrix.
ExitCode merge_reports(Arguments& arguments) {
  if (arguments.files.size() > 1 && !arguments.reports.only_page()) {
    return refuse(ExitCode::bad_input, "several reports fit on one page (--html) only");
  }
  std::vector<conformance::Report> reports;
  ExitCode worst = ExitCode::all_hold;
  for (const std::string& path : arguments.files) {
    const auto text = read_file(path, kReportBytesMax);
    if (!text) return refuse(ExitCode::bad_input, text.error());
    auto report = conformance::read_report_json(*text);
    if (!report) return refuse(ExitCode::bad_input, path + ": " + report.error().detail);
    const ExitCode code = conformance::exit_code(*report, !report->known.empty());
    if (code == ExitCode::violation || worst == ExitCode::all_hold) worst = code;
    const auto counts = conformance::count_buckets(*report);
    fmt::print("{}: {} suite, {}: {} passed, {} skipped, {} red, {}; {} requirements not judged\n",
               path, report->result.suite, report->result.implementation, counts.green,
               counts.skipped, counts.red, name(overall(report->result)),
               not_judged(report->result).size());
    reports.push_back(std::move(*report));
  }
  // Opened after reading, so that a report may be written over.
  if (!arguments.reports.open() || !arguments.reports.write(reports)) {
    return arguments.reports.problem();
  }
  return worst;
}

}  // namespace

Command add_conform_report(CLI::App& conform, const Invocation&) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* report = conform.add_subcommand(
      "report", "Turn report.json into other formats, or several into one page");
  report->footer(
      "Examples:\n"
      "  draftproof conform report ours.json theirs.json --html matrix.html\n"
      "  draftproof conform report ours.json --sarif ours.sarif --junit ours.xml\n"
      "\n"
      "Exit codes: the worst of the reports' own; 2 a file that is no report; 3 one that could\n"
      "not be written.");
  report->add_option("FILE", arguments->files, "Reports written with --json")->required();
  arguments->reports.declare_formats(*report);
  return {report, [arguments] { return merge_reports(*arguments); }};
}

}  // namespace dp::cli
