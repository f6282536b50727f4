#include "sim/campaign/seed_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace dp::sim {
namespace {

using testing::HasSubstr;

TEST(SeedRanges, seeds_in_order_are_one_range) {
  SeedRanges ranges;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) ranges.add({seed, seed});
  EXPECT_EQ(ranges.ranges(), (std::vector<SeedRange>{{1, 100}}));
  EXPECT_EQ(ranges.next_missing(1), 101u);
  EXPECT_EQ(ranges.next_missing(0), 0u);
}

RC_GTEST_PROP(SeedRanges, are_the_set_of_what_was_added, ()) {
  SeedRanges ranges;
  std::set<std::uint64_t> model;
  for (const std::uint8_t first : *rc::gen::arbitrary<std::vector<std::uint8_t>>()) {
    const SeedRange range{first, first + first % 5u};
    ranges.add(range);
    for (std::uint64_t seed = range.first; seed <= range.last; ++seed) model.insert(seed);
  }
  RC_ASSERT(ranges.count() == model.size());
  for (std::uint64_t seed = 0; seed < 262; ++seed) {
    RC_ASSERT(ranges.contains(seed) == model.contains(seed));
    std::uint64_t missing = seed;
    while (model.contains(missing)) ++missing;
    RC_ASSERT(ranges.next_missing(seed) == missing);
  }
  for (std::size_t i = 1; i < ranges.ranges().size(); ++i) {
    RC_ASSERT(ranges.ranges()[i].first > ranges.ranges()[i - 1].last + 1);
  }
}

RC_GTEST_PROP(Shards, share_every_seed_once, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 1'000);
  const auto count = *rc::gen::inRange<std::uint32_t>(1, 40);
  std::uint64_t next = 7;
  for (std::uint32_t index = 1; index <= count; ++index) {
    const auto part = share_of({7, 6 + size}, {index, count});
    if (!part) continue;
    RC_ASSERT(part->first == next);
    RC_ASSERT(part->last - part->first <= size / count);
    next = part->last + 1;
  }
  RC_ASSERT(next == 7 + size);
}

TEST(Shards, without_a_range_never_meet) {
  EXPECT_LT(endless_seeds({1, 4}).last, endless_seeds({2, 4}).first);
  EXPECT_EQ(endless_seeds({1, 1}).first, 1u);
}

TEST(Shards, are_counted_from_one) {
  EXPECT_EQ(parse_shard("2/4"), (Shard{2, 4}));
  EXPECT_THAT(parse_shard("0/4").error(), HasSubstr("counted from 1 to 4"));
  EXPECT_THAT(parse_shard("5/4").error(), HasSubstr("counted from 1 to 4"));
  EXPECT_THAT(parse_shard("1/0").error(), HasSubstr("1 to 4096"));
  for (const char* text : {"", "4", "1/", "/4", "1/4x", "-1/4", "a/b", "1/99999999999"}) {
    EXPECT_FALSE(parse_shard(text)) << text;
  }
}

}  // namespace
}  // namespace dp::sim
