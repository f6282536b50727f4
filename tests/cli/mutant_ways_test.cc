// What is read of the output of a campaign and of a test program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/mutant_fuzz.h"
#include "cli/mutant_unit_tests.h"

namespace dp::cli {
namespace {

using testing::ElementsAre;

std::string line(int seed, const std::string& failure) {
  return "{\"seed\":" + std::to_string(seed) + ",\"digest\":\"ab\",\"failure\":" + failure + "}\n";
}

TEST(FuzzLines, TheFirstFailureCounts) {
  const FuzzSeen seen = read_fuzz_lines(line(1, "null") + line(2, "\"no_lost_text/gone/a text\"") +
                                        line(3, "\"convergence/other/x\""));
  EXPECT_TRUE(seen.found);
  EXPECT_EQ(seen.seeds, 2u);
  EXPECT_THAT(seen.laws, ElementsAre("no_lost_text"));
  EXPECT_EQ(seen.signature, "no_lost_text/gone/a text");
}

TEST(FuzzLines, SummaryAndTornLinesAreNoSeeds) {
  const FuzzSeen seen =
      read_fuzz_lines(line(1, "null") + line(2, "null") + "{\"format\":\"x\",\"seeds\":[[1,2]]}\n" +
                      "{\"seed\":3,\"digest\":\"a");
  EXPECT_FALSE(seen.found);
  EXPECT_EQ(seen.seeds, 2u);
  EXPECT_EQ(read_fuzz_lines("").seeds, 0u);
}

TEST(UnitTestOutput, NamesTheFirstTestThatFailed) {
  EXPECT_EQ(first_failed_test("[ RUN      ] A.b\n[       OK ] A.b (1 ms)\n"
                              "[ RUN      ] C.d\n[  FAILED  ] C.d (2 ms)\n"
                              "[  FAILED  ] 1 test, listed below:\n"),
            "C.d");
  EXPECT_EQ(first_failed_test("[  FAILED  ] E/f.g/0, where GetParam() = 3 (0 ms)\n"), "E/f.g/0");
  EXPECT_EQ(first_failed_test("[  PASSED  ] 3 tests.\n"), "");
}

TEST(UnitTestPrograms, ThoseThatHoldTheRoomAndItsOwnFirst) {
  const std::vector<UnitTestProgram> all{
      {"core_client_test", {}, {"c++", "x.o", "libcore_client.a", "libcore_draft.a"}},
      {"core_draft_test", {}, {"c++", "y.o", "sub/libcore_draft.a"}},
      {"core_wire_test", {}, {"c++", "z.o", "libcore_wire.a"}}};
  const auto names = [&](const std::string& target) {
    std::vector<std::string> found;
    for (const UnitTestProgram& program : programs_for(target, all)) found.push_back(program.name);
    return found;
  };
  EXPECT_THAT(names("core/draft/merge.cc"), ElementsAre("core_draft_test", "core_client_test"));
  EXPECT_THAT(names("core/wire/codec.cc"), ElementsAre("core_wire_test"));
  EXPECT_THAT(names("core/server/cache.cc"), ElementsAre());
}

}  // namespace
}  // namespace dp::cli
