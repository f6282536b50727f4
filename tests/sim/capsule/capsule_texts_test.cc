// Whatever a capsule may hold can be written again; and the seeds of the fuzz target for capsules
// are of the present format, so that the target does not quietly begin from nothing once it has
// moved on.
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

// Whatever can be read can be written again, so nothing is read that no capsule could hold.
TEST(CapsuleTexts, a_sentence_or_a_list_too_long_for_a_capsule_is_refused) {
  const std::string before = capsule_text(capsule_before({"1", "2"}, {}));
  const auto changed = [&](const std::string& what, const std::string& with) {
    std::string text = before;
    return read_capsule("a.json", text.replace(text.find(what), what.size(), with));
  };
  ASSERT_TRUE(changed("\"build\": \"2\"", "\"build\": \"" + std::string(1'000, 'x') + "\""));
  const auto wordy = changed("\"build\": \"2\"", "\"build\": \"" + std::string(60'000, 'x') + "\"");
  ASSERT_FALSE(wordy.has_value());
  EXPECT_NE(wordy.error().find("\"build\" has at most 1000 bytes"), std::string::npos);
  const auto twice = changed("\"without\": []", "\"without\": [\"disk\", \"disk\"]");
  ASSERT_FALSE(twice.has_value());
  EXPECT_NE(twice.error().find("this family is named twice"), std::string::npos);
}

}  // namespace
}  // namespace dp::sim
