// The reference server is what the suite says it is.
#include <gtest/gtest.h>

#include "conformance/suites/server/suite.h"

namespace dp::conformance {
namespace {

void expect_conformant(const ServerSuiteOptions& options) {
  const SuiteResult result = run_server_suite(options);
  for (const CaseResult& one : result.cases) {
    EXPECT_TRUE(one.verdict == Verdict::pass || one.verdict == Verdict::not_applicable ||
                one.verdict == Verdict::unsupported)
        << one.about.id << " " << name(one.verdict) << " [" << one.tag << "]: expected "
        << one.expected << ", seen " << one.actual;
  }
  EXPECT_EQ(overall(result), Overall::conformant);
}

TEST(ReferenceServer, conforms) {
  ServerSuiteOptions options;
  // A sanitizer keeps what was freed, up to this; a case looks at what the server keeps.
  options.command = "ASAN_OPTIONS=\"$ASAN_OPTIONS:quarantine_size_mb=4\" exec " +
                    std::string(DP_PROGRAM) + " serve";
  options.reply = std::chrono::seconds(20);
  options.ready = std::chrono::seconds(60);
  expect_conformant(options);
}

}  // namespace
}  // namespace dp::conformance
