#include "sim/runner/judged_run.h"

#include <algorithm>
#include <tuple>

#include "sim/tape/tape.h"
#include "sim/world/foreign_plan.h"

namespace dp::sim {
namespace {

// Watches where a run fails and how its digest grows. Attached last, so that it knows what the laws
// said of the same event.
class Recorder : public Observer {
 public:
  Recorder(const OracleSet& laws, const JudgeOptions& options)
      : laws_(laws), more_(options.more_laws), checkpoints_wanted_(options.checkpoints) {}

  void observe(const TraceEvent& event, const World& world) override {
    if (!failed_ && anything_violated()) {
      failed_ = true;
      failure_ = {world.tape().log().size(), event.time_us};
    }
    ++events_;
    if (!checkpoints_wanted_ || events_ % checkpoints_.every != 0) return;
    if (checkpoints_.values.size() == kCheckpointsMax) thin_out();
    if (events_ % checkpoints_.every == 0) {
      checkpoints_.values.push_back(static_cast<std::uint16_t>(world.digest().low));
    }
  }

  FailurePoint failure(const World& world) const {
    if (failed_) return failure_;
    return {world.tape().log().size(), world.now_us()};
  }
  Checkpoints take_checkpoints() { return std::move(checkpoints_); }

 private:
  bool anything_violated() const {
    return laws_.any_violation() ||
           std::ranges::any_of(more_, [](const Oracle* law) { return law->violation_count() > 0; });
  }

  // Every second one goes; those that stay are multiples of the doubled distance.
  void thin_out() {
    std::vector<std::uint16_t> kept;
    for (std::size_t i = 1; i < checkpoints_.values.size(); i += 2) {
      kept.push_back(checkpoints_.values[i]);
    }
    checkpoints_.values = std::move(kept);
    checkpoints_.every *= 2;
  }

  const OracleSet& laws_;
  const std::vector<Oracle*>& more_;
  bool checkpoints_wanted_;
  Checkpoints checkpoints_;
  FailurePoint failure_;
  bool failed_ = false;
  std::uint64_t events_ = 0;
};

std::vector<Violation> all_violations(const OracleSet& laws, const std::vector<Oracle*>& more) {
  std::vector<Violation> all = laws.violations();
  if (more.empty()) return all;
  for (const Oracle* law : more) {
    all.insert(all.end(), law->violations().begin(), law->violations().end());
  }
  std::ranges::stable_sort(all, [](const Violation& a, const Violation& b) {
    return std::tie(a.time_us, a.sequence) < std::tie(b.time_us, b.sequence);
  });
  return all;
}

RunPlan handed_over(RunPlan plan, const ForeignClients* clients) {
  if (clients == nullptr) return plan;
  without_unplayable_faults(plan.world.faults, clients->powers);
  hand_over(plan.world, *clients);
  return plan;
}

}  // namespace

const Violation* RunOutcome::violation_of(std::string_view signature) const {
  const auto found = std::ranges::find_if(
      violations, [&](const Violation& violation) { return violation.signature() == signature; });
  return found == violations.end() ? nullptr : &*found;
}

namespace {

// Looks for one violation among all, and only when there are more of them than before.
class Awaited {
 public:
  Awaited(const OracleSet& laws, const JudgeOptions& options) : laws_(laws), options_(options) {}

  bool has_come() {
    std::uint64_t count = laws_.violation_count();
    for (const Oracle* law : options_.more_laws) count += law->violation_count();
    if (count == seen_) return come_;
    seen_ = count;
    const std::vector<Violation> all = all_violations(laws_, options_.more_laws);
    come_ = std::ranges::any_of(
        all, [&](const Violation& one) { return one.signature() == options_.until_signature; });
    return come_;
  }
  bool has_ended_the_run() const { return come_; }

 private:
  const OracleSet& laws_;
  const JudgeOptions& options_;
  std::uint64_t seen_ = 0;
  bool come_ = false;
};

RunPlan limited(RunPlan plan, const JudgeOptions& options) {
  if (options.quiesce_limit_us) plan.world.quiesce_limit_us = *options.quiesce_limit_us;
  return plan;
}

}  // namespace

RunOutcome judge(const RunPlan& plan, const JudgeOptions& options) {
  OracleSet laws(options.clients == nullptr ? Clients::ours : Clients::foreign);
  Recorder recorder(laws, options);
  GeneratedRun run(handed_over(limited(plan, options), options.clients));
  World& world = run.world();
  for (Observer* watcher : options.watchers) world.attach(watcher);
  world.attach(&laws);
  for (Oracle* law : options.more_laws) world.attach(law);
  if (options.detailed || options.checkpoints) world.attach(&recorder);

  RunOutcome out;
  Awaited awaited(laws, options);
  if (options.until_signature.empty()) {
    out.result = run.finish();
  } else {
    out.result = run.finish_until([&] { return awaited.has_come(); });
  }
  if (!awaited.has_ended_the_run()) {
    laws.conclude(world, out.result.quiesced);
    if (out.result.quiesced) {
      for (Oracle* law : options.more_laws) law->at_quiescence(world);
    }
  }
  out.comparisons = laws.comparisons();
  out.laws = laws.tallies();
  out.violations = all_violations(laws, options.more_laws);
  if (options.detailed) {
    out.decisions = world.tape().log();
    out.places = world.tape().places();
    out.failure = recorder.failure(world);
  }
  if (options.checkpoints) out.checkpoints = recorder.take_checkpoints();
  return out;
}

}  // namespace dp::sim
