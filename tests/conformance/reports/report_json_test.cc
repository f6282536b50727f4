#include "conformance/reports/report_json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "conformance/reports/html.h"
#include "tests/conformance/reports/sample_report.h"

namespace dp::conformance {
namespace {

using Json = nlohmann::json;

bool fits_schema(const Json& report) {
  std::ifstream file(std::string(DP_SOURCE_DIR) + "/conformance/reports/report.schema.json");
  const Json schema_text = Json::parse(file);
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_text), schema);
  valijson::Validator validator;
  return validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(report), nullptr);
}

TEST(ReportJson, WhatIsWrittenFitsTheSchemaAndASpoiltOneDoesNot) {
  Json report = Json::parse(report_json(sample_report()));
  EXPECT_TRUE(fits_schema(report));
  report["cases"][0]["verdict"] = "splendid";
  EXPECT_FALSE(fits_schema(report));
}

TEST(ReportJson, WhatIsReadBackIsWhatWasWritten) {
  Report report = sample_report();
  for (CaseResult& one : report.result.cases) {
    if (!one.actual.empty()) one.actual = "plain";
  }
  report.known = {"a"};
  report.known_problems = {{"DP-*", "stale", "nothing it names is red"}};
  const auto again = read_report_json(report_json(report));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(report_json(*again), report_json(report));
}

TEST(ReportJson, BadReportsAreNamedByTheirMember) {
  const auto detail = [](const Json& json) {
    const auto read = read_report_json(json.dump());
    return read ? std::string("accepted") : read.error().detail;
  };
  const Json good = Json::parse(report_json(sample_report()));
  EXPECT_EQ(detail(good), "accepted");
  Json bad = good;
  bad["format"] = "draftproof-conformance/2";
  EXPECT_EQ(detail(bad),
            "format is \"draftproof-conformance/2\"; this program reads draftproof-conformance/1");
  bad = good;
  bad["cases"][3]["verdict"] = "splendid";
  EXPECT_EQ(detail(bad), "cases[3].verdict is not a verdict");
  bad = good;
  bad["cases"][2].erase("close");
  EXPECT_EQ(detail(bad), "cases[2].close is missing");
  bad = good;
  bad["seed"] = "7";
  EXPECT_EQ(detail(bad), "seed is not a whole number");
  EXPECT_EQ(read_report_json("{\"format\":").error().detail, "not JSON");
  EXPECT_EQ(read_report_json("[]").error().detail, "format is missing");
}

// The sample is kept as a file too, for validators that are not written in C++.
TEST(ReportJson, TheSampleInTheTreeIsWhatTheProgramWrites) {
  std::ifstream file(std::string(DP_SOURCE_DIR) + "/tests/conformance/reports/sample_report.json");
  const std::string kept{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(kept, report_json(sample_report()));
}

TEST(ReportHtml, NothingAPeerSentCanLeaveItsScript) {
  const Report report = sample_report();
  const std::string page = report_html({&report, 1});
  const std::size_t opens = page.find("<script>");
  const std::size_t closes = page.find("</script>");
  ASSERT_NE(opens, std::string::npos);
  EXPECT_EQ(page.find("</script>", closes + 1), std::string::npos);
  EXPECT_GT(closes, page.find("render();\n"));
  EXPECT_EQ(page.find("/*REPORTS*/"), std::string::npos);
  EXPECT_EQ(page.find("<b>"), std::string::npos);
}

}  // namespace
}  // namespace dp::conformance
