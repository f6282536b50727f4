#include "conformance/reports/projections.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "tests/conformance/reports/sample_report.h"

namespace dp::conformance {
namespace {

using Json = nlohmann::json;

BucketCounts of_junit(const Report& report) {
  pugi::xml_document document;
  const std::string text = junit_xml(report);
  const auto parsed = document.load_string(text.c_str());
  EXPECT_TRUE(parsed) << parsed.description();
  BucketCounts counts;
  const pugi::xml_node suite = document.child("testsuites").child("testsuite");
  for (const pugi::xml_node one : suite.children("testcase")) {
    if (one.child("failure") || one.child("error")) {
      ++counts.red;
    } else if (one.child("skipped")) {
      ++counts.skipped;
    } else {
      ++counts.green;
    }
  }
  EXPECT_EQ(suite.attribute("failures").as_uint() + suite.attribute("errors").as_uint(),
            counts.red);
  EXPECT_EQ(suite.attribute("skipped").as_uint(), counts.skipped);
  return counts;
}

BucketCounts of_tap(const Report& report) {
  BucketCounts counts;
  std::istringstream lines(tap14(report));
  std::string line;
  while (std::getline(lines, line)) {
    if (line.starts_with("not ok ")) {
      ++(line.find("known failure") == std::string::npos ? counts.red : counts.skipped);
    } else if (line.starts_with("ok ")) {
      ++(line.find(" # SKIP") == std::string::npos ? counts.green : counts.skipped);
    }
  }
  return counts;
}

BucketCounts of_ctrf(const Report& report) {
  const Json results = Json::parse(ctrf_json(report))["results"];
  const Json& summary = results["summary"];
  BucketCounts of_tests;
  for (const Json& one : results["tests"]) {
    const std::string status = one["status"];
    ++(status == "passed" ? of_tests.green : status == "failed" ? of_tests.red : of_tests.skipped);
  }
  EXPECT_EQ(summary["passed"], of_tests.green);
  EXPECT_EQ(summary["failed"], of_tests.red);
  return of_tests;
}

TEST(Projections, AllFormatsCountTheSame) {
  const Report report = sample_report();
  const BucketCounts truth = count_buckets(report);
  EXPECT_EQ(truth, (BucketCounts{.green = 3, .skipped = 2, .red = 4}));
  EXPECT_EQ(of_junit(report), truth);
  EXPECT_EQ(of_tap(report), truth);
  EXPECT_EQ(of_ctrf(report), truth);
}

TEST(Projections, AKnownFailureIsRedNowhere) {
  Report report = sample_report();
  for (const CaseResult& one : report.result.cases) {
    if (is_red(one.verdict)) report.known.push_back(one.about.id);
  }
  const BucketCounts expected{.green = 3, .skipped = 6, .red = 0};
  EXPECT_EQ(of_junit(report), expected);
  EXPECT_EQ(of_tap(report), expected);
  EXPECT_EQ(of_ctrf(report), expected);
  const Json sarif = Json::parse(sarif_json(report));
  std::size_t open = 0;
  for (const Json& one : sarif["runs"][0]["results"]) {
    if (one["level"] == "error" && !one.contains("suppressions")) ++open;
  }
  EXPECT_EQ(open, 0U);
}

TEST(Projections, SarifHoldsWhatWasFoundWantingAtItsLine) {
  const Json sarif = Json::parse(sarif_json(sample_report()));
  const Json& results = sarif["runs"][0]["results"];
  ASSERT_EQ(results.size(), 3U);  // loose, fail, flaky
  std::multiset<std::string> levels;
  for (const Json& one : results) {
    levels.insert(one["level"]);
    EXPECT_EQ(one["ruleId"], "DP-SAVE-001");
    const Json& place = one["locations"][0]["physicalLocation"];
    EXPECT_EQ(place["artifactLocation"]["uri"], "docs/protocol.md");
    EXPECT_EQ(place["region"]["startLine"], 42);
  }
  EXPECT_EQ(levels, (std::multiset<std::string>{"error", "error", "warning"}));
  EXPECT_EQ(sarif["runs"][0]["tool"]["driver"]["rules"].size(), 1U);
}

TEST(Projections, TapEscapesWhatWouldBeADirective) {
  const std::string text = tap14(sample_report());
  EXPECT_TRUE(text.starts_with("TAP version 14\n1..9\n"));
  EXPECT_NE(text.find("what was \\# typed \\\\ is saved"), std::string::npos);
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {  // a peer's line break never begins a line of its own
    EXPECT_TRUE(line.starts_with("ok ") || line.starts_with("not ok ") || line.starts_with("  ") ||
                line.starts_with("#") || line.starts_with("TAP ") || line.starts_with("1.."))
        << line;
  }
}

}  // namespace
}  // namespace dp::conformance
