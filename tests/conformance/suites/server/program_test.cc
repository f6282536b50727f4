// Programs that misbehave: each call returns within its limit and nothing of them stays.
#include "conformance/suites/server/program.h"

#include <gtest/gtest.h>

#include <chrono>

namespace dp::conformance {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<Program> started(const std::string& command) {
  auto program = Program::start({.command = command});
  EXPECT_TRUE(program.has_value());
  return std::move(*program);
}

bool is_hello(const std::string& line) {
  return line == "hello";
}

TEST(Program, a_line_is_found_behind_garbage) {
  const auto program = started("printf 'x\\000y\\n\\377\\nhello\\nmore'; sleep 100");
  EXPECT_EQ(program->line_where(is_hello, milliseconds(5'000)).value_or(""), "hello");
}

TEST(Program, one_that_ends_is_told_from_one_that_is_silent) {
  const auto ended = started("echo bye; exit 3")->line_where(is_hello, milliseconds(5'000));
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().code, "ended");
  const auto silent = started("sleep 100")->line_where(is_hello, milliseconds(50));
  ASSERT_FALSE(silent.has_value());
  EXPECT_EQ(silent.error().code, "timeout");
}

TEST(Program, waiting_ends_when_asked_to) {
  const auto line =
      started("sleep 100")->line_where(is_hello, milliseconds(60'000), [] { return true; });
  ASSERT_FALSE(line.has_value());
  EXPECT_EQ(line.error().code, "stopped");
}

TEST(Program, endless_output_blocks_nobody_and_is_bounded) {
  const auto program = started("echo hello; exec yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
  EXPECT_TRUE(program->line_where(is_hello, milliseconds(5'000)).has_value());
  const auto silent =
      program->line_where([](const std::string& line) { return line == "b"; }, milliseconds(200));
  EXPECT_FALSE(silent.has_value());
  program->kill();
  EXPECT_LE(program->output().size(), Program::kKeptBytes);
}

TEST(Program, what_cannot_be_started_ends_with_the_shells_words) {
  const auto program = started("/nonexistent/server --flag");
  EXPECT_FALSE(program->line_where(is_hello, milliseconds(5'000)).has_value());
  EXPECT_EQ(program->wait_for_end(milliseconds(5'000)).value_or(""), "exit 127");
  program->kill();
  EXPECT_NE(program->errors().find("not found"), std::string::npos);
}

TEST(Program, one_that_ignores_sigterm_is_killed_with_its_children) {
  const auto program = started("trap '' TERM; echo hello; while :; do sleep 100; done");
  ASSERT_TRUE(program->line_where(is_hello, milliseconds(5'000)).has_value());
  program->terminate();
  EXPECT_FALSE(program->wait_for_end(milliseconds(100)).has_value());
  EXPECT_TRUE(program->alive());
  program->kill();
  EXPECT_EQ(program->wait_for_end(milliseconds(1'000)).value_or(""), "signal 9");
}

TEST(Program, its_environment_is_ours_and_what_is_added) {
  auto program = Program::start(
      {.command = "echo \"$DP_TEST_WORD\"", .environment = {{"DP_TEST_WORD", "hello"}}});
  ASSERT_TRUE(program.has_value());
  EXPECT_TRUE((*program)->line_where(is_hello, milliseconds(5'000)).has_value());
}

}  // namespace
}  // namespace dp::conformance
