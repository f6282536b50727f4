// A list of failures an implementation is known to have, so that a pipeline goes red only for news.
//
//   {"format": "draftproof-known-failures/1",
//    "entries": [{"case": "DP-SAVE-001/*", "verdict": "fail", "message": "late-save",
//                 "link": "https://example.org/issues/7", "expires": "2027-03-31"}]}
//
// An entry expects its cases (a pattern with * and ?) to end with this verdict and a message that
// begins so. It is itself a problem when it is stale (nothing it names is red any more), changed
// (red, but with another verdict or message) or expired.
// Guarantees: strict: unknown and missing members, wrong types and dates that do not exist are
// errors that name the entry and the member. At most 10,000 entries.
// Does not: read the clock; the caller says what day it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/reports/report.h"
#include "core/vocabulary/result.h"

namespace dp::conformance {

inline constexpr std::string_view kKnownFailuresFormat = "draftproof-known-failures/1";

struct KnownFailure {
  std::string pattern;
  Verdict verdict = Verdict::fail;
  std::string message;  // prefix; "" matches every message
  std::string link;
  std::string expires;  // YYYY-MM-DD, its last day
  bool operator==(const KnownFailure&) const = default;
};

Result<std::vector<KnownFailure>> read_known_failures(std::string_view text);

// Fills `known` and `known_problems` of the report. `today` is YYYY-MM-DD. `whole_suite` is false
// when only some cases were judged: entries that met none of them are then not stale.
void apply_known_failures(const std::vector<KnownFailure>& list, std::string_view today,
                          bool whole_suite, Report& report);

}  // namespace dp::conformance
