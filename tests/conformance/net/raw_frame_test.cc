#include "conformance/net/raw_frame.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "conformance/net/raw_client.h"

namespace dp::net {
namespace {

constexpr FrameMask kMask = {0x37, 0xfa, 0x21, 0x3d};

// RFC 6455, section 5.7.
TEST(RawFrame, the_examples_of_the_standard) {
  EXPECT_EQ(spell({.masked = false, .payload = "Hello"}, kMask), "\x81\x05Hello");
  EXPECT_EQ(spell({.payload = "Hello"}, kMask), "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  EXPECT_EQ(spell({.final = false, .masked = false, .payload = "Hel"}, kMask), "\x01\x03Hel");
  EXPECT_EQ(spell({.opcode = kContinuationFrame, .masked = false, .payload = "lo"}, kMask),
            std::string("\x80\x02lo", 4));
}

TEST(RawFrame, lengths_and_bits_may_be_wrong_on_purpose) {
  EXPECT_EQ(spell({.reserved = 4, .masked = false}, kMask), std::string("\xc1\x00", 2));
  EXPECT_EQ(spell({.masked = false, .declared_bytes = 300}, kMask), "\x81\x7e\x01\x2c");
  EXPECT_EQ(spell({.masked = false, .payload = "a", .widest_length = true}, kMask),
            std::string("\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x01", 10) + "a");
}

RC_GTEST_PROP(RawFrame, what_was_spelt_is_read_however_it_arrives, ()) {
  RawFrame frame;
  frame.final = *rc::gen::arbitrary<bool>();
  frame.reserved = *rc::gen::inRange<std::uint8_t>(0, 8);
  frame.opcode = *rc::gen::inRange<std::uint8_t>(0, 16);
  frame.masked = *rc::gen::arbitrary<bool>();
  frame.widest_length = *rc::gen::arbitrary<bool>();
  const auto length = *rc::gen::element<std::size_t>(0, 1, 125, 126, 127, 65'535, 65'536);
  frame.payload = std::string(length, *rc::gen::arbitrary<char>());
  const std::string bytes = spell(frame, kMask);
  RawFrameReader reader(1u << 20);
  const std::size_t cut = *rc::gen::inRange<std::size_t>(0, bytes.size());
  reader.feed(bytes.substr(0, cut));
  RC_ASSERT(!reader.next().has_value());
  reader.feed(bytes.substr(cut));
  const auto read = reader.next();
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->final == frame.final && read->reserved == frame.reserved);
  RC_ASSERT(read->opcode == frame.opcode && read->masked == frame.masked);
  RC_ASSERT(read->payload == frame.payload);
  RC_ASSERT(!reader.next().has_value());
}

TEST(RawFrame, a_length_beyond_the_limit_is_told_and_not_kept) {
  RawFrameReader reader(1'000);
  reader.feed(spell({.masked = false, .declared_bytes = std::uint64_t{1} << 62}, kMask));
  EXPECT_FALSE(reader.next().has_value());
  EXPECT_TRUE(reader.too_long());
}

// RFC 6455, section 1.3.
TEST(RawClient, the_accept_of_the_standards_key) {
  EXPECT_EQ(accept_of_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

}  // namespace
}  // namespace dp::net
