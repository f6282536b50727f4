// One judged run as a value: a plan is played to its end under every law, and this is what came of
// it.
//
//   const RunOutcome outcome = judge(house_mix(seed), {});
//   if (!outcome.violations.empty()) ...
//
// Guarantees: a function of the plan; asking for details changes
// nothing of what happens. Does not: stop early unless it is told to. A run has its own limits
// (WorldConfig).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/oracles/oracle_set.h"
#include "sim/runner/generated_run.h"
#include "sim/world/client_port.h"

namespace dp::sim {

// The digest as it grew, so that two runs that differ can be told apart at the event where they
// did: `values[i]` is the low half of the digest of the first (i + 1) * every events.
struct Checkpoints {
  std::uint64_t every = 1;
  std::vector<std::uint16_t> values;
  bool operator==(const Checkpoints&) const = default;
};
inline constexpr std::size_t kCheckpointsMax = 4'096;

// Which decision was the last one asked before the first violation showed.
struct FailurePoint {
  std::size_t decisions = 0;  // of the log, zeros not counted
  Micros time_us = 0;
};

struct RunOutcome {
  RunResult result;
  std::uint64_t comparisons = 0;
  std::vector<OracleTally> laws;
  std::vector<Violation> violations;  // by time
  // Only if details were asked for.
  std::vector<Decision> decisions;  // answers other than 0, in the order they were asked for
  std::vector<Place> places;        // of these, one by one
  FailurePoint failure;
  Checkpoints checkpoints;  // only if they were asked for
  // What was compared beside the run; a case decides (sim/capsule).
  std::uint64_t pairs = 0;         // of runs, told apart or not
  std::uint64_t masked_bytes = 0;  // of their envelopes, each recomputed
  std::uint64_t histories = 0;     // of the pure merge code

  bool failed() const { return !violations.empty(); }
  // What two failures of one kind have in common; "" without one.
  std::string signature() const { return failed() ? violations.front().signature() : ""; }
  const Violation* violation_of(std::string_view signature) const;
};

struct JudgeOptions {
  bool detailed = false;
  bool checkpoints = false;
  std::vector<Observer*> watchers;  // attached before the laws
  std::vector<Oracle*> more_laws;   // judged like the default ones
  // They play the devices, and faults they cannot suffer do not strike. Null: our own do.
  const ForeignClients* clients = nullptr;
  // Given up as soon as this is violated while faults last; "" plays to the end. What is returned
  // then tells the violation, its decisions and nothing else.
  std::string until_signature;
  std::optional<Micros> quiesce_limit_us;  // else the plan's
};

RunOutcome judge(const RunPlan& plan, const JudgeOptions& options);

}  // namespace dp::sim
