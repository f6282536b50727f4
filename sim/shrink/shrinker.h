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
// Passes, from coarse to fine: cut after the failure; end the run earlier; leave devices out;
// switch fault families off, then kinds; delays to their minimum, which also makes all queues first
// in first out; let people act by the second instead of by what they paused; drop what people do,
// then whatever there is, in ever smaller portions; move what is left to earlier operations and
// visits, which makes what led there superfluous; make values smaller, which shortens texts; drop
// single decisions. They repeat until nothing helps any more.
//
// What is taken away changes how often a site is asked afterwards. Where times are known, a trial
// therefore has appointments (sim/tape) instead of ordinals: a fault strikes so much later than
// what somebody did before it. What is accepted are the plain decisions such a run came to.
//
// Guarantees: the result does not depend on how many trials are judged at a time; every accepted
// step is smaller, by the number of its decisions before all else, so it ends; no trial is proposed
// twice; when it ends by itself the result is 1-minimal: answering any one of its decisions with 0
// loses the failure. Does not: find the smallest run there is.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
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
  std::vector<Place> places = {};  // of the decisions; none: nothing is known of times
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
    devices,
    families,
    kinds,
    delays,
    times,
    operations,
    portions,
    places,
    values,
    singles,
    end,
  };
  struct Pending {
    std::uint64_t id = 0;
    std::size_t position = 0;
    std::optional<Verdict> verdict;
    Reduction reduction;
  };
  // A decision of a candidate and where it comes from in the best so far.
  struct Part {
    std::size_t from = 0;
    Decision decision;
  };
  struct Candidate {
    std::vector<Part> parts;
    std::vector<std::uint32_t> absent;
    std::optional<Micros> until_us;
  };
  // Something that somebody does, and when.
  struct Deed {
    std::size_t index = 0;  // of the decision that it happens
    std::uint32_t node = 0;
    std::uint32_t operation = 0;
    Micros at_us = 0;
    std::uint32_t moved_to = 0;
  };
  using Size = std::tuple<std::size_t, std::size_t, Micros, std::uint64_t, std::uint64_t,
                          std::uint64_t, std::uint64_t>;
  using Fingerprint = std::pair<std::uint64_t, std::uint64_t>;

  void enter(Pass pass);
  void leave_sweep();  // every position of the sweep was tried
  void leave_pass();
  void take_verdicts();
  bool accept(const Pending& pending);
  std::size_t positions() const;
  std::optional<Reduction> proposal(std::size_t position) const;
  std::optional<Candidate> candidate(std::size_t position) const;
  Candidate everything() const;
  template <class Unwanted>
  Candidate without(Unwanted unwanted) const;
  std::optional<Candidate> cut() const;
  std::optional<Candidate> ended_earlier(std::size_t position) const;
  std::optional<Candidate> without_family(std::size_t position) const;
  std::optional<Candidate> without_kind(std::size_t position) const;
  std::optional<Candidate> without_device(std::size_t position) const;
  std::optional<Candidate> without_delays(std::size_t position) const;
  std::optional<Candidate> without_operations(std::size_t position) const;
  std::optional<Candidate> without_some(std::size_t position) const;
  std::optional<Candidate> moved_earlier(std::size_t position) const;
  std::optional<Candidate> with_smaller_value(std::size_t position) const;
  std::vector<DecisionKey> operations() const;  // of people, the latest first

  // What people do at other times; sim/shrink/timing.cc.
  std::size_t timings() const;
  std::optional<Candidate> retimed(std::size_t position) const;
  std::optional<Candidate> by_the_second(std::size_t variant) const;
  std::optional<Candidate> without_pauses_of(std::size_t device) const;
  std::optional<Candidate> without_pauses_before(std::size_t which) const;
  std::optional<Candidate> closed_up(std::size_t which) const;
  std::vector<Deed> deeds() const;
  Candidate moved(const std::vector<Deed>& deeds) const;
  Reduction with_appointments(const Candidate& candidate) const;
  static Reduction as_it_is(const Candidate& candidate);

  static Size size_of(const Reduction& reduction);
  static Fingerprint fingerprint_of(const Reduction& reduction);

  std::uint32_t devices_;
  Reduction best_;
  std::vector<Place> places_;  // of its decisions; none: not known
  FailurePoint failure_;
  std::size_t at_start_;
  Pass pass_ = Pass::cut;
  std::size_t position_ = 0;         // of the next candidate of this sweep
  std::size_t chunk_ = 1;            // units taken away at a time
  std::uint32_t futile_sweeps_ = 0;  // of this pass, one after the other
  bool accepted_in_sweep_ = false;
  bool accepted_in_round_ = false;
  bool hurrying_ = false;
  std::deque<Pending> pending_;
  std::set<Fingerprint> failed_;  // trials that lost the failure
  std::uint64_t next_id_ = 1;
  std::uint64_t trials_ = 0;
};

}  // namespace dp::sim
