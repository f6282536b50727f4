// The reader of scenario files: positions, limits, and every mistake it refuses.
#include "sim/scenario/document.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

namespace dp::sim {
namespace {

Problem refused(std::string_view text, const DocumentLimits& limits = {}) {
  const auto read = read_document("a.json", text, limits);
  EXPECT_FALSE(read.has_value()) << text;
  return read ? Problem{} : read.error();
}

TEST(Document, keeps_positions_in_characters_and_lines) {
  const auto read = read_document("a.json", "{\n  \"grüße\": [1, // one\n    true]}");
  ASSERT_TRUE(read) << read.error().text();
  const Member& member = read->members.at(0);
  EXPECT_EQ(member.at, (Position{2, 3}));
  EXPECT_EQ(member.value.at, (Position{2, 12}));
  EXPECT_EQ(member.value.items.at(1).at, (Position{3, 5}));
}

TEST(Document, reads_comments_escapes_and_surrogate_pairs) {
  const auto read =
      read_document("a.json", "/* a */ [\"\\u0041\\ud83d\\ude00\\n\", null, -12] // b");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->items.at(0).text, "A\xF0\x9F\x98\x80\n");
  EXPECT_EQ(read->items.at(1).kind, Value::Kind::null);
  EXPECT_EQ(read->items.at(2).integer, -12);
}

struct Mistake {
  const char* name;
  std::string text;
  Position at;
  const char* message;  // part of it
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, is_refused_at_its_place) {
  const Problem problem = refused(GetParam().text);
  EXPECT_EQ(problem.at, GetParam().at) << problem.text();
  EXPECT_NE(problem.message.find(GetParam().message), std::string::npos) << problem.message;
  EXPECT_TRUE(problem.text().starts_with("a.json:"));
}

INSTANTIATE_TEST_SUITE_P(
    Document, Mistakes,
    testing::Values(
        Mistake{"empty", "", {1, 1}, "the file is empty"},
        Mistake{"only_a_comment", "// nothing\n", {2, 1}, "the file is empty"},
        Mistake{"duplicate_key", "{\"a\": 1,\n \"a\": 2}", {2, 2}, "already stands in line 1"},
        Mistake{"trailing_bytes", "{} x", {1, 4}, "'x' was not expected"},
        Mistake{
            "trailing_comma_in_object", "{\"a\": 1,}", {1, 9}, "comma may not stand before '}'"},
        Mistake{"trailing_comma_in_list", "[1,]", {1, 4}, "comma may not stand before ']'"},
        Mistake{"number_too_large", "[9007199254740992]", {1, 2}, "2^53 - 1"},
        Mistake{"number_much_too_large", "[-99999999999999999999999]", {1, 2}, "2^53 - 1"},
        Mistake{"fraction", "[1.5]", {1, 2}, "whole number"},
        Mistake{"exponent", "[1e3]", {1, 2}, "whole number"},
        Mistake{"leading_zero", "[012]", {1, 2}, "do not begin with 0"},
        Mistake{"lone_minus", "[-]", {1, 2}, "digit"},
        Mistake{"bare_word", "[yes]", {1, 2}, "'yes' where a value was expected"},
        Mistake{"key_without_quotes", "{a: 1}", {1, 2}, "key in quotes"},
        Mistake{"missing_colon", "{\"a\" 1}", {1, 6}, "':' was expected"},
        Mistake{"missing_comma", "[1 2]", {1, 4}, "',' or ']'"},
        Mistake{"open_text", "[\"abc\n\"]", {1, 2}, "never closed"},
        Mistake{"open_comment", "[1] /* x", {1, 5}, "never closed"},
        Mistake{"control_character", std::string("[\"a\x01\"]"), {1, 4}, "control character 0x01"},
        Mistake{"broken_utf8", "[\"\xC3(\"]", {1, 3}, "not UTF-8"},
        Mistake{"overlong_utf8", "[\"\xC0\x80\"]", {1, 3}, "not UTF-8"},
        Mistake{"surrogate_in_utf8", "[\"\xED\xA0\x80\"]", {1, 3}, "not UTF-8"},
        Mistake{"lone_surrogate", "[\"\\ud83d!\"]", {1, 3}, "surrogate"},
        Mistake{"second_half_alone", "[\"\\ude00\"]", {1, 3}, "surrogate"},
        Mistake{"unknown_escape", "[\"\\x\"]", {1, 3}, "unknown escape"},
        Mistake{"short_escape", "[\"\\u12\"]", {1, 3}, "four hexadecimal digits"},
        Mistake{"byte_order_mark", "\xEF\xBB\xBF{}", {1, 1}, "byte order mark"},
        Mistake{"open_object", "{\"a\": 1", {1, 8}, "the end of the file"}),
    [](const auto& each) { return each.param.name; });

TEST(Document, limits_bytes_nesting_values_and_keys) {
  EXPECT_NE(refused(std::string((4u << 20) + 1, ' ')).message.find("4194305 bytes"),
            std::string::npos);
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  EXPECT_EQ(refused(deep).at, (Position{1, 33}));
  EXPECT_TRUE(read_document("a", std::string(32, '[') + std::string(32, ']')));
  EXPECT_NE(refused("[1,2,3]", {.values_max = 3}).message.find("more than 3 values"),
            std::string::npos);
  EXPECT_NE(refused("{\"a\":1,\"b\":2}", {.keys_max = 1}).message.find("more than 1 keys"),
            std::string::npos);
  // Nesting far beyond the limit must not reach the stack.
  EXPECT_NE(refused(std::string(1u << 20, '[')).message.find("deep"), std::string::npos);
}

RC_GTEST_PROP(Document, any_bytes_are_read_or_refused_at_a_place_inside_the_file,
              (const std::string& text)) {
  const auto read = read_document("a", text);
  if (read) return;
  const auto lines = static_cast<std::uint32_t>(std::ranges::count(text, '\n')) + 1;
  RC_ASSERT(read.error().at.line >= 1u);
  RC_ASSERT(read.error().at.line <= lines);
  RC_ASSERT(read.error().at.column <= text.size() + 1);
  RC_ASSERT(!read.error().message.empty());
}

RC_GTEST_PROP(Document, a_quoted_text_is_read_back_as_it_was, ()) {
  const auto points = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::oneOf(
      rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::inRange<std::uint32_t>(0x80, 0xD800),
      rc::gen::inRange<std::uint32_t>(0xE000, 0x10000)));
  std::string json = "\"";
  for (const std::uint32_t point : points) {
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04x", point);
    json += escape;
  }
  json += "\"";
  const auto first = read_document("a", json);
  RC_ASSERT(first.has_value());
  const auto second = read_document("a", to_json(*first));
  RC_ASSERT(second.has_value());
  RC_ASSERT(second->text == first->text);
}

RC_GTEST_PROP(Document, a_truncated_document_is_refused, ()) {
  const std::string whole =
      R"({"format": "x", "steps": [{"on": "a", "do": "b\u00e4"}, [1, true, null]], "k": -5})";
  const auto length = *rc::gen::inRange<std::size_t>(0, whole.size());
  RC_ASSERT(!read_document("a", std::string_view(whole).substr(0, length)));
}

// A file chooses what stands in a message, but not what a terminal makes of it.
TEST(Problem, is_said_without_control_characters) {
  const Problem problem{"a.json", {1, 2}, "no \"\x1b[2J\x7f\xC2\x9B\n\xC3\xA9\""};
  EXPECT_EQ(problem.text(), "a.json:1:2: no \"\\u001b[2J\\u007f\\u009b\\u000a\xC3\xA9\"");
  EXPECT_EQ(one_line("plain \xF0\x9F\x98\x80"), "plain \xF0\x9F\x98\x80");
}

}  // namespace
}  // namespace dp::sim
