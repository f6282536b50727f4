#include "core/draft/preview.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/vocabulary/bytes.h"

namespace dp::draft {
namespace {

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

std::string repeated(std::string_view unit, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += unit;
  return text;
}

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr std::string_view kSmiley = "\xF0\x9F\x98\x80";
constexpr std::string_view kJoiner = "\xE2\x80\x8D";

TEST(Preview, a_short_text_is_its_own_preview) {
  EXPECT_EQ(preview_of("hello"), "hello");
}

TEST(Preview, lines_and_white_space_collapse_in_document_order) {
  EXPECT_EQ(preview_of("  one\r\n\r\n\ttwo   three\n"), "one two three");
  EXPECT_EQ(preview_of("a\xC2\xA0\xE3\x80\x80\xE2\x80\xA8z"), "a z");
  EXPECT_EQ(preview_of(std::string("a\0b", 3)), "a b");
}

TEST(Preview, nothing_visible_is_no_preview) {
  EXPECT_EQ(preview_of(""), std::nullopt);
  EXPECT_EQ(preview_of(" \n\t\r\n "), std::nullopt);
  EXPECT_EQ(preview_of("\xE2\x80\x8B\xEF\xBB\xBF \xE2\x81\xA0"), std::nullopt);
}

TEST(Preview, one_hundred_code_points_fit_and_one_more_is_cut) {
  const std::string hundred = repeated(kSmiley, 100);
  EXPECT_EQ(preview_of(hundred), hundred);
  EXPECT_EQ(preview_of(hundred + "x"), hundred + std::string(kEllipsis));
}

TEST(Preview, trailing_white_space_is_not_worth_an_ellipsis) {
  const std::string hundred = repeated("x", 100);
  EXPECT_EQ(preview_of(hundred + " \n\n"), hundred);
}

TEST(Preview, a_cut_is_where_the_count_says_also_after_a_space_or_a_joiner) {
  const std::string ninety_nine = repeated("x", 99);
  EXPECT_EQ(preview_of(ninety_nine + " \n y"), ninety_nine + " " + std::string(kEllipsis));
  const std::string joined = ninety_nine + std::string(kJoiner);
  EXPECT_EQ(preview_of(joined + std::string(kSmiley)), joined + std::string(kEllipsis));
}

TEST(Preview, invisible_characters_count_and_stay_but_alone_are_no_preview) {
  const std::string_view zero_width = "\xE2\x80\x8B";
  EXPECT_EQ(preview_of("a" + std::string(zero_width) + "b"), "a" + std::string(zero_width) + "b");
  EXPECT_EQ(preview_of(repeated(zero_width, 500)), std::nullopt);
  EXPECT_EQ(preview_of(repeated(zero_width, 500) + "x"),
            repeated(zero_width, 100) + std::string(kEllipsis));
}

TEST(Preview, bytes_that_are_not_utf8_are_replaced) {
  EXPECT_EQ(preview_of("a\xFFz\xC3"), "a\xEF\xBF\xBDz\xEF\xBF\xBD");
  EXPECT_EQ(preview_of("\xED\xA0\x80"), repeated("\xEF\xBF\xBD", 3));  // a lone surrogate
}

TEST(Preview, the_longest_preview_fits_its_bound) {
  const std::optional<std::string> preview = preview_of(repeated(kSmiley, 500));
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->size(), kPreviewBytesMax);
}

RC_GTEST_PROP(PreviewLaws, previews_of_any_bytes_are_utf8_bounded_and_stable, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::element(
      'a', ' ', '\n', '\0', '\xE2', '\x80', '\x8D', '\xF0', '\x9F', '\x98', '\xC3', '\xA9'));
  const std::string several = repeated(text, 3);
  const std::optional<std::string> preview = preview_of(several);
  if (!preview) return;
  RC_ASSERT(!preview->empty());
  RC_ASSERT(is_valid_utf8(*preview));
  RC_ASSERT(preview->size() <= kPreviewBytesMax);
  RC_ASSERT(code_points(*preview) <= kPreviewCharsMax + 1);
  RC_ASSERT(preview->find("  ") == std::string::npos);
  const bool cut = preview->ends_with(kEllipsis);
  RC_ASSERT(cut || preview_of(*preview) == preview);
}

}  // namespace
}  // namespace dp::draft
