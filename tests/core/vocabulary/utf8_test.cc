#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "core/vocabulary/bytes.h"

namespace dp {
namespace {

// The textbook encoder, which also writes the forms that must be refused.
std::string encoded(std::uint32_t code_point, int byte_count) {
  if (byte_count == 1) return {static_cast<char>(code_point)};
  std::string text(static_cast<std::size_t>(byte_count), '\0');
  for (int at = byte_count - 1; at > 0; --at) {
    text[static_cast<std::size_t>(at)] = static_cast<char>(0x80 | (code_point & 0x3f));
    code_point >>= 6;
  }
  const std::uint32_t lead = 0xffu << (8 - byte_count) & 0xffu;
  text[0] = static_cast<char>(lead | code_point);
  return text;
}

int shortest_byte_count(std::uint32_t code_point) {
  if (code_point < 0x80) return 1;
  if (code_point < 0x800) return 2;
  return code_point < 0x10000 ? 3 : 4;
}

TEST(Utf8, accepts_every_scalar_value_in_its_shortest_form_and_no_surrogate) {
  for (std::uint32_t code_point = 0; code_point < 0x110000; ++code_point) {
    const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
    const std::string text = encoded(code_point, shortest_byte_count(code_point));
    ASSERT_EQ(is_valid_utf8(text), !surrogate) << std::hex << code_point;
  }
}

TEST(Utf8, refuses_every_overlong_form) {
  for (std::uint32_t code_point = 0; code_point < 0x10000; ++code_point) {
    for (int bytes = shortest_byte_count(code_point) + 1; bytes <= 4; ++bytes) {
      ASSERT_FALSE(is_valid_utf8(encoded(code_point, bytes))) << std::hex << code_point;
    }
  }
}

TEST(Utf8, refuses_what_lies_beyond_the_last_code_point) {
  for (std::uint32_t code_point = 0x110000; code_point < 0x200000; code_point += 0x3f) {
    ASSERT_FALSE(is_valid_utf8(encoded(code_point, 4))) << std::hex << code_point;
  }
  EXPECT_FALSE(is_valid_utf8("\xf8\x88\x80\x80\x80"));
  EXPECT_FALSE(is_valid_utf8("\xff"));
}

RC_GTEST_PROP(Utf8, a_valid_text_stays_valid_after_whole_characters_and_breaks_inside_one, ()) {
  const auto code_points = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint32_t>>(
      rc::gen::oneOf(rc::gen::inRange(0u, 0x80u), rc::gen::inRange(0x80u, 0xd800u),
                     rc::gen::inRange(0xe000u, 0x110000u))));
  std::string text;
  for (const auto code_point : code_points) {
    const std::string next = encoded(code_point, shortest_byte_count(code_point));
    for (std::size_t cut = 1; cut < next.size(); ++cut) {
      RC_ASSERT(!is_valid_utf8(text + next.substr(0, cut)));
      RC_ASSERT(!is_valid_utf8(text + next.substr(cut)));
    }
    text += next;
    RC_ASSERT(is_valid_utf8(text));
  }
}

TEST(Utf8, refuses_a_sequence_broken_by_an_ascii_byte) {
  EXPECT_FALSE(
      is_valid_utf8("\xc3"
                    "a"));
  EXPECT_FALSE(
      is_valid_utf8("\xe2\x82"
                    "a"));
  EXPECT_FALSE(
      is_valid_utf8("\xf0\x9f\x98"
                    "a"));
  EXPECT_TRUE(is_valid_utf8(""));
}

}  // namespace
}  // namespace dp
