#include "sim/oracles/pattern_index.h"

#include <algorithm>
#include <cstring>

namespace dp::sim {
namespace {

constexpr std::size_t kFilterBits = std::size_t{1} << 18;

// Of the first 12 bytes. Byte order changes the hash, never the result of a search.
std::uint64_t hash_of(const char* bytes) {
  std::uint64_t head = 0;
  std::uint32_t tail = 0;
  std::memcpy(&head, bytes, sizeof head);
  std::memcpy(&tail, bytes + sizeof head, sizeof tail);
  const std::uint64_t mixed = (head ^ (std::uint64_t{tail} << 17)) * 0x9E3779B97F4A7C15U;
  return mixed ^ (mixed >> 29);
}

}  // namespace

PatternIndex::PatternIndex() : buckets_(1024, 0), filter_(kFilterBits / 64, 0) {}

void PatternIndex::add(std::string pattern, std::uint32_t label) {
  if (pattern.size() < kPatternBytesMin) return;
  if (patterns_.size() >= buckets_.size()) grow();
  const std::uint64_t hash = hash_of(pattern.data());
  std::uint32_t& first = buckets_[hash & (buckets_.size() - 1)];
  for (std::uint32_t at = first; at != 0; at = patterns_[at - 1].next) {
    if (patterns_[at - 1].text == pattern) return;
  }
  longest_ = std::max(longest_, pattern.size());
  const std::size_t bit = hash & (kFilterBits - 1);
  filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  patterns_.push_back({std::move(pattern), label, first});
  first = static_cast<std::uint32_t>(patterns_.size());
}

void PatternIndex::grow() {
  buckets_.assign(buckets_.size() * 4, 0);
  for (std::size_t index = 0; index < patterns_.size(); ++index) {
    std::uint32_t& first = buckets_[hash_of(patterns_[index].text.data()) & (buckets_.size() - 1)];
    patterns_[index].next = first;
    first = static_cast<std::uint32_t>(index + 1);
  }
}

std::optional<PatternIndex::Hit> PatternIndex::find(std::string_view haystack) const {
  if (haystack.size() < kPatternBytesMin || patterns_.empty()) return std::nullopt;
  const std::size_t last = haystack.size() - kPatternBytesMin;
  for (std::size_t offset = 0; offset <= last; ++offset) {
    const std::uint64_t hash = hash_of(haystack.data() + offset);
    const std::size_t bit = hash & (kFilterBits - 1);
    if ((filter_[bit / 64] >> (bit % 64) & 1) == 0) continue;
    std::uint32_t at = buckets_[hash & (buckets_.size() - 1)];
    for (; at != 0; at = patterns_[at - 1].next) {
      const Pattern& pattern = patterns_[at - 1];
      if (haystack.substr(offset, pattern.text.size()) == pattern.text) {
        return Hit{pattern.label, offset};
      }
    }
  }
  return std::nullopt;
}

}  // namespace dp::sim
