#include "sim/schedule/clock.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dp::sim {
namespace {

TEST(NodeClock, drift_is_exact_over_a_year) {
  const NodeClock clock(0, 0, 100);  // 100 ppm fast
  EXPECT_EQ(clock.at(365 * kDay).monotonic_us, 365 * kDay + 365 * kDay / 10'000);
}

TEST(NodeClock, suspend_stops_the_monotonic_clock_alone) {
  NodeClock clock(0, 1'000, 0);
  clock.suspend(10);
  EXPECT_EQ(clock.at(500), (Now{10, 1'500}));
  EXPECT_FALSE(clock.world_time_of(11));
  clock.resume(500);
  EXPECT_EQ(clock.at(600), (Now{110, 1'600}));
  EXPECT_EQ(clock.world_time_of(110), 600);
}

TEST(NodeClock, a_jump_moves_the_wall_clock_alone) {
  NodeClock clock(0, 0, 0);
  clock.move_wall(10, -5);
  EXPECT_EQ(clock.at(20), (Now{20, 15}));
}

RC_GTEST_PROP(NodeClock, monotonic_never_goes_back_and_timers_fire_at_the_first_instant, ()) {
  NodeClock clock(0, 0, *rc::gen::inRange(-900'000, 900'000));
  Micros world_us = 0;
  Micros last_us = 0;
  for (int i = 0; i < 20; ++i) {
    world_us += *rc::gen::inRange<Micros>(0, 5 * kMinute);
    const Now now = clock.at(world_us);
    RC_ASSERT(now.monotonic_us >= last_us);
    last_us = now.monotonic_us;
    const int change = *rc::gen::inRange(0, 5);
    if (change == 0) clock.set_drift(world_us, *rc::gen::inRange(-900'000, 900'000));
    if (change == 1) clock.move_wall(world_us, *rc::gen::inRange<Micros>(-kDay, kDay));
    if (change == 2) clock.suspend(world_us);
    if (change == 3) clock.resume(world_us);
    RC_ASSERT(clock.at(world_us).monotonic_us == last_us);
    const Micros wanted = last_us + *rc::gen::inRange<Micros>(1, kHour);
    const auto at = clock.world_time_of(wanted);
    RC_ASSERT(at.has_value() == !clock.suspended());
    if (!at) continue;
    RC_ASSERT(clock.at(*at).monotonic_us >= wanted);
    RC_ASSERT(clock.at(*at - 1).monotonic_us < wanted);
  }
}

}  // namespace
}  // namespace dp::sim
