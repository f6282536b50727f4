// Dots and version vectors: the names of debounced saves, and the sets of them a text includes.
//
// A dot is (writer id, sequence). A writer numbers its saves 1, 2, 3, ... and each of its saves
// includes all earlier ones, so a set of dots is one number per writer.
// Guarantees: entries are sorted by writer and never zero, so equal sets are equal values.
// Does not: bound the number of writers; the payload codec does.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "core/vocabulary/ids.h"

namespace dp::draft {

struct Dot {
  WriterId writer;
  std::uint64_t sequence = 0;
  auto operator<=>(const Dot&) const = default;
};

class VersionVector {
 public:
  bool empty() const { return entries_.empty(); }
  const std::vector<Dot>& entries() const { return entries_; }

  bool covers(const Dot& dot) const;
  bool covers(const VersionVector& other) const;  // other <= *this
  void include(const Dot& dot);
  void join(const VersionVector& other);  // least upper bound
  bool operator==(const VersionVector&) const = default;

 private:
  std::vector<Dot> entries_;
};

VersionVector joined(VersionVector a, const VersionVector& b);

}  // namespace dp::draft
