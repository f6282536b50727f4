// Hard bounds of the wire: what any peer may refuse, whatever its configuration.
#pragma once

#include <cstddef>

namespace dp::wire {

struct WireLimits {
  std::size_t frame_bytes_max = 4u << 20;
  std::size_t nesting_max = 8;
  std::size_t string_bytes_max = 2u << 20;
  std::size_t array_items_max = 10'000;
  bool operator==(const WireLimits&) const = default;
};

inline constexpr std::size_t kVersionsPageMax = 200;

}  // namespace dp::wire
