// The event queue of a world: a 4-ary heap ordered by (time, sequence).
//
// Guarantees: events at one instant leave in the order they were scheduled; an actor's timer is in
// the queue at most once, however often it is armed; value type.
// Does not: know what a task means; the world dispatches on it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/vocabulary/time.h"

namespace dp::sim {

struct Task {
  std::uint16_t kind = 0;
  std::uint32_t actor = 0;
  std::uint64_t id = 0;
  std::uint64_t extra = 0;
  bool operator==(const Task&) const = default;
};

class EventQueue {
 public:
  void schedule(Micros time_us, const Task& task);
  // Moves the actor's timer to the instant (nullopt disarms). The task is what pop returns.
  void arm(std::uint32_t actor, std::optional<Micros> time_us, const Task& task);

  struct Due {
    Micros time_us = 0;
    Task task;
  };
  std::optional<Due> pop();
  std::optional<Micros> next_us() const;
  std::size_t size() const { return heap_.size(); }
  bool timer_armed(std::uint32_t actor) const;

 private:
  static constexpr std::uint32_t kNoTimer = 0xFFFFFFFF;
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  struct Entry {
    Micros time_us = 0;
    std::uint64_t sequence = 0;
    std::uint32_t timer_of = kNoTimer;
    Task task;
  };
  static bool before(const Entry& a, const Entry& b) {
    return a.time_us != b.time_us ? a.time_us < b.time_us : a.sequence < b.sequence;
  }
  void place(std::size_t at, Entry entry);
  void sift_up(std::size_t at);
  void sift_down(std::size_t at);
  void remove(std::size_t at);

  std::vector<Entry> heap_;
  std::vector<std::size_t> timer_position_;  // by actor
  std::uint64_t next_sequence_ = 0;
};

}  // namespace dp::sim
