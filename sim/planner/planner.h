// The planner layer alone: many random small histories through the pure merge and reconcile code,
// without clients, frames or a world.
//
// Two to four devices save, clear and send drafts of one slot and exchange them through a register
// that takes a draft only from who has seen its last one, which is what a server does. Each
// exchange is one `draft::reconcile`, and each merge is held to its laws. A seed takes some
// microseconds, so this finds in seconds what a whole world meets in hours.
//
// Laws, by the names in `PlannerOutcome::law`:
//
//   commutative   merge(base, a, b) == merge(base, b, a)
//   idempotent    merge(base, a, a) == a; merging the result with a side again is the result
//   joined        the result includes exactly the dots of both sides
//   no_lost_line  a line of either side is in the text, a copy or displaced, unless a clear covers
//                 it or the other side knew it and has it no more
//   no_cleared    no line that a clear or send of either side covers is in the result
//   convergent    when nobody types any more and all have exchanged, all hold the same draft
//   canonical     every draft survives its encoding
//
// Every choice is a decision on a tape, and 0 is the mildest: two devices, and a step in which
// nothing happens. Guarantees: a function of the tape; bounded (some hundred steps). Does not: know
// versions, envelopes, stores or time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/tape/tape.h"

namespace dp::sim {

// Ordinals 8n and following are step n; the node is the number of the history.
inline constexpr Site kPlannerSite{414};

struct PlannerOutcome {
  std::string law;                 // that was broken first; "" if all held
  std::vector<std::string> story;  // what was done until then, one line for each step
  std::uint64_t steps = 0;
  std::uint64_t merges = 0;     // of concurrent drafts
  std::uint64_t conflicts = 0;  // of them, those that kept a copy
  bool held() const { return law.empty(); }
};

PlannerOutcome plan_history(Tape& tape, std::uint32_t number);
PlannerOutcome plan_history(std::uint64_t seed);  // number 0 of that seed, nothing replaced

}  // namespace dp::sim
