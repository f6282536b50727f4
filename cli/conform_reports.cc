#include "cli/conform_reports.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <utility>

#include "cli/corpus.h"
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

constexpr std::size_t kKnownBytesMax = 4u << 20;
constexpr std::size_t kPage = 5;  // the place of HTML in the list

constexpr std::array<Format, 6> kFormatList = {{
    {"--json", "Write the report as JSON, the truth of a run; - is standard output",
     conformance::report_json},
    {"--junit", "Write JUnit XML", conformance::junit_xml},
    {"--tap", "Write TAP 14", conformance::tap14},
    {"--ctrf", "Write CTRF JSON", conformance::ctrf_json},
    {"--sarif", "Write SARIF 2.1.0, placed at the lines of the specification",
     conformance::sarif_json},
    {"--html", "Write one offline HTML page", nullptr},
}};

std::string today() {
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day date(days);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace

void ConformReports::declare_formats(CLI::App& command) {
  for (std::size_t i = 0; i < kFormats; ++i) {
    command.add_option(kFormatList[i].option, paths_[i], kFormatList[i].help)->type_name("FILE");
  }
}

void ConformReports::declare(CLI::App& command) {
  declare_formats(command);
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
  const auto text = read_file(known_path_, kKnownBytesMax);
  if (!text) return refuse(ExitCode::bad_input, text.error());
  auto list = conformance::read_known_failures(*text);
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
  const ExitCode code = conformance::exit_code(report, known_.has_value());
  return write({&report, 1}) ? code : problem_;
}

bool ConformReports::to_stdout() const {
  return std::ranges::find(paths_, "-") != paths_.end();
}

bool ConformReports::only_page() const {
  for (std::size_t i = 0; i < kFormats; ++i) {
    if (i != kPage && !paths_[i].empty()) return false;
  }
  return true;
}

bool ConformReports::write(std::span<const Report> reports) {
  for (std::size_t i = 0; i < kFormats; ++i) {
    if (!files_[i].is_open()) continue;
    files_[i].write(i == kPage ? conformance::report_html(reports)
                               : kFormatList[i].text(reports.front()));
    if (!files_[i].close()) refuse(ExitCode::broken, files_[i].problem());
  }
  return problem_ == ExitCode::all_hold;
}

}  // namespace dp::cli
