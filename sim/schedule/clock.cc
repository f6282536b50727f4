#include "sim/schedule/clock.h"

namespace dp::sim {

namespace {

constexpr Micros kMillion = 1'000'000;

// elapsed * (1e6 + drift) / 1e6 without overflow for centuries; elapsed >= 0, |drift| < 1e6.
Micros drifted(Micros elapsed_us, std::int32_t drift_ppm) {
  const Micros whole = elapsed_us / kMillion;
  const Micros rest = elapsed_us % kMillion;
  const Micros rate = kMillion + drift_ppm;
  return whole * rate + rest * rate / kMillion;
}

}  // namespace

NodeClock::NodeClock(Micros world_us, Micros wall_us, std::int32_t drift_ppm)
    : origin_us_(world_us), monotonic_us_(0), wall_us_(wall_us), drift_ppm_(drift_ppm) {}

Now NodeClock::at(Micros world_us) const {
  const Micros passed = drifted(world_us - origin_us_, drift_ppm_);
  return {suspended_ ? monotonic_us_ : monotonic_us_ + passed, wall_us_ + passed};
}

std::optional<Micros> NodeClock::world_time_of(Micros monotonic_us) const {
  if (suspended_) return std::nullopt;
  const Micros wanted = monotonic_us - monotonic_us_;
  if (wanted <= 0) return origin_us_;
  const Micros rate = kMillion + drift_ppm_;
  Micros elapsed = wanted / rate * kMillion + wanted % rate * kMillion / rate;
  while (drifted(elapsed, drift_ppm_) < wanted) ++elapsed;
  return origin_us_ + elapsed;
}

void NodeClock::rebase(Micros world_us) {
  const Now now = at(world_us);
  origin_us_ = world_us;
  monotonic_us_ = now.monotonic_us;
  wall_us_ = now.wall_us;
}

void NodeClock::set_drift(Micros world_us, std::int32_t drift_ppm) {
  rebase(world_us);
  drift_ppm_ = drift_ppm;
}

void NodeClock::move_wall(Micros world_us, Micros delta_us) {
  rebase(world_us);
  wall_us_ += delta_us;
}

void NodeClock::suspend(Micros world_us) {
  rebase(world_us);
  suspended_ = true;
}

void NodeClock::resume(Micros world_us) {
  rebase(world_us);
  suspended_ = false;
}

}  // namespace dp::sim
