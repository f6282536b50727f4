// The event digest: XXH3-128 over every traced event of a run, in order.
//
// Guarantees: equal traces have equal digests; each event contributes its time, node, kind,
// numbers, name and bytes with explicit lengths in little-endian, so no two different traces share
// an encoding. Value type: a copy continues independently.
// Does not: resist an attacker. It tells runs apart; it authenticates nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/event.h"

namespace dp::sim {

struct DigestValue {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const DigestValue&) const = default;
};
std::string text_of(DigestValue digest);  // 32 lowercase hex digits

class Digest {
 public:
  Digest();
  void include(const TraceEvent& event);
  DigestValue value() const;  // of everything included so far
  std::uint64_t events() const { return events_; }

 private:
  void feed(const void* data, std::size_t size);

  // Events are buffered and hashed in blocks chained by the previous block's hash, which keeps the
  // state a plain value and lets short events share one call.
  std::vector<std::uint8_t> block_;
  DigestValue chain_;
  std::uint64_t events_ = 0;
};

}  // namespace dp::sim
