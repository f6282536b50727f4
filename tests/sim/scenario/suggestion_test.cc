#include "sim/scenario/suggestion.h"

#include <gtest/gtest.h>

namespace dp::sim {
namespace {

TEST(Suggestion, counts_edits_with_swaps_of_neighbours) {
  EXPECT_EQ(edit_distance("type", "type"), 0u);
  EXPECT_EQ(edit_distance("tpye", "type"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Suggestion, names_the_nearest_word_or_lists_few) {
  const std::string_view words[] = {"phone", "laptop"};
  EXPECT_EQ(suggestion("phon", words), "; did you mean \"phone\"?");
  EXPECT_EQ(suggestion("lap", words), "; did you mean \"laptop\"?");
  EXPECT_EQ(suggestion("zebra", words), "; expected one of phone, laptop");
  EXPECT_EQ(suggestion("x", {}), "");
  const std::vector<std::string_view> many(30, "abcdefgh");
  EXPECT_NE(suggestion("zzz", many).find("docs/scenarios.md"), std::string::npos);
  EXPECT_EQ(suggestion(std::string(100'000, 'a'), words).find("did you mean"), std::string::npos);
}

}  // namespace
}  // namespace dp::sim
