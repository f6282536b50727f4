// The seeds of the fuzz target for capsules are capsules of the present format, so that the target
// does not quietly begin from nothing once the format has moved on.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sim/capsule/capsule.h"

namespace dp::sim {
namespace {

TEST(SeedCorpus, every_capsule_in_it_is_read_and_written_as_the_same_bytes) {
  const std::filesystem::path folder =
      std::filesystem::path(DP_SOURCE_DIR) / "tests/fuzz/corpus/capsule";
  std::size_t capsules = 0;
  for (const char* name : {"before-a-run", "planner-drawn", "planner-reduced", "run-reduced"}) {
    const std::string file = std::string(name) + ".json";
    std::ifstream in(folder / file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto capsule = read_capsule(file, text);
    ASSERT_TRUE(capsule.has_value()) << capsule.error();
    EXPECT_EQ(capsule_text(*capsule), text) << file;
    ++capsules;
  }
  EXPECT_EQ(capsules, 4u);
}

}  // namespace
}  // namespace dp::sim
