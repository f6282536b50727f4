#include "sim/oracles/pattern_index.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dp::sim {
namespace {

TEST(PatternIndexTest, FindsAPatternAtEveryPositionAndNamesIt) {
  PatternIndex index;
  index.add("abcdefghijkl", 7);
  for (std::size_t lead = 0; lead < 20; ++lead) {
    const auto hit = index.find(std::string(lead, '.') + "abcdefghijkl" + "...");
    ASSERT_TRUE(hit.has_value());
    EXPECT_EQ(hit->label, 7U);
    EXPECT_EQ(hit->offset, lead);
  }
}

TEST(PatternIndexTest, FindsAPatternAtTheVeryEndHoweverLongItIs) {
  for (std::size_t extra = 0; extra < 9; ++extra) {
    PatternIndex index;
    const std::string pattern = "abcdefghijkl" + std::string(extra, 'm');
    index.add(pattern, 1);
    for (std::size_t lead = 0; lead < 9; ++lead) {
      EXPECT_TRUE(index.find(std::string(lead, '.') + pattern)) << lead << " " << extra;
    }
  }
}

TEST(PatternIndexTest, LettersCountUnlessToldOtherwise) {
  PatternIndex exact;
  exact.add("AbcDefghIjkl", 1);
  EXPECT_TRUE(exact.find("..AbcDefghIjkl"));
  EXPECT_FALSE(exact.find("..abcdefghijkl"));
  PatternIndex any;
  any.add("abcdefgh[jkl", 2, Letters::any_case);
  EXPECT_TRUE(any.find(".aBCDefgH[jKl"));
  EXPECT_FALSE(any.find(".aBCDefgH{jKl")) << "only A to Z have two shapes";
}

TEST(PatternIndexTest, OfTwoHitsAtOnePlaceTheSmallerLabelIsNamed) {
  PatternIndex index;
  index.add("abcdefghijkl", 3, Letters::any_case);
  index.add("abcdefghijkl", 1);
  index.add("abcdefghijklm", 2);
  EXPECT_EQ(index.find("abcdefghijklm")->label, 1u);
  EXPECT_EQ(index.find("ABCdefghijklm")->label, 3u);
}

TEST(PatternIndexTest, DoesNotTakeAPrefixForTheWhole) {
  PatternIndex index;
  index.add("abcdefghijklmnop", 1);
  EXPECT_FALSE(index.find("abcdefghijklmno").has_value());
  EXPECT_FALSE(index.find("abcdefghijklmnoX").has_value());
}

TEST(PatternIndexTest, IgnoresPatternsTooShortToBeSafe) {
  PatternIndex index;
  index.add("abcdefghijk", 1);
  EXPECT_EQ(index.size(), 0U);
}

RC_GTEST_PROP(PatternIndexTest, EveryAddedPatternIsFoundInsideAnyText,
              (std::vector<std::string> noise)) {
  PatternIndex index;
  std::vector<std::string> patterns;
  for (std::size_t n = 0; n < 3000; n += 7) {
    patterns.push_back("pattern number " + std::to_string(n));
    index.add(patterns.back(), static_cast<std::uint32_t>(n));
  }
  const std::string wanted = patterns[*rc::gen::inRange<std::size_t>(0, patterns.size())];
  std::string text;
  for (const std::string& part : noise) text += part;
  RC_ASSERT(index.find(text + wanted).has_value());
}

}  // namespace
}  // namespace dp::sim
