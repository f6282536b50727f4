#include "cli/conform_reports.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <iterator>
#include <utility>

#include "conformance/reports/html.h"
#include "conformance/reports/projections.h"
#include "conformance/reports/report_json.h"

namespace dp::cli {
namespace {

using conformance::Report;
using sim::ExitCode;

struct Format {
  const char* option;
  const char* help;
  std::string (*text)(const Report&);
};

std::string html_of_one(const Report& report) {
  return conformance::report_html({&report, 1});
}

constexpr std::array<Format, 6> kFormatList = {{
    {"--json", "Write the report as JSON, the truth of a run; - is standard output",
     conformance::report_json},
    {"--junit", "Write JUnit XML", conformance::junit_xml},
    {"--tap", "Write TAP 14", conformance::tap14},
    {"--ctrf", "Write CTRF JSON", conformance::ctrf_json},
    {"--sarif", "Write SARIF 2.1.0, placed at the lines of the specification",
     conformance::sarif_json},
    {"--html", "Write one offline HTML page", html_of_one},
}};

std::string today() {
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day date(days);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace

void ConformReports::declare(CLI::App& command) {
  for (std::size_t i = 0; i < kFormats; ++i) {
    command.add_option(kFormatList[i].option, paths_[i], kFormatList[i].help)->type_name("FILE");
  }
  command
      .add_option("--known", known_path_,
                  "A list of failures that are expected; an entry that no longer fits is red")
      ->type_name("FILE");
}

bool ConformReports::refuse(ExitCode code, const std::string& text) {
  fmt::print(stderr, "draftproof: {}\n", text);
  problem_ = code;
  return false;
}

bool ConformReports::read_known() {
  if (known_path_.empty()) return true;
  std::ifstream file(known_path_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return refuse(ExitCode::bad_input, known_path_ + ": cannot be read");
  auto list = conformance::read_known_failures(text);
  if (!list) return refuse(ExitCode::bad_input, known_path_ + ": " + list.error().detail);
  known_ = std::move(*list);
  return true;
}

bool ConformReports::open() {
  if (!read_known()) return false;
  for (std::size_t i = 0; i < kFormats; ++i) {
    if (!files_[i].open(paths_[i])) return refuse(ExitCode::broken, files_[i].problem());
  }
  return true;
}

ExitCode ConformReports::conclude(Report report, bool whole_suite) {
  if (known_) {
    conformance::apply_known_failures(*known_, today(), whole_suite, report);
    for (const conformance::KnownProblem& one : report.known_problems) {
      fmt::print(stderr, "draftproof: {}: the entry {} is {}: {}\n", known_path_, one.entry,
                 one.what, one.detail);
    }
  }
  ExitCode code = conformance::exit_code(report, known_.has_value());
  for (std::size_t i = 0; i < kFormats; ++i) {
    if (!files_[i].is_open()) continue;
    files_[i].write(kFormatList[i].text(report));
    if (!files_[i].close()) {
      fmt::print(stderr, "draftproof: {}\n", files_[i].problem());
      code = ExitCode::broken;
    }
  }
  return code;
}

}  // namespace dp::cli
