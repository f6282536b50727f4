#include "sim/schedule/event_queue.h"

#include <algorithm>
#include <utility>

namespace dp::sim {

namespace {
constexpr std::size_t kArity = 4;
}

void EventQueue::place(std::size_t at, Entry entry) {
  if (entry.timer_of != kNoTimer) timer_position_[entry.timer_of] = at;
  heap_[at] = std::move(entry);
}

void EventQueue::sift_up(std::size_t at) {
  Entry entry = heap_[at];
  while (at > 0) {
    const std::size_t parent = (at - 1) / kArity;
    if (!before(entry, heap_[parent])) break;
    place(at, heap_[parent]);
    at = parent;
  }
  place(at, entry);
}

void EventQueue::sift_down(std::size_t at) {
  Entry entry = heap_[at];
  for (;;) {
    const std::size_t first = at * kArity + 1;
    if (first >= heap_.size()) break;
    const std::size_t last = std::min(first + kArity, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < last; ++child) {
      if (before(heap_[child], heap_[least])) least = child;
    }
    if (!before(heap_[least], entry)) break;
    place(at, heap_[least]);
    at = least;
  }
  place(at, entry);
}

void EventQueue::remove(std::size_t at) {
  if (heap_[at].timer_of != kNoTimer) timer_position_[heap_[at].timer_of] = kNowhere;
  Entry last = heap_.back();
  heap_.pop_back();
  if (at == heap_.size()) return;
  place(at, last);
  sift_up(at);
  sift_down(at);
}

void EventQueue::schedule(Micros time_us, const Task& task) {
  heap_.push_back({time_us, next_sequence_++, kNoTimer, task});
  sift_up(heap_.size() - 1);
}

void EventQueue::arm(std::uint32_t actor, std::optional<Micros> time_us, const Task& task) {
  if (actor >= timer_position_.size()) timer_position_.resize(actor + 1, kNowhere);
  const std::size_t at = timer_position_[actor];
  if (!time_us) {
    if (at != kNowhere) remove(at);
    return;
  }
  if (at == kNowhere) {
    heap_.push_back({*time_us, next_sequence_++, actor, task});
    sift_up(heap_.size() - 1);
    return;
  }
  heap_[at].task = task;
  if (heap_[at].time_us == *time_us) return;
  heap_[at].time_us = *time_us;
  heap_[at].sequence = next_sequence_++;
  sift_up(at);
  sift_down(timer_position_[actor]);
}

std::optional<EventQueue::Due> EventQueue::pop() {
  if (heap_.empty()) return std::nullopt;
  const Due due{heap_.front().time_us, heap_.front().task};
  remove(0);
  return due;
}

std::optional<Micros> EventQueue::next_us() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().time_us;
}

bool EventQueue::timer_armed(std::uint32_t actor) const {
  return actor < timer_position_.size() && timer_position_[actor] != kNowhere;
}

}  // namespace dp::sim
