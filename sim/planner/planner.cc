#include "sim/planner/planner.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/draft/merge.h"
#include "core/draft/payload.h"
#include "sim/people/person_text.h"
#include "sim/planner/lost_line.h"

namespace dp::sim {
namespace {

using draft::Draft;
using draft::Line;

constexpr std::size_t kAncestorsMax = 4;
constexpr std::uint32_t kStepsMax = 46;
constexpr std::uint32_t kDrawsOfStep = 8;
constexpr std::uint32_t kShapeOrdinal = kDrawsOfStep * kStepsMax;

struct Replica {
  std::optional<Draft> local;
  std::vector<Draft> agreed;  // newest first
  std::uint64_t sequence = 0;
};

class History {
 public:
  History(Tape& tape, std::uint32_t number) : tape_(tape), number_(number) {}

  PlannerOutcome live() {
    ordinal_ = kShapeOrdinal;
    replicas_.resize(2 + below(3));
    const std::uint64_t left_out = below(kStepsMax - 6);
    for (std::uint32_t i = 0; i < kStepsMax - left_out && outcome_.held(); ++i) {
      ordinal_ = i * kDrawsOfStep;
      step();
    }
    // Two rounds: what the last one uploads in the first, the others take in the second.
    for (std::size_t i = 0; i < 2 * replicas_.size() && outcome_.held(); ++i) {
      exchange(i % replicas_.size());
    }
    for (const Replica& replica : replicas_) {
      if (outcome_.held() && replica.local != head_) broken("convergent");
    }
    return outcome_;
  }

 private:
  std::uint64_t below(std::uint64_t bound) {
    return tape_.pick_at({kPlannerSite, number_, ordinal_++}, bound);
  }
  void broken(std::string law) {
    if (outcome_.held()) outcome_.law = std::move(law);
  }
  void tell(std::size_t who, const std::string& what) {
    outcome_.story.push_back("d" + std::to_string(who) + " " + what);
  }

  void step() {
    ++outcome_.steps;
    const std::uint64_t what = below(21);
    if (what == 0) return;
    const std::size_t who = below(replicas_.size());
    if (what < 10) {
      save(who);
    } else if (what == 10) {
      consume(who, draft::Operation::clear);
    } else if (what == 11) {
      consume(who, draft::Operation::sent);
    } else {
      exchange(who);
    }
  }

  draft::Dot next_dot(std::size_t who) { return {WriterId{100 + who}, ++replicas_[who].sequence}; }
  std::uint64_t next_clock(const Replica& replica) const {
    return replica.local ? replica.local->logical_clock + 1 : 1;
  }

  void save(std::size_t who) {
    Replica& replica = replicas_[who];
    const std::string before = replica.local ? draft::text_of(*replica.local) : std::string();
    const std::uint64_t bits = below(std::uint64_t{1} << 62);
    const std::uint64_t how = below(4);
    const std::string text = how == 1 ? shared_text(tape_.seed(), number_, outcome_.steps / 8, bits)
                                      : edited_text(before, bits);
    if (text == before) return;
    tell(who, "saves \"" + text + "\"");
    const Draft* old = replica.local ? &*replica.local : nullptr;
    const std::uint64_t clock = next_clock(replica);
    Draft made = draft::saved(old, text, next_dot(who), clock);
    replica.local = std::move(made);
    canonical(*replica.local);
  }

  void consume(std::size_t who, draft::Operation operation) {
    Replica& replica = replicas_[who];
    if (!replica.local || replica.local->lines.empty()) return;
    tell(who, operation == draft::Operation::clear ? "clears" : "sends");
    const std::uint64_t clock = next_clock(replica);
    Draft made = draft::consumed(&*replica.local, operation, next_dot(who), clock);
    replica.local = std::move(made);
    canonical(*replica.local);
  }

  // Takes in what the register holds, and puts there what it lacks.
  void exchange(std::size_t who) {
    Replica& replica = replicas_[who];
    if (!head_) {
      if (replica.local) head_ = replica.local;
    } else {
      tell(who, "exchanges");
      const Draft* local = replica.local ? &*replica.local : nullptr;
      if (local != nullptr) judge_pair(replica, *local, *head_);
      draft::Reconciled done = draft::reconcile(local, *head_, replica.agreed);
      if (done.verdict != draft::Verdict::adopt) head_ = done.draft;
      replica.local = std::move(done.draft);
      canonical(*replica.local);
    }
    if (!head_) return;
    replica.agreed.insert(replica.agreed.begin(), *head_);
    if (replica.agreed.size() > kAncestorsMax) replica.agreed.pop_back();
  }

  void judge_pair(const Replica& replica, const Draft& a, const Draft& b) {
    const auto base = std::ranges::find_if(replica.agreed, [&](const Draft& one) {
      return a.vv.covers(one.vv) && b.vv.covers(one.vv);
    });
    const Draft* ancestor = base == replica.agreed.end() ? nullptr : &*base;
    const draft::Merged merged = draft::merge(ancestor, a, b);
    const bool concurrent = !a.vv.covers(b.vv) && !b.vv.covers(a.vv);
    if (concurrent) ++outcome_.merges;
    if (merged.conflict) ++outcome_.conflicts;
    if (merged != draft::merge(ancestor, b, a)) broken("commutative");
    if (draft::merge(ancestor, a, a).draft != a) broken("idempotent");
    for (const Draft* side : {&a, &b}) {
      if (concurrent && draft::merge(nullptr, merged.draft, *side).draft != merged.draft) {
        broken("idempotent");
      }
    }
    if (merged.draft.vv != draft::joined(a.vv, b.vv)) broken("joined");
    const draft::VersionVector cleared = draft::joined(a.cleared, b.cleared);
    for (const Line& line : lines_of(merged.draft)) {
      if (cleared.covers(line.dot)) broken("no_cleared");
    }
    if (concurrent && lost_line(merged, {a, b, ancestor})) broken("no_lost_line");
    if (concurrent && lost_line(merged, {b, a, ancestor})) broken("no_lost_line");
  }

  static std::vector<Line> lines_of(const Draft& draft) {
    std::vector<Line> lines = draft.lines;
    for (const draft::Copy& copy : draft.copies) {
      lines.insert(lines.end(), copy.lines.begin(), copy.lines.end());
    }
    return lines;
  }

  void canonical(const Draft& draft) {
    const auto read = draft::decode_payload(draft::encode_payload(draft));
    if (!read || *read != draft) broken("canonical");
  }

  Tape& tape_;
  std::uint32_t number_;
  std::uint32_t ordinal_ = 0;
  std::vector<Replica> replicas_;
  std::optional<Draft> head_;
  PlannerOutcome outcome_;
};

}  // namespace

PlannerOutcome plan_history(Tape& tape, std::uint32_t number) {
  return History(tape, number).live();
}

PlannerOutcome plan_history(std::uint64_t seed) {
  Tape tape(seed);
  return plan_history(tape, 0);
}

}  // namespace dp::sim
