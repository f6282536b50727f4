// How a network behaves when nothing is wrong with it, and how a hostile one misbehaves.
//
// Delays are drawn from a table of nine quantiles (0, 12.5, 25, ... 100 %) with linear
// interpolation in integers, so that no libm and no double decides anything.
#pragma once

#include <array>
#include <cstdint>

#include "core/vocabulary/time.h"

namespace dp::sim {

struct DelayTable {
  std::array<Micros, 9> quantiles_us{};
  bool operator==(const DelayTable&) const = default;
};
constexpr DelayTable constant_delay(Micros delay_us) {
  DelayTable table;
  table.quantiles_us.fill(delay_us);
  return table;
}
// Where `position` in [0, 2^16) falls in the table; 0 is the smallest delay.
Micros delay_at(const DelayTable& table, std::uint32_t position);

inline constexpr DelayTable kHomeNetwork{
    {4'000, 8'000, 12'000, 16'000, 20'000, 26'000, 36'000, 60'000, 140'000}};

struct NetworkProfile {
  DelayTable up = kHomeNetwork;
  DelayTable down = kHomeNetwork;
  DelayTable handshake = kHomeNetwork;
  Micros connect_timeout_us = 5 * kSecond;     // an attempt that nobody answers
  Micros loss_notice_us = 200 * kMillisecond;  // until an end learns of a broken connection
  bool operator==(const NetworkProfile&) const = default;
};

// Parts per million per frame, each direction. All zero: an honest connection.
struct HostileProfile {
  std::uint32_t reorder_ppm = 0;
  std::uint32_t duplicate_ppm = 0;
  std::uint32_t drop_ppm = 0;
  std::uint32_t corrupt_ppm = 0;
  std::uint32_t replay_ppm = 0;
  bool operator==(const HostileProfile&) const = default;
};

}  // namespace dp::sim
