#include "core/crypto/padding.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/core/crypto/vector_file.h"

namespace dp::crypto {
namespace {

constexpr std::array kKinds = {Kind::draft,     Kind::preview,   Kind::wrapped_key,
                               Kind::local_row, Kind::tombstone, Kind::message};

// SEC-04, SEC-05: the published set, written down by the other implementation.
TEST(Padding, BucketsAreThoseOfTheVectorFile) {
  const auto table = vector_json("envelope_v1.json")["padding"];
  ASSERT_EQ(table.size(), 126u);
  for (const auto& row : table) {
    const auto kind = static_cast<Kind>(row["kind"].get<int>());
    const auto padded = pad(kind, Bytes(row["content_bytes"].get<std::size_t>(), 'x'));
    SCOPED_TRACE(row.dump());
    if (row["padded"].is_null()) {
      ASSERT_FALSE(padded);
      EXPECT_EQ(padded.error().code, "content_too_long");
      EXPECT_EQ(padded.error().fault, Fault::limit);
    } else {
      ASSERT_TRUE(padded);
      EXPECT_EQ(padded->size(), row["padded"].get<std::size_t>());
      EXPECT_TRUE(is_bucket(kind, padded->size()));
    }
  }
}

// Computed by hand from the definition: e = floor(log2 n), s = floor(log2 e) + 1, and the last
// e - s bits are rounded up to zero.
TEST(Padding, PadmeGivesTheLengthsOfThePaper) {
  const std::vector<std::pair<std::size_t, std::size_t>> lengths = {
      {0, 0},       {1, 1},       {2, 2},       {3, 3},         {4, 4},           {7, 7},
      {8, 8},       {9, 10},      {15, 16},     {100, 104},     {1000, 1024},     {8193, 8704},
      {9000, 9216}, {9216, 9216}, {9217, 9728}, {65537, 67584}, {100000, 100352},
  };
  for (const auto& [bytes, padded] : lengths) EXPECT_EQ(padme(bytes), padded) << bytes;
}

TEST(Padding, ContentIsFollowedByTheMarkerAndZeros) {
  const auto padded = pad(Kind::draft, as_bytes("hi"));
  ASSERT_TRUE(padded);
  Bytes expected = {'h', 'i', 0x80};
  expected.resize(512, 0);
  EXPECT_EQ(*padded, expected);
}

TEST(Padding, ContentThatEndsLikePaddingComesBackWhole) {
  for (const Bytes& content : {Bytes{0x80}, Bytes{0x80, 0, 0}, Bytes{0}, Bytes{}, Bytes(511, 0)}) {
    const auto padded = pad(Kind::message, content);
    ASSERT_TRUE(padded);
    EXPECT_EQ(unpad(Kind::message, *padded), content);
  }
}

TEST(Padding, AnythingThatPadDidNotMakeIsRefused) {
  const auto refused = [](Kind kind, const Bytes& padded) {
    const auto content = unpad(kind, padded);
    return !content && content.error().code == "bad_padding";
  };
  EXPECT_TRUE(refused(Kind::draft, {}));
  EXPECT_TRUE(refused(Kind::draft, Bytes(512, 0)));     // no marker
  EXPECT_TRUE(refused(Kind::draft, Bytes(512, 'x')));   // another last byte
  EXPECT_TRUE(refused(Kind::draft, Bytes(511, 0x80)));  // not a bucket
  EXPECT_TRUE(refused(Kind::draft, Bytes(513, 0x80)));
  const Bytes short_draft = pad(Kind::draft, as_bytes("hi")).value();
  Bytes longer = short_draft;
  longer.resize(1024, 0);  // a bucket, but not the smallest that holds it
  EXPECT_TRUE(refused(Kind::draft, longer));
  EXPECT_TRUE(refused(Kind::preview, longer));
  EXPECT_TRUE(refused(Kind::tombstone, short_draft));  // another kind's bucket
  Bytes marked = short_draft;
  marked.back() = 1;
  EXPECT_TRUE(refused(Kind::draft, marked));
}

TEST(Padding, SmallTombstonesAreAllOfOneSize) {
  EXPECT_FALSE(is_bucket(Kind::tombstone, 512));
  EXPECT_TRUE(is_bucket(Kind::tombstone, 4096));
  EXPECT_EQ(pad(Kind::tombstone, {})->size(), 4096u);
  EXPECT_EQ(pad(Kind::tombstone, Bytes(4095))->size(), 4096u);
  EXPECT_EQ(pad(Kind::tombstone, Bytes(4096))->size(), 8192u);
}

RC_GTEST_PROP(PaddingLaws, unpad_gives_back_what_pad_was_given, ()) {
  const auto kind = *rc::gen::elementOf(kKinds);
  const auto size = *rc::gen::inRange<std::size_t>(0, 30'000);
  Bytes content = *rc::gen::container<Bytes>(std::min<std::size_t>(size, 600),
                                             rc::gen::elementOf(Bytes{0, 0x80, 'x'}));
  if (*rc::gen::arbitrary<bool>()) content.resize(size, 0);
  const auto padded = pad(kind, content);
  const bool single = kind == Kind::preview || kind == Kind::wrapped_key;
  RC_ASSERT(padded.has_value() == (!single || content.size() < 512));
  if (padded) RC_ASSERT(unpad(kind, *padded).value() == content);
}

RC_GTEST_PROP(PaddingLaws, the_bucket_is_the_smallest_that_holds_and_costs_at_most_12_percent, ()) {
  const auto bytes = *rc::gen::inRange<std::size_t>(8193, 3'000'000);
  const auto bucket = bucket_size(bytes);
  RC_ASSERT(bucket >= bytes);
  RC_ASSERT(bucket * 100 <= bytes * 112);
  RC_ASSERT(bucket_size(bucket) == bucket);
  for (std::size_t between = bytes; between < bucket; between += 1 + (bucket - bytes) / 50) {
    RC_ASSERT(!is_bucket(Kind::draft, between));
  }
}

RC_GTEST_PROP(PaddingLaws, a_longer_text_never_has_a_smaller_bucket, ()) {
  const auto kind = *rc::gen::elementOf(kKinds);
  const auto shorter = *rc::gen::inRange<std::size_t>(0, 40'000);
  const auto longer = shorter + *rc::gen::inRange<std::size_t>(0, 5'000);
  const auto small = pad(kind, Bytes(shorter));
  const auto large = pad(kind, Bytes(longer));
  RC_ASSERT(small.has_value() || !large.has_value());
  if (large) RC_ASSERT(small->size() <= large->size());
}

}  // namespace
}  // namespace dp::crypto
