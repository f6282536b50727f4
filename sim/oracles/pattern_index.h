// Many byte patterns searched at once: the engine of the canary search.
//
// Guarantees: finds every occurrence of every pattern of at least kPatternBytesMin bytes; no false
// hits (each candidate is compared in full). Growing is cheap; a search costs a load, a multiply
// and one bit test per haystack byte unless a candidate turns up. Does not: find patterns across
// two haystacks; the caller keeps a tail per stream.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dp::sim {

inline constexpr std::size_t kPatternBytesMin = 12;

class PatternIndex {
 public:
  PatternIndex();
  // `label` comes back with a hit. Equal patterns are kept once.
  void add(std::string pattern, std::uint32_t label);
  std::size_t size() const { return patterns_.size(); }
  std::size_t longest() const { return longest_; }

  struct Hit {
    std::uint32_t label = 0;
    std::size_t offset = 0;
  };
  std::optional<Hit> find(std::string_view haystack) const;

 private:
  struct Pattern {
    std::string text;
    std::uint32_t label = 0;
    std::uint32_t next = 0;  // 1 + index of the next pattern in this bucket; 0 ends the chain
  };
  void grow();

  std::vector<Pattern> patterns_;
  std::vector<std::uint32_t> buckets_;  // 1 + index of the first pattern; power of two
  std::vector<std::uint64_t> filter_;   // one bit per hash value: is there any pattern
  std::size_t longest_ = 0;
};

}  // namespace dp::sim
