// Bad input: the right exit code, a sentence that helps, and never a green run of nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/cli/program.h"

namespace dp::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class BadInput : public testing::Test {
 protected:
  BadInput() : file_(folder_.write("a.json", passing_scenario("a"))) {}

  void expect(const std::vector<std::string>& arguments, int exit_code, const char* words) {
    const Said said = say({.arguments = arguments});
    EXPECT_EQ(said.exit_code, exit_code) << said.out << said.err;
    EXPECT_THAT(said.err, HasSubstr(words));
    EXPECT_THAT(said.out, Not(HasSubstr("passed")));
  }

  Folder folder_;
  std::string file_;
};

TEST_F(BadInput, usage) {
  expect({}, 2, "subcommand");
  expect({"rnu"}, 2, "there is no command \"rnu\"; did you mean \"run\"?");
  expect({"run", file_, "--seeds", "9..1"}, 2, "9..1");
  expect({"run", file_, "--seeds", "1..x"}, 2, "1..x");
  expect({"run", file_, "--seeds", "1..99999999999999999999"}, 2, "seeds");
  expect({"run", file_, "--seeds", "0..9000000000000000"}, 2, "runs");
  expect({"run", file_, "--seed", "1..2"}, 2, "1..2");
  expect({"run", file_, "--seed", "-1"}, 2, "");
  expect({"run", file_, "--seed", "1", "--seeds", "1..2"}, 2, "excludes");
  expect({"run", file_, "--jobs", "0"}, 2, "jobs");
  expect({"run", file_, "--jobs", "many"}, 2, "jobs");
  expect({"run", file_, "--color", "pink"}, 2, "color");
  expect({"run", file_, "--sedes", "1..2"}, 2, "sedes");
  expect({"check"}, 2, "PATH");
}

TEST_F(BadInput, nothing_to_run_is_never_green) {
  const std::string empty = (folder_.path() / "empty").string();
  std::filesystem::create_directory(empty);
  expect({"run", empty}, 2, "holds no scenario");
  expect({"check", empty}, 2, "holds no scenario");
  expect({"digest", empty}, 2, "holds no scenario");
  expect({"run", file_, "--filter", "zzz*"}, 2, "no name of 1 scenarios matches");
  expect({"run", file_, "--filter", "zzz*", "--list"}, 2, "no name of 1 scenarios matches");
  const Said said = say({.arguments = {"run", folder_.path().string() + "/nowhere"}});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("there is no such file or folder"));
}

TEST_F(BadInput, paths_that_cannot_be_read) {
  expect({"run", "/dev/zero"}, 2, "neither a file nor a folder");
  expect({"run", file_ + "/below"}, 2, "below");
  // Readable for nobody, root included: an address that is not mapped.
  expect({"run", "/proc/self/mem"}, 2, "/proc/self/mem: cannot be read");
}

TEST_F(BadInput, hostile_scenario_files) {
  const auto refused = [&](const std::string& text, const char* words) {
    const std::string file = folder_.write("bad/h.json", text);
    expect({"run", file}, 2, words);
    expect({"check", file}, 2, words);
  };
  refused("", "h.json:1:1: the file is empty");
  refused(std::string((4u << 20) + 1, ' '), "4194305 bytes; at most 4194304");
  refused(std::string(100'000, '['), "h.json:1:33: nested more than 32 deep");
  refused("{\"format\": \"draftproof-scenario/1\",\n\"format\": 1}", "h.json:2:1: key \"format\"");
  refused("{\"format\": \"draftproof-scenario/7\"}", "draftproof-scenario/7");
  refused("{\"seeds\": 9007199254740993}", "h.json:1:11: a number between");
  refused(std::string("\x00\xFF\x00", 3), "h.json:1:1:");
  std::string text = passing_scenario("h");
  text.replace(text.find("\"type\""), 6, "\"tpye\"");
  refused(text, "did you mean \"type\"?");
}

TEST_F(BadInput, one_bad_file_stops_the_suite) {
  folder_.write("b.json", "{}");
  expect({"run", folder_.path().string()}, 2, "b.json:1:1: \"format\" is missing");
}

TEST_F(BadInput, two_scenarios_of_one_name) {
  folder_.write("other/a.json", passing_scenario("a"));
  expect({"run", folder_.path().string()}, 2, "there is another scenario \"a\"");
}

TEST_F(BadInput, reports_that_cannot_be_written_exit_3) {
  for (const char* option : {"--json", "--junit", "--trace"}) {
    const Said full = say({.arguments = {"run", file_, option, "/dev/full"}});
    EXPECT_EQ(full.exit_code, 3) << option << full.out;
    EXPECT_THAT(full.err, HasSubstr("/dev/full: the report could not be written: No space"));
    const Said nowhere = say({.arguments = {"run", file_, option, "/nowhere/at/all"}});
    EXPECT_EQ(nowhere.exit_code, 3) << option;
    EXPECT_THAT(nowhere.err, HasSubstr("could not be opened: No such file"));
    EXPECT_THAT(nowhere.out, Not(HasSubstr("passed")));
  }
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"run", file_},
                                                    {"run", file_, "--list"},
                                                    {"check", file_},
                                                    {"digest", file_},
                                                    {"rules"},
                                                    {"run", file_, "--json", "-"}}) {
    const Said said = say({.arguments = arguments, .output_file = "/dev/full"});
    EXPECT_EQ(said.exit_code, 3) << arguments.at(0) << said.err;
  }
}

TEST_F(BadInput, a_word_that_is_no_choice_is_answered_with_the_choices) {
  const Said color = say({.arguments = {"run", "--color", "blue"}});
  EXPECT_EQ(color.exit_code, 2);
  EXPECT_THAT(color.err, HasSubstr("--color: \"blue\" is no choice: write auto, always or never"));
  const Said foreign = say({.arguments = {"run", "--client", "x", "--foreign", "some"}});
  EXPECT_EQ(foreign.exit_code, 2);
  EXPECT_THAT(foreign.err, HasSubstr("\"some\" is no choice: write all or one"));
}

TEST_F(BadInput, the_help_of_every_command_says_what_its_exit_codes_mean) {
  const std::vector<std::vector<std::string>> commands = {{"run"},
                                                          {"check"},
                                                          {"rules"},
                                                          {"digest"},
                                                          {"mutants"},
                                                          {"fuzz"},
                                                          {"replay"},
                                                          {"merge"},
                                                          {"two-run"},
                                                          {"marks"},
                                                          {"test"},
                                                          {"adapter"},
                                                          {"serve"},
                                                          {"device"},
                                                          {"vectors"},
                                                          {"conform"},
                                                          {"conform", "client"},
                                                          {"conform", "server"},
                                                          {"conform", "broken"},
                                                          {"conform", "report"}};
  for (std::vector<std::string> command : commands) {
    command.push_back("--help");
    const Said help = say({.arguments = command});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, HasSubstr("Exit codes:")) << command[0] << " " << command[1];
    EXPECT_THAT(help.out, Not(HasSubstr("ENUM"))) << command[0] << " " << command[1];
  }
}

TEST_F(BadInput, help_and_version_are_no_mistakes) {
  const Said help = say({.arguments = {"--help"}});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("Examples:"));
  EXPECT_THAT(help.out, HasSubstr("Exit codes:"));
  const Said run = say({.arguments = {"run", "--help"}});
  EXPECT_EQ(run.exit_code, 0);
  for (const char* option : {"--seed", "--seeds", "--jobs", "--filter", "--json", "--junit",
                             "--trace", "--list", "--fail-fast", "--color", "--quiet"}) {
    EXPECT_THAT(run.out, HasSubstr(option));
  }
  const Said version = say({.arguments = {"--version"}});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(version.out.starts_with("draftproof "));
  const Said rules = say({.arguments = {"rules"}});
  EXPECT_EQ(rules.exit_code, 0);
  EXPECT_THAT(rules.out, HasSubstr("convergence"));
  EXPECT_THAT(rules.out, HasSubstr("not checked:"));
}

}  // namespace
}  // namespace dp::cli
