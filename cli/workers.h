// Plays runs on several threads, one world a thread, and hands the results back in their order.
//
// Guarantees: `done` is called by the calling thread, once for each run that was finished, in the
// order of `plan`; the results do not depend on the number of jobs. After `stop` becomes true, no
// run is begun and those under way are given up.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/player/player.h"

namespace dp::cli {

struct PlannedRun {
  const sim::Scenario* scenario = nullptr;
  std::uint64_t seed = 0;
};

struct WorkOptions {
  std::size_t jobs = 1;
  bool keep_trace = false;
  const sim::ForeignClients* clients = nullptr;       // null: our own
  std::function<bool()> stop;                         // asked from every thread
  std::function<void(const sim::Played&)> done;       // may ask to stop by its own means
  std::function<void(std::size_t finished)> ticking;  // now and then while waiting
};

void play_all(const std::vector<PlannedRun>& plan, const WorkOptions& options);

}  // namespace dp::cli
