// The Random a core is given in a world: a thin view over the keyed generator.
//
// Each (node, label) has its own ordinals, kept by the node outside its process, so that a crashed,
// restored or cloned process never draws the same bytes again, and a draw under one label never
// moves another.
#pragma once

#include <array>

#include "core/vocabulary/random.h"

namespace dp::sim {

using DrawCounters = std::array<std::uint64_t, kDrawCount>;

class CoreRandom final : public Random {
 public:
  // `counters` must outlive this view.
  CoreRandom(std::uint64_t seed, std::uint32_t node, DrawCounters& counters)
      : seed_(seed), node_(node), counters_(&counters) {}
  void fill(Draw label, std::span<std::uint8_t> out) override;

 private:
  std::uint64_t seed_;
  std::uint32_t node_;
  DrawCounters* counters_;
};

}  // namespace dp::sim
