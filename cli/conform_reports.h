// The reports a conformance command can write, and the list of failures it may expect.
//
//   ConformReports reports;              // lives as long as the command
//   reports.declare(*command);
//   if (!reports.open()) return reports.problem();   // before the work: a wrong path costs nothing
//   return reports.conclude(std::move(report), whole_suite);
//
// Guarantees: every file asked for is written whole, or the exit code is that of a report that
// could not be written. Complaints go to standard error.
// Does not: print the result of the suite; the command does.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/report_file.h"
#include "conformance/reports/known_failures.h"
#include "conformance/reports/report.h"

namespace CLI {
class App;
}

namespace dp::cli {

class ConformReports {
 public:
  void declare(CLI::App& command);  // the formats and --known
  void declare_formats(CLI::App& command);
  bool open();
  sim::ExitCode problem() const { return problem_; }

  // `whole_suite` is false if only some cases were judged: entries of the list that met none of
  // them are then not stale.
  sim::ExitCode conclude(conformance::Report report, bool whole_suite);
  // Writes what was asked for. Only the HTML page holds several reports; `only_page` tells whether
  // nothing else was asked for.
  bool write(std::span<const conformance::Report> reports);
  bool only_page() const;
  bool to_stdout() const;  // so that nothing else is printed there

 private:
  static constexpr std::size_t kFormats = 6;

  bool refuse(sim::ExitCode code, const std::string& text);
  bool read_known();

  std::array<std::string, kFormats> paths_;  // in the order of the formats in the .cc
  std::array<ReportFile, kFormats> files_;
  std::string known_path_;
  std::optional<std::vector<conformance::KnownFailure>> known_;
  sim::ExitCode problem_ = sim::ExitCode::all_hold;
};

}  // namespace dp::cli
