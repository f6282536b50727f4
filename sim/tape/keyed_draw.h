// The counter-based integer generator behind every draw of a world.
//
// A draw is a pure function of (seed, lane, node, ordinal): there is no state to advance, so
// leaving one draw out never re-rolls another. Three rounds of the SplitMix64 finaliser.
// Does not: resist prediction. Key material in a simulated world is as secret as its seed.
#pragma once

#include <cstdint>

namespace dp::sim {

constexpr std::uint64_t mix64(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9u;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBu;
  x ^= x >> 31;
  return x;
}

constexpr std::uint64_t keyed_draw(std::uint64_t seed, std::uint64_t lane, std::uint64_t node,
                                   std::uint64_t ordinal) {
  constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15u;
  std::uint64_t x = mix64(seed + kGolden * (lane + 1));
  x = mix64(x + kGolden * (node + 1));
  return mix64(x + kGolden * (ordinal + 1));
}

// Maps 64 random bits onto [0, bound) without a division; bound > 0.
constexpr std::uint64_t scaled(std::uint64_t bits, std::uint64_t bound) {
  const std::uint64_t bits_high = bits >> 32;
  const std::uint64_t bits_low = bits & 0xFFFFFFFFu;
  const std::uint64_t bound_high = bound >> 32;
  const std::uint64_t bound_low = bound & 0xFFFFFFFFu;
  const std::uint64_t low = bits_low * bound_low;
  const std::uint64_t middle_a = bits_high * bound_low;
  const std::uint64_t middle_b = bits_low * bound_high;
  const std::uint64_t carry =
      ((low >> 32) + (middle_a & 0xFFFFFFFFu) + (middle_b & 0xFFFFFFFFu)) >> 32;
  return bits_high * bound_high + (middle_a >> 32) + (middle_b >> 32) + carry;
}

}  // namespace dp::sim
