// `draftproof run`: exit codes, reports, selection and the same records for any number of jobs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.h"

namespace dp::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class RunCommand : public testing::Test {
 protected:
  Folder folder_;
};

TEST_F(RunCommand, a_suite_that_holds_exits_0_and_says_what_it_did) {
  const std::string file = folder_.write("a.json", passing_scenario("a"));
  const Said said = say({.arguments = {"run", file, "--seeds", "1..3"}});
  EXPECT_EQ(said.exit_code, 0) << said.out << said.err;
  EXPECT_THAT(said.out, HasSubstr("ok     a (3 runs"));
  EXPECT_THAT(said.out, HasSubstr("1 scenarios, 3 runs: 3 passed, 0 failed, 0 errors"));
  EXPECT_THAT(said.out, Not(HasSubstr("\x1b")));
  EXPECT_EQ(said.err, "");
}

TEST_F(RunCommand, a_violation_exits_1_with_a_story_and_the_command_that_repeats_it) {
  const std::string file = folder_.write("a.json", failing_scenario("a"));
  const Said said = say({.arguments = {"run", file, "--seed", "7"}});
  EXPECT_EQ(said.exit_code, 1);
  for (const char* part :
       {"FAILED a seed 7", "rule:     expectation", "a.json:3:", "on laptop",
        "expected: drafts of lunch to be \"pizza\"", "seen:     \"noodles\"", "| ", "--seed 7"}) {
    EXPECT_THAT(said.out, HasSubstr(part));
  }
}

TEST_F(RunCommand, many_seeds_of_one_failure_are_one_story_and_a_line_with_their_seeds) {
  const std::string file = folder_.write("a.json", failing_scenario("a"));
  const Said said = say({.arguments = {"run", file, "--seeds", "4..9", "--quiet"}});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, HasSubstr("FAILED a seed 4"));
  EXPECT_THAT(said.out, Not(HasSubstr("FAILED a seed 5")));
  EXPECT_THAT(said.out, HasSubstr("like seed 4: 5 more, seeds 5..9"));
  EXPECT_THAT(said.out, HasSubstr("6 failed"));
}

TEST_F(RunCommand, records_are_sorted_and_equal_for_any_number_of_jobs_but_for_wall_time) {
  folder_.write("b/second.json", passing_scenario("second"));
  folder_.write("a/zeroth.json", failing_scenario("zeroth"));
  folder_.write("c/first.json", passing_scenario("first"));
  std::vector<nlohmann::json> reports;
  for (const char* jobs : {"1", "4"}) {
    const std::string json = (folder_.path() / (std::string(jobs) + ".out")).string();
    const Said said = say({.arguments = {"run", folder_.path().string(), "--seeds", "1..4",
                                         "--jobs", jobs, "--quiet", "--json", json}});
    EXPECT_EQ(said.exit_code, 1);
    reports.push_back(nlohmann::json::parse(text_of_file(json)));
    for (auto& record : reports.back().at("records")) {
      EXPECT_GT(record.at("wall_us"), 0);
      record.erase("wall_us");
    }
  }
  EXPECT_EQ(reports[0].at("records"), reports[1].at("records"));
  ASSERT_EQ(reports[0].at("records").size(), 12u);
  EXPECT_EQ(reports[0].at("records").at(0).at("name"), "first");
  EXPECT_EQ(reports[0].at("records").at(11).at("name"), "zeroth");
  EXPECT_EQ(reports[0].at("records").at(11).at("seed"), 4);
  EXPECT_EQ(reports[0].at("summary").at("passed"), 8);
}

TEST_F(RunCommand, junit_and_trace_are_written) {
  const std::string file = folder_.write("a.json", failing_scenario("a"));
  const std::string junit = (folder_.path() / "junit.xml").string();
  const std::string trace = (folder_.path() / "trace.txt").string();
  say({.arguments = {"run", file, "--seeds", "1..2", "--junit", junit, "--trace", trace}});
  EXPECT_THAT(text_of_file(junit), HasSubstr("tests=\"2\" failures=\"2\""));
  const std::string text = text_of_file(trace);
  EXPECT_TRUE(text.starts_with("draftproof-trace/1\nrun a seed 1\n0 0 "));
  EXPECT_THAT(text, HasSubstr("\nend failed "));
  EXPECT_THAT(text, HasSubstr("\nrun a seed 2\n"));
}

TEST_F(RunCommand, json_on_standard_output_is_nothing_but_json) {
  const std::string file = folder_.write("a.json", passing_scenario("a"));
  const Said said = say({.arguments = {"run", file, "--json", "-"}});
  EXPECT_EQ(nlohmann::json::parse(said.out).at("summary").at("exit_code"), 0);
  EXPECT_THAT(said.err, HasSubstr("1 passed"));
}

TEST_F(RunCommand, fail_fast_stops_at_the_first_failure_whatever_the_jobs) {
  const std::string file = folder_.write("a.json", failing_scenario("a"));
  for (const char* jobs : {"1", "3"}) {
    const std::string json = (folder_.path() / "out").string();
    const Said said = say({.arguments = {"run", file, "--seeds", "1..50", "--fail-fast", "--jobs",
                                         jobs, "--json", json}});
    EXPECT_EQ(said.exit_code, 1);
    EXPECT_EQ(nlohmann::json::parse(text_of_file(json)).at("records").size(), 1u);
    EXPECT_THAT(said.out, HasSubstr("49 not run"));
  }
}

TEST_F(RunCommand, filter_selects_by_name_and_list_only_lists) {
  folder_.write("one.json", passing_scenario("one"));
  folder_.write("two.json", failing_scenario("two"));
  const Said filtered = say({.arguments = {"run", folder_.path().string(), "--filter", "o?e"}});
  EXPECT_EQ(filtered.exit_code, 0) << filtered.out;
  const Said listed = say({.arguments = {"run", folder_.path().string(), "--list"}});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_THAT(listed.out, HasSubstr("one  seeds 1..1  A draft is kept."));
  EXPECT_THAT(listed.out, HasSubstr("two  "));
  EXPECT_THAT(listed.out, Not(HasSubstr("passed")));
}

TEST_F(RunCommand, an_impossible_action_exits_3) {
  std::string text = passing_scenario("a");
  text.replace(text.find("\"open\", \"chat\": \"lunch\""), 23, "\"power_on\"");
  const std::string file = folder_.write("a.json", text);
  const Said said = say({.arguments = {"run", file}});
  EXPECT_EQ(said.exit_code, 3) << said.out << said.err;
  EXPECT_THAT(said.out, HasSubstr("ERROR a seed 1"));
}

TEST_F(RunCommand, an_interrupt_prints_the_summary_so_far_and_exits_4) {
  const std::string file = folder_.write("a.json", failing_scenario("a"));
  const std::string json = (folder_.path() / "out").string();
  const Said said = say({.arguments = {"run", file, "--seeds", "1..1000000", "--json", json},
                         .interrupt_after_output = "FAILED a seed 1"});
  EXPECT_EQ(said.exit_code, 4);
  EXPECT_THAT(said.out, HasSubstr("interrupted; 1 scenarios, "));
  const auto summary = nlohmann::json::parse(text_of_file(json)).at("summary");
  EXPECT_EQ(summary.at("interrupted"), true);
  EXPECT_GT(summary.at("not_run"), 0);
  EXPECT_GT(summary.at("failed"), 0);
}

TEST_F(RunCommand, color_is_a_choice) {
  const std::string file = folder_.write("a.json", passing_scenario("a"));
  const auto out = [&](std::vector<std::string> arguments, std::vector<std::string> environment) {
    arguments.insert(arguments.begin(), {"run", file});
    return say({.arguments = arguments, .environment = environment}).out;
  };
  EXPECT_THAT(out({"--color", "always"}, {"NO_COLOR=1"}), HasSubstr("\x1b[32m"));
  EXPECT_THAT(out({"--color", "never"}, {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(out({}, {"NO_COLOR=1"}), Not(HasSubstr("\x1b")));
}

TEST_F(RunCommand, the_default_path_is_the_folder_scenarios) {
  folder_.write("scenarios/a.json", passing_scenario("a"));
  folder_.write("scenarios/index.json", "[]");
  folder_.write("scenarios/x.schema.json", "{}");
  const Said said = say({.arguments = {"run"}, .working_folder = folder_.path().string()});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("1 scenarios, 1 runs"));
}

TEST_F(RunCommand, an_installed_program_finds_its_scenarios_from_any_folder) {
  const std::filesystem::path program = folder_.path() / "prefix/bin/draftproof";
  std::filesystem::create_directories(program.parent_path());
  std::filesystem::copy_file(built_program(), program);
  folder_.write("prefix/share/draftproof/scenarios/a.json", passing_scenario("a"));
  folder_.write("elsewhere/nothing", "");
  const std::string elsewhere = (folder_.path() / "elsewhere").string();
  const Said said =
      say({.arguments = {"run"}, .working_folder = elsewhere, .program = program.string()});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("1 passed"));
  const Said test =
      say({.arguments = {"test"}, .working_folder = elsewhere, .program = program.string()});
  EXPECT_EQ(test.exit_code, 2);
  EXPECT_THAT(test.err, HasSubstr("installed"));
}

TEST_F(RunCommand, the_index_of_the_suite_is_up_to_date) {
  const std::filesystem::path scenarios = std::filesystem::path(DP_SOURCE_DIR) / "scenarios";
  const std::filesystem::path index = scenarios / "index.json";
  const bool record = std::getenv("DRAFTPROOF_RECORD") != nullptr;
  const std::string written = record ? index.string() : (folder_.path() / "index.json").string();
  const Said said = say({.arguments = {"check", scenarios.string(), "--index", written}});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(text_of_file(index), text_of_file(written))
      << "run: draftproof check scenarios --index scenarios/index.json";
}

TEST_F(RunCommand, digests_are_printed_by_name_and_seed) {
  const std::string file = folder_.write("a.json", passing_scenario("a"));
  const Said first = say({.arguments = {"digest", file, "--jobs", "2"}});
  const Said second = say({.arguments = {"digest", file, "--jobs", "1"}});
  EXPECT_EQ(first.exit_code, 0);
  EXPECT_THAT(first.out, testing::MatchesRegex("a 1 [0-9a-f]+\n.*"));
  EXPECT_EQ(first.out, second.out);
}

}  // namespace
}  // namespace dp::cli
