#include "core/vocabulary/random.h"

#include <cassert>

namespace dp {

std::uint64_t Random::u64(Draw label) {
  std::array<std::uint8_t, 8> drawn{};
  fill(label, drawn);
  // Spelled out byte by byte so that the value does not depend on the machine's byte order.
  std::uint64_t value = 0;
  for (std::size_t index = 0; index < drawn.size(); ++index) {
    value |= static_cast<std::uint64_t>(drawn[index]) << (8 * index);
  }
  return value;
}

std::uint64_t Random::below(Draw label, std::uint64_t bound) {
  assert(bound > 0);
  // The high half of a 128-bit product: no rejection loop, so the number of draws is fixed, and a
  // bias below bound / 2^64 that no test of ours could ever see.
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(u64(label)) * bound;
  return static_cast<std::uint64_t>(product >> 64);
}

std::array<std::uint8_t, 16> Random::bytes16(Draw label) {
  std::array<std::uint8_t, 16> drawn{};
  fill(label, drawn);
  return drawn;
}

}  // namespace dp
