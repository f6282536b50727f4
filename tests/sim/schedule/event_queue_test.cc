#include "sim/schedule/event_queue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <tuple>

namespace dp::sim {
namespace {

Task task(std::uint64_t id) {
  return {1, 0, id, 0};
}

TEST(EventQueue, one_instant_is_first_in_first_out) {
  EventQueue queue;
  for (std::uint64_t i = 0; i < 50; ++i) queue.schedule(7, task(i));
  for (std::uint64_t i = 0; i < 50; ++i) EXPECT_EQ(queue.pop()->task.id, i);
  EXPECT_FALSE(queue.pop());
}

TEST(EventQueue, a_timer_is_in_the_queue_at_most_once) {
  EventQueue queue;
  for (Micros at = 1; at < 100; ++at) queue.arm(3, at, task(0));
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.next_us(), 99);
  queue.arm(3, std::nullopt, {});
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_FALSE(queue.timer_armed(3));
}

TEST(EventQueue, arming_for_the_same_instant_keeps_its_place) {
  EventQueue queue;
  queue.arm(0, 5, task(1));
  queue.schedule(5, task(2));
  queue.arm(0, 5, task(1));
  EXPECT_EQ(queue.pop()->task.id, 1u);
  EXPECT_EQ(queue.pop()->task.id, 2u);
}

TEST(EventQueue, a_popped_timer_can_be_armed_again) {
  EventQueue queue;
  queue.arm(2, 5, task(1));
  queue.pop();
  EXPECT_FALSE(queue.timer_armed(2));
  queue.arm(2, 6, task(2));
  EXPECT_EQ(queue.pop()->task.id, 2u);
}

// The reference: an ordered map from (time, sequence).
RC_GTEST_PROP(EventQueue, agrees_with_an_ordered_map_under_any_operations, ()) {
  EventQueue queue;
  std::map<std::pair<Micros, std::uint64_t>, std::uint64_t> model;
  std::map<std::uint32_t, std::pair<Micros, std::uint64_t>> timers;
  std::uint64_t sequence = 0;
  const auto operations = *rc::gen::container<std::vector<std::tuple<int, int, int>>>(
      rc::gen::tuple(rc::gen::inRange(0, 4), rc::gen::inRange(0, 20), rc::gen::inRange(0, 5)));
  std::uint64_t id = 0;
  for (const auto& [verb, time, actor_number] : operations) {
    const Micros at = time;
    const auto actor = static_cast<std::uint32_t>(actor_number);
    if (verb == 0) {
      queue.schedule(at, task(++id));
      model[{at, sequence++}] = id;
    } else if (verb == 1) {
      queue.arm(actor, at, task(1'000 + actor));
      const auto old = timers.find(actor);
      if (old != timers.end() && old->second.first == at) continue;
      if (old != timers.end()) model.erase(old->second);
      timers[actor] = {at, sequence};
      model[{at, sequence++}] = 1'000 + actor;
    } else if (verb == 2) {
      queue.arm(actor, std::nullopt, {});
      const auto old = timers.find(actor);
      if (old != timers.end()) model.erase(old->second);
      timers.erase(actor);
    } else {
      const auto due = queue.pop();
      RC_ASSERT(due.has_value() == !model.empty());
      if (!due) continue;
      RC_ASSERT(due->time_us == model.begin()->first.first);
      RC_ASSERT(due->task.id == model.begin()->second);
      std::erase_if(timers, [&](const auto& t) { return t.second == model.begin()->first; });
      model.erase(model.begin());
    }
    RC_ASSERT(queue.size() == model.size());
  }
}

TEST(EventQueue, a_copy_goes_its_own_way) {
  EventQueue queue;
  queue.schedule(1, task(1));
  queue.arm(0, 2, task(2));
  EventQueue copy = queue;
  queue.arm(0, std::nullopt, {});
  EXPECT_EQ(copy.size(), 2u);
  copy.pop();
  EXPECT_EQ(copy.pop()->task.id, 2u);
  EXPECT_EQ(queue.size(), 1u);
}

}  // namespace
}  // namespace dp::sim
