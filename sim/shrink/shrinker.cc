#include "sim/shrink/shrinker.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dp::sim {

Verdict verdict_of(const RunOutcome& detailed, std::string_view signature) {
  if (detailed.violation_of(signature) == nullptr) return {};
  return {true, detailed.decisions, detailed.failure};
}

Shrinker::Shrinker(const Verdict& failing, std::uint32_t devices)
    : devices_(devices), failure_(failing.failure), at_start_(failing.decisions.size()) {
  best_.only_these = true;
  best_.decisions = failing.decisions;
  enter(Pass::cut);
}

ShrinkProgress Shrinker::progress() const {
  constexpr const char* kNames[] = {
      "cutting",    "ending earlier", "fault families", "faults", "devices", "delays",
      "operations", "decisions",      "places",         "values", "done"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(Pass::end) + 1);
  return {kNames[static_cast<std::size_t>(pass_)], trials_, best_.decisions.size(), at_start_};
}

void Shrinker::enter(Pass pass) {
  pass_ = pass;
  position_ = 0;
  accepted_in_sweep_ = false;
  chunk_ = 1;
  if (pass == Pass::operations) chunk_ = std::max<std::size_t>(1, operations().size() / 2);
  if (pass == Pass::singles) chunk_ = std::max<std::size_t>(1, best_.decisions.size() / 2);
  if (hurrying_ && pass == Pass::singles) chunk_ = std::min<std::size_t>(chunk_, 4);
}

void Shrinker::hurry() {
  if (hurrying_ || pass_ == Pass::end) return;
  hurrying_ = true;
  pending_.clear();
  enter(Pass::singles);
}

// Every pass that takes portions halves them down to one, and goes on with one for as long as that
// helps.
void Shrinker::leave_sweep() {
  const bool portions = pass_ == Pass::operations || pass_ == Pass::singles;
  if (portions && (chunk_ > 1 || accepted_in_sweep_)) {
    chunk_ = std::max<std::size_t>(1, chunk_ / 2);
    position_ = 0;
    accepted_in_sweep_ = false;
    return;
  }
  if (pass_ == Pass::end) return;
  if (pass_ == Pass::singles && hurrying_) return enter(Pass::end);
  if (pass_ != Pass::values) return enter(static_cast<Pass>(static_cast<int>(pass_) + 1));
  const bool again = accepted_in_round_;
  accepted_in_round_ = false;
  enter(again ? Pass::earlier_end : Pass::end);
}

std::optional<Trial> Shrinker::next() {
  while (pass_ != Pass::end) {
    if (position_ >= positions()) {
      if (!pending_.empty()) return std::nullopt;  // they may still change what is best
      leave_sweep();
      continue;
    }
    const std::size_t position = position_++;
    auto reduction = candidate(position);
    if (!reduction || *reduction == best_) continue;
    pending_.push_back({next_id_++, position, std::nullopt, *reduction});
    return Trial{pending_.back().id, std::move(*reduction)};
  }
  return std::nullopt;
}

void Shrinker::judged(std::uint64_t id, Verdict verdict) {
  const auto found =
      std::ranges::find_if(pending_, [&](const Pending& one) { return one.id == id; });
  if (found == pending_.end()) return;
  found->verdict = std::move(verdict);
  take_verdicts();
}

// In the order in which they were proposed: what was proposed after an accepted trial was made from
// what is no longer best, and is forgotten.
void Shrinker::take_verdicts() {
  while (!pending_.empty() && pending_.front().verdict) {
    const Pending first = std::move(pending_.front());
    pending_.pop_front();
    ++trials_;
    if (!first.verdict->same_failure) continue;
    pending_.clear();
    accept(first);
  }
}

void Shrinker::accept(const Pending& pending) {
  best_ = pending.reduction;
  best_.decisions = pending.verdict->decisions;
  failure_ = pending.verdict->failure;
  accepted_in_sweep_ = true;
  accepted_in_round_ = true;
  // What is left moved up: the same place holds something new. Values are tried again from the one
  // that helped.
  position_ = pending.position;
}

}  // namespace dp::sim
