// Many byte patterns searched at once: the engine of the canary search.
//
// Each pattern is found by its first four grams of eight bytes, case folded, so that looking at
// every fourth position of a haystack is enough to meet one of them.
// Guarantees: finds a pattern of at least kPatternBytesMin bytes in every text that holds one; no
// false hits (each candidate is compared in full). Growing is cheap; a search costs a load, a
// multiply and one bit test per four haystack bytes unless a candidate turns up. Does not: find
// patterns across two haystacks; the caller keeps a tail per stream. Of several
// hits at one place the smallest label comes back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dp::sim {

inline constexpr std::size_t kPatternBytesMin = 12;

enum class Letters : std::uint8_t { exact, any_case };  // of A to Z

class PatternIndex {
 public:
  PatternIndex();
  // `label` comes back with a hit. Equal patterns are kept once.
  void add(std::string pattern, std::uint32_t label, Letters letters = Letters::exact);
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
    Letters letters = Letters::exact;
  };
  struct Gram {
    std::uint32_t pattern = 0;  // index
    std::uint32_t at = 0;       // where in the pattern
    std::uint32_t next = 0;     // 1 + index of the next gram in this bucket; 0 ends the chain
  };
  void link(std::uint32_t gram);
  void grow();

  std::vector<Pattern> patterns_;
  std::vector<Gram> grams_;
  std::vector<std::uint32_t> buckets_;  // 1 + index of the first gram; power of two
  std::vector<std::uint64_t> filter_;   // one bit per hash value: is there any gram
  std::size_t longest_ = 0;
};

}  // namespace dp::sim
