// Plays a scenario on a simulated world and reports what became of it.
//
//   Played played = play(scenario, {.seed = 7});
//   if (played.record.status != RunStatus::passed) print(story_text(played.record, ...));
//
// The order is that of the file: steps, then every fault ends and the world becomes quiet, the laws
// of the oracles are judged, then the steps of `finally`. A violated law or expectation ends the
// steps, because what follows it is its consequence; the laws are judged nevertheless.
// Guarantees: deterministic in (scenario, seed); no clock, file or thread; never throws.
// Does not: measure wall time (`wall_us` stays 0; the caller has a clock).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/oracles/oracle_set.h"
#include "sim/report/record.h"
#include "sim/scenario/scenario.h"
#include "sim/world/client_port.h"

namespace dp::sim {

struct PlayOptions {
  std::uint64_t seed = 1;
  CipherMode cipher = CipherMode::real;
  bool keep_trace = false;                  // Played::trace holds every event as a line
  const ForeignClients* clients = nullptr;  // they play the devices; null: ours do
  std::function<bool()> stop;               // asked now and then; true ends the run early
};

struct Played {
  RunRecord record;
  bool stopped = false;  // `stop` said so: the record is not a result
  std::vector<OracleTally> laws;
  std::string trace;  // lines of draftproof-trace/1
};

Played play(const Scenario& scenario, const PlayOptions& options);

}  // namespace dp::sim
