#include "sim/oracles/pattern_index.h"

#include <algorithm>
#include <cstring>

namespace dp::sim {
namespace {

constexpr std::size_t kFilterBits = std::size_t{1} << 19;
constexpr std::size_t kGramBytes = 8;
constexpr std::size_t kStride = 4;
static_assert(kStride - 1 + kGramBytes <= kPatternBytesMin);

char folded(char symbol) {
  return symbol >= 'A' && symbol <= 'Z' ? static_cast<char>(symbol - 'A' + 'a') : symbol;
}

// Equal for texts that differ only in the case of letters. It also takes some other bytes for each
// other ('@' and '`'), which costs a comparison and never a hit. Byte order changes the hash, never
// the result of a search.
std::uint64_t hash_of(const char* bytes) {
  constexpr std::uint64_t kCaseBits = 0x2020202020202020U;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t mixed = (word | kCaseBits) * 0x9E3779B97F4A7C15U;
  return mixed >> 24;  // the low bits of a product know only the low bytes
}

bool is_at(std::string_view text, std::string_view pattern, Letters letters) {
  if (text.size() < pattern.size()) return false;
  if (letters == Letters::exact) return text.starts_with(pattern);
  return std::equal(pattern.begin(), pattern.end(), text.begin(),
                    [](char a, char b) { return folded(a) == folded(b); });
}

}  // namespace

PatternIndex::PatternIndex() : buckets_(4096, 0), filter_(kFilterBits / 64, 0) {}

void PatternIndex::add(std::string pattern, std::uint32_t label, Letters letters) {
  if (pattern.size() < kPatternBytesMin) return;
  const std::uint64_t hash = hash_of(pattern.data());
  for (std::uint32_t at = buckets_[hash & (buckets_.size() - 1)]; at != 0;) {
    const Gram& gram = grams_[at - 1];
    const Pattern& known = patterns_[gram.pattern];
    if (gram.at == 0 && known.letters == letters && known.text == pattern) return;
    at = gram.next;
  }
  longest_ = std::max(longest_, pattern.size());
  patterns_.push_back({std::move(pattern), label, letters});
  const auto index = static_cast<std::uint32_t>(patterns_.size() - 1);
  for (std::uint32_t at = 0; at < kStride; ++at) {
    if (grams_.size() >= buckets_.size()) grow();
    grams_.push_back({index, at, 0});
    link(static_cast<std::uint32_t>(grams_.size() - 1));
  }
}

void PatternIndex::link(std::uint32_t gram) {
  Gram& one = grams_[gram];
  const std::uint64_t hash = hash_of(patterns_[one.pattern].text.data() + one.at);
  const std::size_t bit = hash & (kFilterBits - 1);
  filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  std::uint32_t& first = buckets_[hash & (buckets_.size() - 1)];
  one.next = first;
  first = gram + 1;
}

void PatternIndex::grow() {
  buckets_.assign(buckets_.size() * 4, 0);
  for (std::uint32_t gram = 0; gram < grams_.size(); ++gram) link(gram);
}

std::optional<PatternIndex::Hit> PatternIndex::find(std::string_view haystack) const {
  if (haystack.size() < kPatternBytesMin || patterns_.empty()) return std::nullopt;
  for (std::size_t at = 0; at + kGramBytes <= haystack.size(); at += kStride) {
    const std::uint64_t hash = hash_of(haystack.data() + at);
    const std::size_t bit = hash & (kFilterBits - 1);
    if ((filter_[bit / 64] >> (bit % 64) & 1) == 0) continue;
    std::optional<Hit> hit;
    std::uint32_t next = buckets_[hash & (buckets_.size() - 1)];
    while (next != 0) {
      const Gram& gram = grams_[next - 1];
      const Pattern& pattern = patterns_[gram.pattern];
      if (gram.at <= at && is_at(haystack.substr(at - gram.at), pattern.text, pattern.letters)) {
        if (!hit || pattern.label < hit->label) hit = Hit{pattern.label, at - gram.at};
      }
      next = gram.next;
    }
    if (hit) return hit;
  }
  return std::nullopt;
}

}  // namespace dp::sim
