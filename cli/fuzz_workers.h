// Judges seeds on several threads, one world a thread, and hands the outcomes back in their order.
//
// Guarantees: `done` is called by the calling thread, in the order of the seeds; what it gets does
// not depend on the number of jobs. After `stop` becomes true no seed is begun, and those under way
// are finished and handed back. Memory is bounded however far a thread runs ahead.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/capsule/fuzz_case.h"
#include "sim/marks/mark_set.h"

namespace dp::cli {

struct JudgedSeed {
  sim::FuzzCase one;
  sim::RunOutcome outcome;
  sim::MarkSet marks;
  bool excluded = false;  // a foreign client can be on none of its devices: it was not run
};

struct FuzzWork {
  std::size_t jobs = 1;
  std::function<std::optional<sim::FuzzCase>()> next;  // one call at a time
  // From the worker's thread, before it begins. False: give up.
  std::function<bool(std::size_t worker, const sim::FuzzCase&)> beginning;
  std::function<void(const JudgedSeed&)> done;
  const sim::ForeignClients* clients = nullptr;  // null: our own
  std::function<bool()> stop;                    // asked from every thread
  std::function<void()> ticking;
};

void judge_seeds(const FuzzWork& work);

}  // namespace dp::cli
