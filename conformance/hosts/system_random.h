// The operating system's random source behind the seam the cores draw from.
//
// Guarantees: every draw is fresh; a system that cannot give random bytes ends the program.
#pragma once

#include "core/vocabulary/random.h"

namespace dp::hosts {

class SystemRandom final : public Random {
 public:
  void fill(Draw label, std::span<std::uint8_t> out) override;
};

}  // namespace dp::hosts
