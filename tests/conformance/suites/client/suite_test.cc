// Adapters that cannot be driven at all: one result with the cause, soon, whatever they do.
#include "conformance/suites/client/suite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace dp::conformance {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kHello =
    R"(read l; printf '%s\n' '{"id":1,"ok":true,"implementation":"x","version":"1",)"
    R"("capabilities":["core","wired"],"unsupported_options":[],)"
    R"("now_ms":0,"next_timer_ms":null}'; )";

SuiteResult judge(const std::string& command, const std::string& level = "L3") {
  ClientSuiteOptions options;
  options.command = command;
  options.level = level;
  options.limits = {400ms, 1u << 16, 1u << 16};
  const auto begin = std::chrono::steady_clock::now();
  SuiteResult result = run_client_suite(options);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s) << command;
  return result;
}

void expect_one_harness_error(const SuiteResult& result, const std::string& cause) {
  ASSERT_THAT(result.cases, SizeIs(1));
  EXPECT_EQ(result.cases[0].verdict, Verdict::harness_error);
  EXPECT_THAT(result.cases[0].tag + " " + result.cases[0].actual, HasSubstr(cause));
  EXPECT_FALSE(result.implementation.empty());
  EXPECT_EQ(overall(result), Overall::harness_broken);
  EXPECT_EQ(exit_code(overall(result)), sim::ExitCode::broken);
}

TEST(UnusableAdapter, that_does_not_exist) {
  const SuiteResult result = judge("./no-such-adapter-here");
  expect_one_harness_error(result, "exit 127");
  EXPECT_EQ(result.implementation, "./no-such-adapter-here");
}

TEST(UnusableAdapter, that_may_not_be_executed) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("draftproof-not-executable-" + std::to_string(::getpid()));
  std::ofstream(file) << "#!/bin/sh\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  expect_one_harness_error(judge(file.string()), "exit 126");
  std::filesystem::remove(file);
}

TEST(UnusableAdapter, that_dies_at_the_start) {
  expect_one_harness_error(judge("echo no licence >&2; exit 3"), "exit 3: no licence");
}

TEST(UnusableAdapter, that_dies_after_its_introduction) {
  expect_one_harness_error(judge(std::string(kHello) + "read l; exit 4"), "exit 4");
}

TEST(UnusableAdapter, that_prints_garbage) {
  expect_one_harness_error(judge("while read l; do echo '%$#{['; done"), "bad_reply");
}

TEST(UnusableAdapter, that_never_says_anything) {
  expect_one_harness_error(judge("exec tail -f /dev/null"), "timeout");
}

TEST(UnusableAdapter, that_falls_silent) {
  expect_one_harness_error(judge(std::string(kHello) + "exec tail -f /dev/null"), "timeout");
}

TEST(UnusableAdapter, that_prints_megabytes) {
  expect_one_harness_error(judge("yes | tr -d '\\n'"), "line_too_long");
}

TEST(UnusableAdapter, at_level_2_is_told_the_same_way) {
  expect_one_harness_error(judge("exit 5", "L2"), "exit 5");
}

}  // namespace
}  // namespace dp::conformance
