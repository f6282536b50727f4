// Makes a failing run smaller while it keeps failing in the same way: delta debugging on the tape.
//
// A state machine that runs nothing itself. It proposes trials; somebody judges them, several at a
// time if he likes, and gives the verdicts back in any order.
//
//   Shrinker shrinker(start);
//   while (!shrinker.done()) {
//     while (auto trial = shrinker.next()) hand_out(*trial);
//     shrinker.judged(id, verdict);
//   }
//
// Passes, from coarse to fine: cut after the failure; end the run earlier; switch fault families
// off, then kinds; leave devices out; drop what people do, in ever smaller portions; delays to
// their minimum, which also makes all queues first in first out; drop single decisions; move what
// is left to earlier operations and visits, which makes what led there superfluous; make values
// smaller, which shortens texts and pauses. They repeat until nothing helps any more. Guarantees:
// the result does not depend on how many trials are judged at a time; every accepted step has fewer
// decisions, or earlier or smaller ones, so it ends; when it ends by itself the result is
// 1-minimal: answering any one of its decisions with 0 loses the failure.
// Does not: find the smallest run there is.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "sim/capsule/fuzz_case.h"

namespace dp::sim {

struct Trial {
  std::uint64_t id = 0;
  Reduction reduction;
};

struct Verdict {
  bool same_failure = false;
  std::vector<Decision> decisions;  // that the run asked for, if it failed in the same way
  FailurePoint failure;
};

// The verdict on a judged case: whether it failed by this signature.
Verdict verdict_of(const RunOutcome& detailed, std::string_view signature);

struct ShrinkProgress {
  std::string pass;
  std::uint64_t trials = 0;   // judged so far
  std::size_t decisions = 0;  // that are left
  std::size_t at_start = 0;
};

class Shrinker {
 public:
  // `failing` is the verdict on the case as it was found, `devices` how many it has.
  Shrinker(const Verdict& failing, std::uint32_t devices);

  // Something to judge now. None if verdicts must come first, or it is done.
  std::optional<Trial> next();
  void judged(std::uint64_t id, Verdict verdict);  // unknown ids are trials given up: ignored
  bool done() const { return pass_ == Pass::end && pending_.empty(); }
  // No more rounds: only what makes the result 1-minimal.
  void hurry();

  const Reduction& best() const { return best_; }
  ShrinkProgress progress() const;

 private:
  enum class Pass : std::uint8_t {
    cut,
    earlier_end,
    families,
    kinds,
    devices,
    delays,
    operations,
    singles,
    places,
    values,
    end,
  };
  struct Pending {
    std::uint64_t id = 0;
    std::size_t position = 0;
    std::optional<Verdict> verdict;
    Reduction reduction;
  };

  void enter(Pass pass);
  void leave_sweep();  // every position of the sweep was tried
  void take_verdicts();
  void accept(const Pending& pending);
  std::size_t positions() const;
  std::optional<Reduction> candidate(std::size_t position) const;
  std::optional<Reduction> cut() const;
  std::optional<Reduction> ended_earlier(std::size_t position) const;
  std::optional<Reduction> without_family(std::size_t position) const;
  std::optional<Reduction> without_kind(std::size_t position) const;
  std::optional<Reduction> without_device(std::size_t position) const;
  std::optional<Reduction> without_delays(std::size_t position) const;
  std::optional<Reduction> without_operations(std::size_t position) const;
  std::optional<Reduction> without_some(std::size_t position) const;
  std::optional<Reduction> moved_earlier(std::size_t position) const;
  std::optional<Reduction> with_smaller_value(std::size_t position) const;
  std::vector<DecisionKey> operations() const;  // of people, the latest first

  std::uint32_t devices_;
  Reduction best_;
  FailurePoint failure_;
  std::size_t at_start_;
  Pass pass_ = Pass::cut;
  std::size_t position_ = 0;  // of the next candidate of this sweep
  std::size_t chunk_ = 1;     // units taken away at a time
  bool accepted_in_sweep_ = false;
  bool accepted_in_round_ = false;
  bool hurrying_ = false;
  std::deque<Pending> pending_;
  std::uint64_t next_id_ = 1;
  std::uint64_t trials_ = 0;
};

}  // namespace dp::sim
