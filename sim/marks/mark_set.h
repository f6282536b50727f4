// Which marks a run met, and how many runs of a campaign met each.
//
// Guarantees: value types; joining sets and merging counts is associative and commutative, so
// shards may be put together in any order. Does not: know what a mark means (mark.h).
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>

#include "sim/marks/mark.h"

namespace dp::sim {

class MarkSet {
 public:
  void set(Mark mark) { bits_.set(static_cast<std::size_t>(mark)); }
  bool has(Mark mark) const { return bits_.test(static_cast<std::size_t>(mark)); }
  std::size_t count() const { return bits_.count(); }
  void join(const MarkSet& other) { bits_ |= other.bits_; }
  bool covers(const MarkSet& other) const { return (other.bits_ & ~bits_).none(); }
  bool operator==(const MarkSet&) const = default;

 private:
  std::bitset<kMarkCount> bits_;
};

struct MarkCounts {
  std::uint64_t runs = 0;
  std::array<std::uint64_t, kMarkCount> runs_with{};

  void add(const MarkSet& marks) {
    ++runs;
    for (std::size_t i = 0; i < kMarkCount; ++i) {
      if (marks.has(static_cast<Mark>(i))) ++runs_with[i];
    }
  }
  void merge(const MarkCounts& other) {
    runs += other.runs;
    for (std::size_t i = 0; i < kMarkCount; ++i) runs_with[i] += other.runs_with[i];
  }
  std::uint64_t of(Mark mark) const { return runs_with[static_cast<std::size_t>(mark)]; }
  std::size_t met() const {
    std::size_t met = 0;
    for (const std::uint64_t runs_of_mark : runs_with) met += runs_of_mark > 0 ? 1 : 0;
    return met;
  }
  bool operator==(const MarkCounts&) const = default;
};

}  // namespace dp::sim
