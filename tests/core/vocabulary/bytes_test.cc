#include "core/vocabulary/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace dp {
namespace {

TEST(Hex, spells_lowercase_two_digits_a_byte) {
  EXPECT_EQ(hex_encode(Bytes{0x00, 0x0f, 0xa9, 0xff}), "000fa9ff");
  EXPECT_EQ(hex_encode({}), "");
  EXPECT_EQ(hex_decode("000fa9ff"), (Bytes{0x00, 0x0f, 0xa9, 0xff}));
}

TEST(Hex, refuses_uppercase_odd_lengths_and_intruders) {
  for (const auto text : {"A9", "a", "0x", "0g", "a 9b", "-1"}) {
    EXPECT_FALSE(hex_decode(text)) << "accepted " << text;
  }
}

RC_GTEST_PROP(Hex, decoding_an_encoding_gives_the_bytes_back, (const Bytes& bytes)) {
  RC_ASSERT(hex_decode(hex_encode(bytes)) == bytes);
}

TEST(Numbers, are_appended_with_the_low_byte_first) {
  Bytes bytes;
  append_u16(bytes, 0x0102);
  append_u32(bytes, 0x03040506);
  append_u64(bytes, 0x0708090a0b0c0d0e);
  append(bytes, as_bytes("ab"));
  EXPECT_EQ(hex_encode(bytes), "0201060504030e0d0c0b0a0908076162");
}

RC_GTEST_PROP(ByteReader, reads_back_what_was_appended,
              (std::uint16_t small, std::uint32_t medium, std::uint64_t large, const Bytes& rest)) {
  Bytes bytes;
  append_u16(bytes, small);
  append_u32(bytes, medium);
  append_u64(bytes, large);
  append(bytes, rest);
  ByteReader reader(bytes);
  RC_ASSERT(reader.u16() == small);
  RC_ASSERT(reader.u32() == medium);
  RC_ASSERT(reader.u64() == large);
  const ByteView tail = reader.take(rest.size());
  RC_ASSERT(Bytes(tail.begin(), tail.end()) == rest);
  RC_ASSERT(reader.ok());
  RC_ASSERT(reader.remaining() == 0u);
}

TEST(ByteReader, stays_failed_after_a_read_past_the_end) {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);  // the three bytes are there, but the reader has failed
  EXPECT_TRUE(reader.take(1).empty());
  EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, takes_nothing_without_failing_at_the_end) {
  ByteReader reader({});
  EXPECT_TRUE(reader.take(0).empty());
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.take(static_cast<std::size_t>(-1)).empty());
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace dp
