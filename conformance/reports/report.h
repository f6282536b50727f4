// The one result model of a conformance run: what report.json holds, and what every other format is
// a projection of.
//
// Guarantees: value types; `buckets` is how all formats count, so that their totals agree.
// Does not: judge. The suites do; known failures only say which red results were expected.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/verdict/case.h"
#include "conformance/verdict/manifest.h"

namespace dp::conformance {

inline constexpr std::string_view kReportFormat = "draftproof-conformance/1";

// One entry of a list of known failures that did not describe what happened.
struct KnownProblem {
  std::string entry;   // its case pattern
  std::string what;    // "stale", "changed" or "expired"
  std::string detail;  // a sentence
  bool operator==(const KnownProblem&) const = default;
};

struct ReportedRequirement {
  std::string id;
  std::string binding;  // MUST or SHOULD
  std::string side;
  std::string sentence;
  std::size_t line = 0;            // of docs/protocol.md
  std::vector<std::string> cases;  // ids
  std::string excluded;            // the reason; "" if it is judged
  bool operator==(const ReportedRequirement&) const = default;
};

struct Report {
  SuiteResult result;
  std::int64_t started_unix_ms = 0;
  std::vector<ReportedRequirement> requirements;
  std::vector<std::string> known;  // ids of red cases that a list expected
  std::vector<KnownProblem> known_problems;

  bool is_known(const CaseResult& one) const;
};

Report report_of(SuiteResult result, const Manifest& manifest);

// Three heaps that every format knows, whatever it calls them.
enum class Bucket : std::uint8_t { green, skipped, red };
Bucket bucket(Verdict verdict);  // green: pass, loose, info; skipped: unsupported, not-applicable

struct BucketCounts {
  std::size_t green = 0;
  std::size_t skipped = 0;
  std::size_t red = 0;
  bool operator==(const BucketCounts&) const = default;
};
BucketCounts count_buckets(const Report& report);

// "late-save: saved 1201 ms after the last key": what lists of known failures match by prefix.
std::string message_of(const CaseResult& result);

// Without a list: that of `overall`. With one: all_hold if every red case was expected and every
// entry still describes what happens.
sim::ExitCode exit_code(const Report& report, bool with_known_list);

}  // namespace dp::conformance
