// The two clocks of one node, as functions of world time, in integers.
//
// Monotonic time runs at (1 + drift) of world time and stands still while the node is suspended;
// wall time runs at the same rate, goes on while suspended, and may be moved in either direction.
// Guarantees: monotonic never goes back; world_time_of(m) is the first instant at which the
// monotonic clock shows at least m (nullopt while suspended).
#pragma once

#include <cstdint>
#include <optional>

#include "core/vocabulary/time.h"

namespace dp::sim {

class NodeClock {
 public:
  NodeClock() = default;
  NodeClock(Micros world_us, Micros wall_us, std::int32_t drift_ppm);

  Now at(Micros world_us) const;
  std::optional<Micros> world_time_of(Micros monotonic_us) const;

  void set_drift(Micros world_us, std::int32_t drift_ppm);
  void move_wall(Micros world_us, Micros delta_us);
  void suspend(Micros world_us);
  void resume(Micros world_us);
  bool suspended() const { return suspended_; }
  std::int32_t drift_ppm() const { return drift_ppm_; }
  bool operator==(const NodeClock&) const = default;

 private:
  void rebase(Micros world_us);

  Micros origin_us_ = 0;  // world time of the last change; the two below are readings there
  Micros monotonic_us_ = 0;
  Micros wall_us_ = 0;
  std::int32_t drift_ppm_ = 0;
  bool suspended_ = false;
};

}  // namespace dp::sim
