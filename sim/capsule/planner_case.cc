// Histories of the pure merge code as a case; see case_kinds.h.
#include "sim/capsule/case_kinds.h"
#include "sim/planner/planner.h"

namespace dp::sim {
namespace {

// The lines of the histories, one after the other, are what its digest is of.
class LineDigest {
 public:
  void include(std::uint32_t history, const std::string& line) {
    TraceEvent event;
    event.sequence = digest_.events();
    event.node = kWorldNode;
    event.kind = EventKind::person;
    event.number = history;
    event.name = "planner";
    event.bytes = line;
    digest_.include(event);
    if (checkpoints_.values.size() < kCheckpointsMax) {
      checkpoints_.values.push_back(static_cast<std::uint16_t>(digest_.value().low));
    }
  }
  void close(RunOutcome& outcome) {
    outcome.result.digest = digest_.value();
    outcome.result.events = digest_.events();
    outcome.checkpoints = std::move(checkpoints_);
  }

 private:
  Digest digest_;
  Checkpoints checkpoints_;
};

Violation violation_of(const PlannerOutcome& history, std::uint32_t number) {
  Violation violation;
  violation.oracle = "planner";
  violation.site = history.law;
  violation.detail = "the merge code breaks a law of its own";
  violation.expected = "the law " + history.law + " in every history";
  violation.seen =
      "history " + std::to_string(number) + " broke it in step " + std::to_string(history.steps);
  return violation;
}

}  // namespace

RunOutcome judge_histories(const FuzzCase& one, std::vector<std::string>* story) {
  RunOutcome outcome;
  outcome.result.seed = one.seed;
  outcome.result.quiesced = true;
  TapeOrders orders;
  orders.only_these = one.reduction.only_these;
  orders.decisions = one.reduction.decisions;
  Tape tape(one.seed, orders);
  LineDigest digest;
  const bool alone = one.mix == kPlannerMix;
  const std::uint32_t count = alone ? kHistoriesOfSeed : kHistoriesBesideRun;
  for (std::uint32_t number = 0; number < count && !outcome.failed(); ++number) {
    const PlannerOutcome history = plan_history(tape, number);
    ++outcome.histories;
    outcome.comparisons += history.steps;
    for (const std::string& line : history.story) digest.include(number, line);
    if (history.held()) continue;
    outcome.violations.push_back(violation_of(history, number));
    if (story != nullptr) *story = history.story;
  }
  outcome.result.decisions = tape.decisions();
  outcome.decisions = tape.log();
  outcome.failure = {tape.log().size(), 0};
  digest.close(outcome);
  return outcome;
}

}  // namespace dp::sim
