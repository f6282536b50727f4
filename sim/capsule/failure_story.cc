#include "sim/capsule/failure_story.h"

#include <fmt/format.h>

#include <deque>
#include <set>

#include "sim/capsule/case_kinds.h"
#include "sim/player/event_words.h"
#include "sim/report/record.h"

namespace dp::sim {
namespace {

// Once nobody acts any more, what a line says is told once: a world that does not become quiet goes
// through the same motions for ever.
class NoteTaker : public Observer {
 public:
  NoteTaker(std::uint64_t last_sequence, Micros last_us, std::size_t lines_max)
      : last_sequence_(last_sequence), last_us_(last_us), lines_max_(lines_max) {}

  void observe(const TraceEvent& event, const World& world) override {
    if (event.sequence > last_sequence_ || event.time_us > last_us_) return;
    const std::string what = event_in_words(event);
    if (what.empty()) return;
    std::string line = fmt::format("{:<7} {}", node_name(event.node), what);
    if (world.phase() != Phase::safety && !told_.insert(line).second) {
      ++repeats_;
      return;
    }
    lines_.push_back(fmt::format("{:>13} {}", time_text(event.time_us), line));
    if (lines_.size() <= lines_max_) return;
    lines_.pop_front();
    ++left_out_;
  }

  std::vector<std::string> take() const {
    std::vector<std::string> out(lines_.begin(), lines_.end());
    if (left_out_ > 0) out.front() = fmt::format("... {} lines before these", left_out_ + 1);
    if (repeats_ > 0) out.push_back(fmt::format("... and {} times more of the same", repeats_));
    return out;
  }

 private:
  std::uint64_t last_sequence_;
  Micros last_us_;
  std::size_t lines_max_;
  std::deque<std::string> lines_;
  std::set<std::string> told_;
  std::size_t left_out_ = 0;
  std::size_t repeats_ = 0;
};

// Texts of several lines stay under their heading.
std::string indented(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "            ";
  }
  return out;
}

}  // namespace

std::vector<std::string> story_of(const FuzzCase& one, const RunOutcome& outcome,
                                  std::string_view signature, const ForeignClients* clients) {
  if (one.mix == kPlannerMix) {
    std::vector<std::string> lines;
    judge_histories(one, &lines);
    return lines;
  }
  const Violation* violation = outcome.violation_of(signature);
  // A law that judges at the end names no event.
  const bool at_the_end = violation == nullptr || violation->sequence == 0;
  // Of a pair the first run is told, up to the time at which the two were seen to differ.
  const bool of_a_pair = violation != nullptr && violation->oracle == "two_run";
  NoteTaker notes(at_the_end ? outcome.result.events : violation->sequence,
                  of_a_pair ? violation->time_us : outcome.result.simulated_us,
                  one.reduction.only_these ? kReducedStoryLinesMax : kStoryLinesMax);
  JudgeOptions options;
  options.watchers.push_back(&notes);
  options.clients = clients;
  judge(plan_of(one), options);
  return notes.take();
}

std::string failure_text(const Capsule& capsule, std::string_view again_command) {
  const FuzzCase& one = capsule.one;
  std::string out = fmt::format("FAILED mix {} seed {}", one.mix, one.seed);
  if (!one.client.empty()) out += fmt::format(" with client {}", one.client);
  if (one.reduction.only_these) {
    out += fmt::format(", reduced to {} decisions", one.reduction.decisions.size());
    if (!one.reduction.absent.empty()) {
      out += fmt::format(" and without {} of its devices", one.reduction.absent.size());
    }
  }
  if (capsule.outcome) {
    const CapsuleOutcome& seen = *capsule.outcome;
    out += fmt::format("\n  law:      {}\n  when:     {} on {}\n  expected: {}\n  seen:     {}",
                       seen.signature, time_text(seen.time_us), seen.where, indented(seen.expected),
                       seen.seen);
    for (const std::string& line : seen.story) out += "\n    | " + line;
  } else {
    out += "\n  the run ended its process: no outcome was written";
  }
  if (!again_command.empty()) out += fmt::format("\n  again:    {}", again_command);
  return out;
}

}  // namespace dp::sim
