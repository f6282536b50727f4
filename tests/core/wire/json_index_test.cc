// The reader under the codec: what it accepts, what it refuses, and what it makes of strings.
#include "core/wire/json_index.h"

#include <gtest/gtest.h>

#include "core/vocabulary/ids.h"

namespace dp::wire {
namespace {

const WireLimits kLimits;

JsonStatus status_of(std::string_view text, const WireLimits& limits = kLimits) {
  return JsonIndex(text, limits).status();
}

// The text of the member "k" of a one-member object.
std::string text_of(std::string_view raw_string) {
  const std::string text = "{\"k\":" + std::string(raw_string) + "}";
  const JsonIndex index(text, kLimits);
  if (index.status() != JsonStatus::ok) return "<refused>";
  return std::string(index.node(index.find(JsonIndex::kRoot, "k")).text);
}

TEST(JsonIndex, AcceptsOneObjectWithSpaceAroundTokens) {
  for (const std::string_view text :
       {"{}", " \t\r\n{ } \n", "{\"a\":1}", "{ \"a\" : [ 1 , { } , [ ] , true , false , null ] }",
        "{\"\":\"\"}", "{\"n\":-0.5e+10}", "{\"n\":0}", "{\"n\":-0}", "{\"n\":1E400}"}) {
    EXPECT_EQ(status_of(text), JsonStatus::ok) << text;
  }
}

TEST(JsonIndex, RefusesWhatIsNotOneStrictObject) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv,
                                      " "sv,
                                      "null"sv,
                                      "[]"sv,
                                      "\"x\""sv,
                                      "1"sv,
                                      "{"sv,
                                      "}"sv,
                                      "{}{}"sv,
                                      "{} x"sv,
                                      "{},"sv,
                                      "{,}"sv,
                                      "{\"a\"}"sv,
                                      "{\"a\":}"sv,
                                      "{\"a\":1,}"sv,
                                      "{\"a\":1 \"b\":2}"sv,
                                      "{a:1}"sv,
                                      "{'a':1}"sv,
                                      "{1:1}"sv,
                                      "{null:1}"sv,
                                      "{\"a\":[1,]}"sv,
                                      "{\"a\":[,1]}"sv,
                                      "{\"a\":[1}"sv,
                                      "{\"a\":1]"sv,
                                      "{\"a\":tru}"sv,
                                      "{\"a\":True}"sv,
                                      "{\"a\":nulll}"sv,
                                      "{\"a\":NaN}"sv,
                                      "{\"a\":Infinity}"sv,
                                      "{\"a\":undefined}"sv,
                                      "// c\n{}"sv,
                                      "{/* c */}"sv,
                                      "{}\0"sv,
                                      "\0{}"sv,
                                      "\xef\xbb\xbf{}"sv,
                                      "{\"a\":1}\xff"sv,
                                      "{\v}"sv,
                                      "{\xc2\xa0}"sv}) {
    EXPECT_EQ(status_of(text), JsonStatus::malformed) << text;
  }
}

TEST(JsonIndex, RefusesNumbersOutsideTheGrammar) {
  for (const std::string_view number : {"01", "00", "-", "-01", "+1", ".5", "1.", "1.e5", "1e",
                                        "1e+", "0x10", "1_000", "1e5.5", "--1", "1-", "\xd9\xa1"}) {
    EXPECT_EQ(status_of("{\"n\":" + std::string(number) + "}"), JsonStatus::malformed) << number;
  }
}

TEST(JsonIndex, TakesOnlyPlainDigitsUpToTwoToThe53AsAnInteger) {
  const auto kind_of = [](std::string_view number) {
    const std::string text = "{\"n\":" + std::string(number) + "}";
    const JsonIndex index(text, kLimits);
    EXPECT_EQ(index.status(), JsonStatus::ok) << number;
    return std::pair(index.node(1).kind, index.node(1).number);
  };
  EXPECT_EQ(kind_of("0"), std::pair(JsonKind::integer, std::uint64_t{0}));
  EXPECT_EQ(kind_of("9007199254740991"), std::pair(JsonKind::integer, kVersionMax));
  for (const std::string_view number :
       {"9007199254740992", "10000000000000000", "18446744073709551617", "-1", "-0", "1.0", "1e0",
        "36893488147419103233"}) {
    EXPECT_EQ(kind_of(number).first, JsonKind::other_number) << number;
  }
}

TEST(JsonIndex, RefusesAKeyThatOccursTwiceHoweverItIsSpelled) {
  for (const std::string_view text :
       {R"({"a":1,"a":1})", R"({"a":1,"b":2,"a":3})", R"({"a":1,"\u0061":2})",
        R"({"\u0061b":1,"a\u0062":2})", R"({"x":{"a":1,"a":2}})", R"({"x":[{"":1,"":2}]})",
        R"({"é":1,"\u00e9":2})", R"({"😀":1,"\ud83d\ude00":2})", R"({"a\/b":1,"a/b":2})"}) {
    EXPECT_EQ(status_of(text), JsonStatus::malformed) << text;
  }
  // The same key in different objects is no duplicate; nor are keys that only look alike.
  for (const std::string_view text : {R"({"a":{"a":{"a":1}}})", R"({"x":[{"a":1},{"a":2}]})",
                                      R"({"a":1,"A":2,"a ":3})", R"({"\u00e9":1,"e\u0301":2})"}) {
    EXPECT_EQ(status_of(text), JsonStatus::ok) << text;
  }
}

TEST(JsonIndex, FindsADuplicateAmongManyKeysAtAnyPlace) {
  for (const std::size_t count : {2u, 15u, 16u, 17u, 18u, 100u}) {
    for (const std::size_t twin : {std::size_t{0}, (count - 1) / 2, count - 2}) {
      std::string text = "{";
      for (std::size_t i = 0; i + 1 < count; ++i) text += "\"key" + std::to_string(i) + "\":0,";
      EXPECT_EQ(status_of(text + "\"other\":0}"), JsonStatus::ok);
      EXPECT_EQ(status_of(text + "\"key" + std::to_string(twin) + "\":0}"), JsonStatus::malformed)
          << count << " keys, the last repeats number " << twin;
    }
  }
}

TEST(JsonIndex, UnescapesStrings) {
  EXPECT_EQ(text_of(R"("")"), "");
  EXPECT_EQ(text_of(R"("plain")"), "plain");
  EXPECT_EQ(text_of(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(text_of(R"("\u0041\u00e9\u20AC\uD83D\uDE00")"), "Aé€😀");
  EXPECT_EQ(text_of(R"("a\u0000b")"), std::string("a\0b", 3));
  EXPECT_EQ(text_of(R"("\ufffe\uffff")"), "\xef\xbf\xbe\xef\xbf\xbf");
  EXPECT_EQ(text_of("\"\x7f\""), "\x7f");
  EXPECT_EQ(text_of("\"é€😀\xf4\x8f\xbf\xbf\""), "é€😀\xf4\x8f\xbf\xbf");
}

TEST(JsonIndex, RefusesBrokenStrings) {
  using namespace std::string_view_literals;
  for (const std::string_view raw : {
           R"(")"sv,
           R"("\")"sv,
           R"("\x41")"sv,
           R"("\'")"sv,
           R"("\U0041")"sv,
           R"("\u004")"sv,
           R"("\u00g1")"sv,
           R"("\u 041")"sv,
           "\"\n\""sv,
           "\"\t\""sv,
           "\"\x1f\""sv,
           "\"a\0b\""sv,
           // Lone and swapped surrogates, escaped and raw.
           R"("\ud800")"sv,
           R"("\udbff!")"sv,
           R"("\ud800\n")"sv,
           R"("\ud800\u0041")"sv,
           R"("\ud800\ud800")"sv,
           R"("\udc00")"sv,
           R"("\udc00\ud800")"sv,
           R"("\ud83d\ude0")"sv,
           "\"\xed\xa0\x80\""sv,
           "\"\xed\xbf\xbf\""sv,
           // Overlong, too high, truncated and stray bytes.
           "\"\xc0\x80\""sv,
           "\"\xc1\xbf\""sv,
           "\"\xe0\x80\x80\""sv,
           "\"\xe0\x9f\xbf\""sv,
           "\"\xf0\x80\x80\x80\""sv,
           "\"\xf0\x8f\xbf\xbf\""sv,
           "\"\xf4\x90\x80\x80\""sv,
           "\"\xf5\x80\x80\x80\""sv,
           "\"\x80\""sv,
           "\"\xbf\""sv,
           "\"\xc2\""sv,
           "\"\xe2\x82\""sv,
           "\"\xf0\x9f\x98\""sv,
           "\"\xe2\x28\xa1\""sv,
           "\"\xfe\""sv,
           "\"\xff\""sv,
       }) {
    EXPECT_EQ(text_of(raw), "<refused>") << raw;
  }
}

// Strings are scanned eight bytes at a time: what ends or breaks one must be seen at any offset.
TEST(JsonIndex, SeesASpecialByteAtEveryOffset) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t after = 0; after < 20; ++after) {
      const std::string left(before, 'a');
      const std::string right(after, 'z');
      const auto around = [&](std::string_view middle) {
        return text_of('"' + left + std::string(middle) + right + '"');
      };
      EXPECT_EQ(around("\\n"), left + '\n' + right);
      EXPECT_EQ(around("é"), left + "é" + right);
      EXPECT_EQ(around("!#[]~\x7f"), left + "!#[]~\x7f" + right);
      for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool plain = byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
        const bool closes = c == '"' && after == 0;  // closes early, and a quote too many follows
        const std::string expected = plain ? left + c + right : std::string("<refused>");
        EXPECT_EQ(around(std::string_view(&c, 1)), expected) << byte << closes;
      }
    }
  }
}

TEST(JsonIndex, NestsAsDeepAsTheLimitSaysAndNotDeeper) {
  for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
    for (const std::size_t limit : {1u, 2u, 8u, 32u, 1000u}) {
      const std::size_t effective = std::min(limit, JsonIndex::kNestingCeiling);
      const auto nested = [&](std::size_t depth) {
        std::string text = "{\"a\":";
        for (std::size_t i = 1; i < depth; ++i) text += open;
        text += depth == 1 || open[0] == '{' ? "1" : "";
        for (std::size_t i = 1; i < depth; ++i) text += close;
        return text + "}";
      };
      WireLimits limits;
      limits.nesting_max = limit;
      EXPECT_EQ(status_of(nested(effective), limits), JsonStatus::ok) << limit;
      EXPECT_EQ(status_of(nested(effective + 1), limits), JsonStatus::malformed) << limit;
    }
  }
}

TEST(JsonIndex, CountsItemsAndBytesAgainstTheLimits) {
  WireLimits limits;
  limits.array_items_max = 3;
  limits.string_bytes_max = 5;
  EXPECT_EQ(status_of(R"({"a":[1,2,3]})", limits), JsonStatus::ok);
  EXPECT_EQ(status_of(R"({"a":[1,2,3,4]})", limits), JsonStatus::oversize);
  EXPECT_EQ(status_of(R"({"a":1,"b":2,"c":3})", limits), JsonStatus::ok);
  EXPECT_EQ(status_of(R"({"a":1,"b":2,"c":3,"d":4})", limits), JsonStatus::oversize);
  EXPECT_EQ(status_of(R"({"a":"12345"})", limits), JsonStatus::ok);
  EXPECT_EQ(status_of(R"({"a":"123456"})", limits), JsonStatus::oversize);
  // Counted after unescaping, and for keys too.
  EXPECT_EQ(status_of(R"({"a":"\u0031\u0032\u0033\u0034\u0035"})", limits), JsonStatus::ok);
  EXPECT_EQ(status_of(R"({"a":"\u0031234\u20ac"})", limits), JsonStatus::oversize);
  EXPECT_EQ(status_of(R"({"123456":1})", limits), JsonStatus::oversize);
  // A syntax error outranks an oversize string.
  EXPECT_EQ(status_of(R"({"a":"123456")", limits), JsonStatus::malformed);
}

TEST(JsonIndex, CountsAllValuesOfAFrameTogether) {
  WireLimits limits;
  limits.array_items_max = 40;
  const auto lists = [](std::size_t count) {
    std::string text = "{\"a\":[";
    for (std::size_t i = 0; i < count; ++i) {
      text += i == 0 ? "[" : ",[";
      for (int j = 0; j < 40; ++j) text += j == 0 ? "1" : ",1";
      text += "]";
    }
    return text + "]}";
  };
  // 16 * 40 + 64 values are allowed: the root, the list, and 41 for each inner list.
  EXPECT_EQ(status_of(lists(17), limits), JsonStatus::ok);
  EXPECT_EQ(status_of(lists(18), limits), JsonStatus::oversize);
}

TEST(JsonIndex, WalksChildrenAndFindsMembers) {
  const std::string_view text = R"({"a":{"b":[1,[2],{}],"c":true},"d":"e"})";
  const JsonIndex index(text, kLimits);
  ASSERT_EQ(index.status(), JsonStatus::ok);
  const auto a = index.find(JsonIndex::kRoot, "a");
  const auto d = index.find(JsonIndex::kRoot, "d");
  const auto b = index.find(a, "b");
  EXPECT_EQ(index.next_sibling(JsonIndex::kRoot, a), d);
  EXPECT_EQ(index.next_sibling(JsonIndex::kRoot, d), JsonIndex::kNone);
  EXPECT_EQ(index.node(b).number, 3u);
  EXPECT_EQ(index.find(JsonIndex::kRoot, "b"), JsonIndex::kNone);  // only direct members
  EXPECT_EQ(index.find(a, "d"), JsonIndex::kNone);
  std::vector<JsonKind> kinds;
  for (auto at = index.first_child(b); at != JsonIndex::kNone; at = index.next_sibling(b, at)) {
    kinds.push_back(index.node(at).kind);
  }
  EXPECT_EQ(kinds, (std::vector{JsonKind::integer, JsonKind::array, JsonKind::object}));
  const auto empty_object = index.next_sibling(b, index.next_sibling(b, index.first_child(b)));
  EXPECT_EQ(index.first_child(empty_object), JsonIndex::kNone);
}

TEST(JsonIndex, KeepsWhatWasReadBeforeAFault) {
  const std::string_view text = R"({"payload":{"id":"x","twice":1,"twice":2,"list":[1,2,)";
  const JsonIndex index(text, kLimits);
  ASSERT_EQ(index.status(), JsonStatus::malformed);
  const auto payload = index.find(JsonIndex::kRoot, "payload");
  ASSERT_NE(payload, JsonIndex::kNone);
  EXPECT_EQ(index.node(index.find_unique(payload, "id")).text, "x");
  EXPECT_EQ(index.find_unique(payload, "twice"), JsonIndex::kNone);
  EXPECT_EQ(index.find_unique(payload, "absent"), JsonIndex::kNone);
}

}  // namespace
}  // namespace dp::wire
