// Sets of seeds as few ranges, and the share of one shard.
//
// Guarantees: ranges are sorted, disjoint and not adjacent; a million seeds done in order are one
// range.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.h"

namespace dp::sim {

class SeedRanges {
 public:
  void add(SeedRange range);
  bool contains(std::uint64_t seed) const;
  bool overlaps(SeedRange range) const;
  std::uint64_t count() const;
  // The first seed from `seed` on that is not in the set.
  std::uint64_t next_missing(std::uint64_t seed) const;
  const std::vector<SeedRange>& ranges() const { return ranges_; }
  bool operator==(const SeedRanges& other) const;

 private:
  std::vector<SeedRange> ranges_;
};

// Part `index` of `count`, from 1.
struct Shard {
  std::uint32_t index = 1;
  std::uint32_t count = 1;
  bool operator==(const Shard&) const = default;
};
inline constexpr std::uint32_t kShardsMax = 4'096;

// "2/4". The error is a sentence.
std::expected<Shard, std::string> parse_shard(std::string_view text);

// Equal parts in order, sizes apart by at most one. None if the shard gets no seed.
std::optional<SeedRange> share_of(SeedRange all, Shard shard);

// What a campaign without a range of seeds draws from: as many as it can before its time is over.
// Shards never meet, since none gets through 2^40 seeds.
SeedRange endless_seeds(Shard shard);

}  // namespace dp::sim
