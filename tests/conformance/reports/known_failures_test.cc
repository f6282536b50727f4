#include "conformance/reports/known_failures.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/conformance/reports/sample_report.h"

namespace dp::conformance {
namespace {

std::string with_entry(const std::string& entry) {
  return R"({"format":"draftproof-known-failures/1","entries":[)" + entry + "]}";
}

std::string problem_in(const std::string& text) {
  const auto list = read_known_failures(text);
  return list ? "accepted" : list.error().detail;
}

TEST(KnownFailures, AListIsReadAndItsMistakesAreNamed) {
  const std::string good =
      R"({"case":"DP-SAVE-001/*","verdict":"fail","message":"late","link":"x",)"
      R"("expires":"2027-02-28"})";
  EXPECT_EQ(problem_in(with_entry(good)), "accepted");
  EXPECT_EQ(problem_in("{"), "not JSON");
  EXPECT_EQ(problem_in("[]"), "not an object");
  EXPECT_EQ(problem_in(R"({"format":"draftproof-known-failures/2","entries":[]})"),
            "format is not draftproof-known-failures/1");
  EXPECT_EQ(problem_in(with_entry(R"({"case":"a","verdict":"pass","expires":"2027-01-01"})")),
            "entries[0].verdict is not fail, untestable, flaky or harness-error");
  EXPECT_EQ(problem_in(with_entry(R"({"case":"a","verdict":"fail","expires":"2027-02-29"})")),
            "entries[0].expires is not a date YYYY-MM-DD");
  EXPECT_EQ(problem_in(with_entry(R"({"case":"a","verdict":"fail"})")),
            "entries[0].expires is not a date YYYY-MM-DD");
  EXPECT_EQ(problem_in(with_entry(R"({"verdict":"fail","expires":"2027-01-01"})")),
            "entries[0].case is missing");
  EXPECT_EQ(problem_in(with_entry(R"({"case":"a","expires":"2027-01-01"})")),
            "entries[0].verdict is missing");
  EXPECT_EQ(problem_in(with_entry(R"({"case":7})")), "entries[0].case is not a string");
  EXPECT_EQ(problem_in(with_entry(R"({"cases":"a"})")),
            "entries[0].cases is unknown; members are case, verdict, message, link, expires");
}

Report with_one_failure() {
  Report report = sample_report();
  std::erase_if(report.result.cases, [](const CaseResult& one) {
    return is_red(one.verdict) && one.verdict != Verdict::fail;
  });
  return report;
}

KnownFailure expecting(std::string pattern) {
  return {.pattern = std::move(pattern),
          .verdict = Verdict::fail,
          .message = "late-save",
          .link = "",
          .expires = "2027-01-31"};
}

TEST(KnownFailures, AnExpectedFailureLetsTheRunPass) {
  Report report = with_one_failure();
  EXPECT_EQ(exit_code(report, false), sim::ExitCode::violation);
  EXPECT_EQ(exit_code(report, true), sim::ExitCode::violation);  // an empty list expects nothing
  apply_known_failures({expecting("DP-SAVE-001/*")}, "2027-01-31", true, report);
  EXPECT_EQ(report.known_problems, std::vector<KnownProblem>{});
  EXPECT_EQ(exit_code(report, true), sim::ExitCode::all_hold);
}

TEST(KnownFailures, AnEntryThatNoLongerFitsIsRed) {
  const auto problem = [](const KnownFailure& entry, std::string_view today, bool whole) {
    Report report = with_one_failure();
    apply_known_failures({expecting("DP-SAVE-001/case-2"), entry}, today, whole, report);
    const bool red = exit_code(report, true) != sim::ExitCode::all_hold;
    EXPECT_EQ(red, !report.known_problems.empty());
    return report.known_problems.empty() ? std::string() : report.known_problems.front().what;
  };
  EXPECT_EQ(problem(expecting("DP-SAVE-001/case-0"), "2026-12-01", true), "stale");
  EXPECT_EQ(problem(expecting("DP-GONE-*"), "2026-12-01", true), "stale");
  EXPECT_EQ(problem(expecting("DP-GONE-*"), "2026-12-01", false), "");
  EXPECT_EQ(problem(expecting("DP-SAVE-001/case-2"), "2027-02-01", true), "expired");
  KnownFailure other = expecting("DP-SAVE-001/case-2");
  other.message = "early-save";
  EXPECT_EQ(problem(other, "2026-12-01", true), "changed");
  other = expecting("DP-SAVE-001/case-2");
  other.verdict = Verdict::flaky;
  EXPECT_EQ(problem(other, "2026-12-01", true), "changed");
}

}  // namespace
}  // namespace dp::conformance
