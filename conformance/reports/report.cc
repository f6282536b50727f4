#include "conformance/reports/report.h"

#include <algorithm>
#include <utility>

namespace dp::conformance {
namespace {

std::string_view name(Binding binding) {
  return binding == Binding::must ? "MUST" : "SHOULD";
}

std::string_view name(Side side) {
  return side == Side::client ? "client" : side == Side::server ? "server" : "both";
}

}  // namespace

bool Report::is_known(const CaseResult& one) const {
  return std::ranges::find(known, one.about.id) != known.end();
}

Report report_of(SuiteResult result, const Manifest& manifest) {
  Report report;
  report.result = std::move(result);
  for (const ManifestRow& row : manifest.rows) {
    report.requirements.push_back({.id = row.requirement->id,
                                   .binding = std::string(name(row.requirement->binding)),
                                   .side = std::string(name(row.requirement->side)),
                                   .sentence = row.requirement->sentence,
                                   .line = row.requirement->line,
                                   .cases = row.cases,
                                   .excluded = row.excluded});
  }
  return report;
}

Bucket bucket(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::loose:
    case Verdict::info:
      return Bucket::green;
    case Verdict::unsupported:
    case Verdict::not_applicable:
      return Bucket::skipped;
    case Verdict::fail:
    case Verdict::untestable:
    case Verdict::flaky:
    case Verdict::harness_error:
      return Bucket::red;
  }
  return Bucket::red;
}

BucketCounts count_buckets(const Report& report) {
  BucketCounts counts;
  for (const CaseResult& one : report.result.cases) {
    switch (bucket(one.verdict)) {
      case Bucket::green:
        ++counts.green;
        break;
      case Bucket::skipped:
        ++counts.skipped;
        break;
      case Bucket::red:
        ++counts.red;
        break;
    }
  }
  return counts;
}

std::string message_of(const CaseResult& result) {
  if (result.tag.empty()) return result.actual;
  return result.actual.empty() ? result.tag : result.tag + ": " + result.actual;
}

sim::ExitCode exit_code(const Report& report, bool with_known_list) {
  const Overall verdict = overall(report.result);
  if (!with_known_list || report.result.interrupted) return exit_code(verdict);
  if (!report.known_problems.empty()) return sim::ExitCode::violation;
  const bool all_expected = std::ranges::all_of(report.result.cases, [&](const CaseResult& one) {
    return !is_red(one.verdict) || report.is_known(one);
  });
  return all_expected ? sim::ExitCode::all_hold : exit_code(verdict);
}

}  // namespace dp::conformance
