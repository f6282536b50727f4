#include "sim/tape/core_random.h"

#include "sim/tape/keyed_draw.h"

namespace dp::sim {

namespace {

constexpr std::uint64_t kCoreLane = 1u << 16;  // beyond every Site

}  // namespace

void CoreRandom::fill(Draw label, std::span<std::uint8_t> out) {
  const auto index = static_cast<std::size_t>(label);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) {
      const std::uint64_t ordinal = (*counters_)[index]++;
      bits = keyed_draw(seed_, kCoreLane + index, node_, ordinal);
    }
    out[i] = static_cast<std::uint8_t>(bits >> (8 * (i % 8)));
  }
}

}  // namespace dp::sim
