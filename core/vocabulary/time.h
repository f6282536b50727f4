// Time as the cores see it: integer microseconds, handed in, never asked for.
#pragma once

#include <cstdint>

namespace dp {

using Micros = std::int64_t;

inline constexpr Micros kMillisecond = 1'000;
inline constexpr Micros kSecond = 1'000'000;
inline constexpr Micros kMinute = 60 * kSecond;
inline constexpr Micros kHour = 60 * kMinute;
inline constexpr Micros kDay = 24 * kHour;

// Both clocks of a node at the instant of a step. `monotonic` never goes back within one boot and
// is the only clock that timers use; `wall` may jump in either direction.
struct Now {
  Micros monotonic_us = 0;
  Micros wall_us = 0;
  bool operator==(const Now&) const = default;
};

}  // namespace dp
