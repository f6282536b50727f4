#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "core/vocabulary/bytes.h"

namespace dp {
namespace {

const std::string kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// SEC-41 asks for one spelling of each value; these tests look for a second one.

// A decoder that knows nothing of ours: it gathers bits one character at a time and accepts any
// trailing bits, so it answers "what would a lenient reader see".
std::optional<Bytes> lenient_decode(std::string_view text) {
  Bytes bytes;
  std::uint32_t gathered = 0;
  int gathered_bits = 0;
  for (const char c : text) {
    if (c == '=') break;
    const auto value = kAlphabet.find(c);
    if (value == std::string::npos) return std::nullopt;
    gathered = gathered << 6 | static_cast<std::uint32_t>(value);
    gathered_bits += 6;
    if (gathered_bits < 8) continue;
    gathered_bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(gathered >> gathered_bits));
  }
  return bytes;
}

TEST(Base64, encodes_the_vectors_of_rfc_4648) {
  EXPECT_EQ(base64_encode(as_bytes("")), "");
  EXPECT_EQ(base64_encode(as_bytes("f")), "Zg==");
  EXPECT_EQ(base64_encode(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(base64_encode(as_bytes("foo")), "Zm9v");
  EXPECT_EQ(base64_encode(as_bytes("foob")), "Zm9vYg==");
  EXPECT_EQ(base64_encode(as_bytes("fooba")), "Zm9vYmE=");
  EXPECT_EQ(base64_encode(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(base64_encode(Bytes{0xfb, 0xff, 0xbf}), "+/+/");
}

TEST(Base64, refuses_each_kind_of_second_spelling) {
  const std::string_view refused[] = {
      "Zg",        // padding missing
      "Zg=",       // padding incomplete
      "Zg===",     // padding excessive
      "Zh==",      // trailing bits not zero, one byte
      "Zm9=",      // trailing bits not zero, two bytes
      "Zm9v====",  // a group of nothing but padding
      "====",      // the same, alone
      "Z===",      // six bits do not make a byte
      "=Zm9",      // padding in front
      "Zg==Zm9v",  // padding in the middle
      "Zm=v",      // padding inside a group
      "Zm9v\n",    // white space at the end
      " Zm9",      // white space inside a whole group
      "Zm 9vYg=",  // white space inside
      "-_-_",      // the URL alphabet
      "Zm9\xc3",   // a byte beyond ASCII
  };
  for (const auto text : refused) EXPECT_FALSE(base64_decode(text)) << "accepted " << text;
  EXPECT_FALSE(base64_decode(std::string_view("Zm9\0", 4)));
}

RC_GTEST_PROP(Base64, decoding_an_encoding_gives_the_bytes_back, (const Bytes& bytes)) {
  const std::string text = base64_encode(bytes);
  RC_ASSERT(text.size() == base64_length(bytes.size()));
  const auto decoded = base64_decode(text);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == bytes);
  RC_ASSERT(lenient_decode(text) == bytes);
}

// Near misses: text over the alphabet, padding and a few intruders, in any order.
rc::Gen<std::string> near_base64() {
  const auto characters = rc::gen::weightedOneOf<char>({
      {12, rc::gen::elementOf(kAlphabet)},
      {3, rc::gen::just('=')},
      {1, rc::gen::elementOf(std::string("-_ \n\t.\x80"))},
  });
  return rc::gen::container<std::string>(characters);
}

RC_GTEST_PROP(Base64, whatever_is_accepted_is_the_one_spelling_of_its_bytes, ()) {
  const std::string text = *near_base64();
  const auto decoded = base64_decode(text);
  RC_CLASSIFY(decoded.has_value());
  if (decoded) RC_ASSERT(base64_encode(*decoded) == text);
}

RC_GTEST_PROP(Base64, every_text_that_a_lenient_reader_takes_for_the_same_bytes_is_refused, ()) {
  const auto bytes = *rc::gen::nonEmpty<Bytes>();
  const std::string canonical = base64_encode(bytes);
  std::string other = canonical;
  const auto trailing_padding = canonical.size() - canonical.find_last_not_of('=') - 1;
  const bool drop_padding = *rc::gen::arbitrary<bool>();
  if (trailing_padding == 0) {
    other += "====";
  } else if (drop_padding) {
    other.resize(other.size() - trailing_padding);
  } else {
    char& last = other[other.size() - trailing_padding - 1];
    const auto unused_values = static_cast<std::size_t>(trailing_padding == 1 ? 4 : 16);
    const auto added = *rc::gen::inRange<std::size_t>(1, unused_values);
    last = kAlphabet[kAlphabet.find(last) + added];
  }
  RC_ASSERT(other != canonical);
  RC_ASSERT(lenient_decode(other) == bytes);
  RC_ASSERT(!base64_decode(other));
}

RC_GTEST_PROP(Base64, any_one_character_outside_the_alphabet_spoils_the_text, (const Bytes& seed)) {
  Bytes bytes = seed;
  bytes.resize((bytes.size() / 3 + 1) * 3);  // whole groups: no padding to confuse the matter
  std::string text = base64_encode(bytes);
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto intruder =
      *rc::gen::suchThat<char>([](char c) { return kAlphabet.find(c) == std::string::npos; });
  text[at] = intruder;
  RC_ASSERT(!base64_decode(text));
}

}  // namespace
}  // namespace dp
