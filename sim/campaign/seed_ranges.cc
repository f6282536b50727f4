#include "sim/campaign/seed_ranges.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace dp::sim {

void SeedRanges::add(SeedRange range) {
  std::vector<SeedRange> next;
  for (const SeedRange& one : ranges_) {
    const bool apart = one.last + 1 < range.first || range.last + 1 < one.first;
    if (apart) {
      next.push_back(one);
    } else {
      range.first = std::min(range.first, one.first);
      range.last = std::max(range.last, one.last);
    }
  }
  next.push_back(range);
  std::ranges::sort(next, {}, &SeedRange::first);
  ranges_ = std::move(next);
}

bool SeedRanges::contains(std::uint64_t seed) const {
  return overlaps({seed, seed});
}

bool SeedRanges::overlaps(SeedRange range) const {
  return std::ranges::any_of(ranges_, [&](const SeedRange& one) {
    return one.first <= range.last && range.first <= one.last;
  });
}

std::uint64_t SeedRanges::count() const {
  std::uint64_t sum = 0;
  for (const SeedRange& one : ranges_) sum += one.last - one.first + 1;
  return sum;
}

std::uint64_t SeedRanges::next_missing(std::uint64_t seed) const {
  for (const SeedRange& one : ranges_) {
    if (one.first <= seed && seed <= one.last) seed = one.last + 1;
  }
  return seed;
}

bool SeedRanges::operator==(const SeedRanges& other) const {
  return std::ranges::equal(ranges_, other.ranges_, [](const SeedRange& a, const SeedRange& b) {
    return a.first == b.first && a.last == b.last;
  });
}

std::expected<Shard, std::string> parse_shard(std::string_view text) {
  Shard shard;
  const char* end = text.data() + text.size();
  const auto [slash, first] = std::from_chars(text.data(), end, shard.index);
  bool good = first == std::errc() && slash != end && *slash == '/';
  if (good) {
    const auto [stop, second] = std::from_chars(slash + 1, end, shard.count);
    good = second == std::errc() && stop == end;
  }
  if (!good) {
    return std::unexpected(
        fmt::format("\"{}\" is not a shard: write i/n, such as 2/4 for the second of four", text));
  }
  if (shard.count == 0 || shard.count > kShardsMax) {
    return std::unexpected(
        fmt::format("\"{}\": there are 1 to {} shards, not {}", text, kShardsMax, shard.count));
  }
  if (shard.index == 0 || shard.index > shard.count) {
    return std::unexpected(fmt::format("\"{}\": shards are counted from 1 to {}, there is no {}",
                                       text, shard.count, shard.index));
  }
  return shard;
}

std::optional<SeedRange> share_of(SeedRange all, Shard shard) {
  const std::uint64_t size = all.last - all.first + 1;
  const std::uint64_t part = size / shard.count;
  const std::uint64_t rest = size % shard.count;  // the first ones get one more
  const std::uint64_t before = shard.index - 1;
  const std::uint64_t begin = all.first + before * part + std::min(before, rest);
  const std::uint64_t length = part + (before < rest ? 1 : 0);
  if (length == 0) return std::nullopt;
  return SeedRange{begin, begin + length - 1};
}

SeedRange endless_seeds(Shard shard) {
  constexpr std::uint64_t kEach = std::uint64_t{1} << 40;
  return {1 + (shard.index - 1) * kEach, shard.index * kEach};
}

}  // namespace dp::sim
