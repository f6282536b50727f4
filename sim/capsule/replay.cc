#include "sim/capsule/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace dp::sim {
namespace {

constexpr std::size_t kShown = 5;

// Keeps the lines of a few events.
class Window : public Observer {
 public:
  Window(std::uint64_t first, std::uint64_t last) : first_(first), last_(last) {}
  void observe(const TraceEvent& event, const World&) override {
    if (event.sequence < first_ || event.sequence > last_ || lines_.size() >= kShown) return;
    constexpr std::size_t kColumns = 200;
    std::string line = line_of(event);
    if (line.size() > kColumns) line = line.substr(0, kColumns) + "...";
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  std::uint64_t first_;
  std::uint64_t last_;
  std::vector<std::string> lines_;
};

// Digests at common distances; those of a run of fewer events end earlier.
std::optional<std::uint16_t> value_after(const Checkpoints& checkpoints, std::uint64_t events) {
  const std::uint64_t index = events / checkpoints.every;
  if (events % checkpoints.every != 0 || index == 0 || index > checkpoints.values.size()) {
    return std::nullopt;
  }
  return checkpoints.values[index - 1];
}

Divergence located(const CapsuleOutcome& then, const RunOutcome& now) {
  const std::uint64_t every = std::max(then.checkpoints.every, now.checkpoints.every);
  const std::uint64_t common = std::min(then.events, now.result.events);
  Divergence out;
  std::uint64_t events = every;
  for (; events <= common; events += every) {
    const auto a = value_after(then.checkpoints, events);
    const auto b = value_after(now.checkpoints, events);
    if (!a || !b || *a != *b) break;
  }
  out.first_event = events - every;
  out.last_event = std::min(events, common + 1) - 1;
  return out;
}

std::vector<std::string> unasked_of(const Capsule& capsule, const RunOutcome& now) {
  const std::vector<Decision>* then = nullptr;
  if (capsule.one.reduction.only_these) then = &capsule.one.reduction.decisions;
  if (capsule.drawn) then = &*capsule.drawn;
  if (then == nullptr) return {};
  const std::set<Decision> asked(now.decisions.begin(), now.decisions.end());
  std::vector<std::string> out;
  for (const Decision& decision : *then) {
    if (asked.contains(decision)) continue;
    if (out.size() == kShown) break;
    out.push_back(fmt::format("{} {} of {} = {}", name(decision.key.site), decision.key.ordinal,
                              node_name({decision.key.node}), decision.value));
  }
  return out;
}

FuzzCase case_to_run(const Capsule& capsule) {
  FuzzCase one = capsule.one;
  // What was drawn is said again, so that a program that draws otherwise still plays this run.
  if (capsule.drawn && !one.reduction.only_these) {
    one.reduction.only_these = true;
    one.reduction.decisions = *capsule.drawn;
  }
  return one;
}

}  // namespace

Replay replay(const Capsule& capsule, const JudgeOptions& options) {
  const FuzzCase one = case_to_run(capsule);
  JudgeOptions detailed = options;
  detailed.detailed = true;
  detailed.checkpoints = true;
  Replay out;
  out.outcome = judge_case(one, detailed);
  const std::string now = out.outcome.signature();
  out.signature = now;
  if (!capsule.outcome) {
    out.end = now.empty() ? ReplayEnd::held : ReplayEnd::reproduced;
    return out;
  }
  const CapsuleOutcome& then = *capsule.outcome;
  if (out.outcome.violation_of(then.signature) != nullptr) out.signature = then.signature;
  // The digest of a pair is of its first run; what it fails by may be in the second.
  const bool same_end = out.signature.empty() == then.signature.empty();
  if (same_end && then.digest == text_of(out.outcome.result.digest)) {
    out.end = out.signature.empty() ? ReplayEnd::held : ReplayEnd::reproduced;
    return out;
  }
  out.end = ReplayEnd::diverged;
  Divergence& divergence = out.divergence.emplace(located(then, out.outcome));
  divergence.unasked = unasked_of(capsule, out.outcome);
  Window window(divergence.first_event, divergence.last_event);
  JudgeOptions again;
  again.clients = options.clients;
  again.watchers.push_back(&window);
  judge_case(one, again);
  divergence.lines = window.take();
  return out;
}

}  // namespace dp::sim
