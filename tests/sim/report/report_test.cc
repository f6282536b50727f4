// The result model and its projections.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/report/junit.h"
#include "sim/report/record.h"
#include "sim/report/results_json.h"

namespace dp::sim {
namespace {

RunRecord passed(std::string name, std::uint64_t seed) {
  RunRecord out;
  out.name = std::move(name);
  out.file = "scenarios/sync/a.json";
  out.seed = seed;
  out.events = 10;
  out.simulated_us = 2 * kSecond;
  out.digest = std::string(32, '0');
  out.comparisons = 5;
  return out;
}

RunRecord failed(std::string name, std::uint64_t seed) {
  RunRecord out = passed(std::move(name), seed);
  out.status = RunStatus::failed;
  ReportedViolation violation;
  violation.rule = "no_resurrection";
  violation.signature = "no_resurrection/editor/line";
  violation.time_us = 1'200'500;
  violation.where = "phone";
  violation.expected = "nothing";
  violation.seen = "a <b> & \"c\" \x01 \xFF";
  violation.story = {"phone sends update_draft"};
  out.violations.push_back(violation);
  return out;
}

Results results(std::vector<RunRecord> records, std::size_t planned, bool interrupted = false) {
  return results_of("1.2.3", std::move(records), 2, planned, interrupted, 1'500'000);
}

TEST(Results, records_are_sorted_by_name_and_seed_and_counted) {
  const Results out = results({failed("b", 1), passed("a", 2), passed("a", 1)}, 4);
  EXPECT_EQ(out.records[0].seed, 1u);
  EXPECT_EQ(out.records[1].seed, 2u);
  EXPECT_EQ(out.records[2].name, "b");
  EXPECT_EQ(out.summary.runs, 3u);
  EXPECT_EQ(out.summary.passed, 2u);
  EXPECT_EQ(out.summary.failed, 1u);
  EXPECT_EQ(out.summary.not_run, 1u);
  EXPECT_EQ(out.summary.comparisons, 15u);
  EXPECT_EQ(out.summary.simulated_us, 6 * kSecond);
}

TEST(Results, the_exit_code_follows_the_one_table) {
  RunRecord error = passed("e", 1);
  error.status = RunStatus::error;
  EXPECT_EQ(results({passed("a", 1)}, 1).summary.exit_code(), ExitCode::all_hold);
  EXPECT_EQ(results({passed("a", 1), failed("b", 1)}, 2).summary.exit_code(), ExitCode::violation);
  EXPECT_EQ(results({failed("b", 1), error}, 2).summary.exit_code(), ExitCode::violation);
  EXPECT_EQ(results({passed("a", 1), error}, 2).summary.exit_code(), ExitCode::broken);
  EXPECT_EQ(results({passed("a", 1)}, 2, true).summary.exit_code(), ExitCode::incomplete);
  EXPECT_EQ(results({failed("a", 1)}, 2, true).summary.exit_code(), ExitCode::incomplete);
  EXPECT_EQ(results({passed("a", 1)}, 1, true).summary.exit_code(), ExitCode::all_hold);
  EXPECT_EQ(results({passed("a", 1)}, 2).summary.exit_code(), ExitCode::incomplete);
  EXPECT_EQ(results({failed("a", 1)}, 2).summary.exit_code(), ExitCode::violation);
  EXPECT_EQ(results({}, 0).summary.exit_code(), ExitCode::broken);
}

TEST(Results, json_has_every_field_and_survives_texts_that_are_not_utf8) {
  const std::string text = results_json(results({passed("a", 1), failed("b", 7)}, 2));
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json.at("format"), "draftproof-results/1");
  EXPECT_EQ(json.at("records").size(), 2u);
  const auto& record = json.at("records").at(1);
  for (const char* key : {"name", "seed", "status", "events", "simulated_us", "wall_us", "digest",
                          "comparisons", "violations", "file"}) {
    EXPECT_TRUE(record.contains(key)) << key;
  }
  EXPECT_EQ(record.at("status"), "failed");
  EXPECT_EQ(record.at("violations").at(0).at("rule"), "no_resurrection");
  EXPECT_EQ(json.at("summary").at("failed"), 1);
  EXPECT_EQ(json.at("summary").at("exit_code"), 1);
}

TEST(Results, json_has_the_fields_its_schema_requires_and_no_others) {
  std::ifstream in(std::string(DP_SOURCE_DIR) + "/sim/report/results.schema.json");
  const auto schema = nlohmann::json::parse(in);
  RunRecord error = passed("e", 1);
  error.status = RunStatus::error;
  error.error = "why";
  const auto json = nlohmann::json::parse(results_json(results({error, failed("f", 7)}, 2)));
  const auto agree = [](const nlohmann::json& value, const nlohmann::json& wanted) {
    for (const auto& key : wanted.at("required")) {
      EXPECT_TRUE(value.contains(key.get<std::string>())) << key;
    }
    for (const auto& [key, field] : value.items()) {
      EXPECT_TRUE(wanted.at("properties").contains(key)) << key;
    }
  };
  const auto& definitions = schema.at("definitions");
  agree(json, schema);
  agree(json.at("summary"), definitions.at("summary"));
  for (const auto& record : json.at("records")) agree(record, definitions.at("record"));
  agree(json.at("records").at(1).at("violations").at(0), definitions.at("violation"));
  EXPECT_EQ(schema.at("properties").at("format").at("const"), kResultsFormat);
}

TEST(Results, junit_counts_and_escapes) {
  const std::string text = results_junit(results({passed("a", 1), failed("b", 7)}, 2));
  EXPECT_NE(text.find("tests=\"2\" failures=\"1\" errors=\"0\""), std::string::npos);
  EXPECT_NE(text.find("name=\"b seed 7\""), std::string::npos);
  EXPECT_NE(text.find("a &lt;b&gt; &amp; &quot;c&quot; ? ?"), std::string::npos);
  EXPECT_EQ(text.find('\x01'), std::string::npos);
  EXPECT_EQ(xml_escaped("a\nb\tc\xEF\xBF\xBF"), "a&#10;b&#9;c?");
}

TEST(Results, a_story_says_rule_time_place_and_how_to_run_it_again) {
  RunRecord record = failed("b", 7);
  record.violations[0].place = "b.json:3:4";
  record.violations[0].action = "{\"on\":\"phone\"}";
  const std::string story = story_text(record, "./draftproof run b.json --seed 7");
  for (const char* part : {"FAILED b seed 7", "no_resurrection", "1.200500s on phone", "b.json:3:4",
                           "{\"on\":\"phone\"}", "expected: nothing", "seen:", "| phone sends",
                           "again:    ./draftproof run b.json --seed 7"}) {
    EXPECT_NE(story.find(part), std::string::npos) << part << "\n" << story;
  }
}

TEST(Results, times_are_exact_to_the_microsecond) {
  EXPECT_EQ(time_text(0), "0.000000s");
  EXPECT_EQ(time_text(1'200'001), "1.200001s");
  EXPECT_EQ(time_text(-5), "-0.000005s");
}

}  // namespace
}  // namespace dp::sim
