// Shrinks a failing case on several threads.
//
// Guarantees: the result fails by the same signature, was judged in this process, and does not
// depend on the number of jobs unless the time ran out. Does not: take longer than its limits by
// more than a run.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/shrink/shrinker.h"

namespace dp::cli {

struct ShrinkWork {
  sim::FuzzCase one;  // not reduced
  std::string signature;
  const sim::ForeignClients* clients = nullptr;  // null: our own
  std::size_t jobs = 1;
  // After the first, only what makes the result minimal is done; after the second, nothing.
  std::chrono::milliseconds hurry_after{40'000};
  std::chrono::milliseconds stop_after{58'000};
  // A trial is at rest within this time or never: less than the whole limit of a run, which a run
  // that never rests costs each time.
  std::optional<Micros> quiesce_limit_us;
  std::function<bool()> stop;  // asked from every thread
  std::function<void(const sim::ShrinkProgress&)> ticking;
};

struct Shrunk {
  sim::FuzzCase one;
  sim::ShrinkProgress progress;
  bool minimal = false;  // false: there was no time to try everything
  std::chrono::milliseconds spent{0};
};

Shrunk shrink(const ShrinkWork& work);

}  // namespace dp::cli
