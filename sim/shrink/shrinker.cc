#include "sim/shrink/shrinker.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/tape/keyed_draw.h"

namespace dp::sim {
namespace {

constexpr std::uint32_t kFutileSweepsMax = 3;

}  // namespace

Verdict verdict_of(const RunOutcome& detailed, std::string_view signature) {
  if (detailed.violation_of(signature) == nullptr) return {};
  return {true, detailed.decisions, detailed.failure, detailed.places};
}

Shrinker::Shrinker(const Verdict& failing, std::uint32_t devices)
    : devices_(devices),
      places_(failing.places),
      failure_(failing.failure),
      at_start_(failing.decisions.size()) {
  best_.only_these = true;
  best_.decisions = failing.decisions;
  enter(Pass::cut);
}

ShrinkProgress Shrinker::progress() const {
  constexpr const char* kNames[] = {
      "cutting",    "ending earlier", "devices", "fault families", "faults",    "delays", "times",
      "operations", "portions",       "places",  "values",         "decisions", "done"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(Pass::end) + 1);
  return {kNames[static_cast<std::size_t>(pass_)], trials_, best_.decisions.size(), at_start_};
}

void Shrinker::enter(Pass pass) {
  pass_ = pass;
  position_ = 0;
  accepted_in_sweep_ = false;
  futile_sweeps_ = 0;
  chunk_ = 1;
  if (pass == Pass::operations) chunk_ = std::max<std::size_t>(1, operations().size() / 2);
  if (pass == Pass::portions) chunk_ = std::max<std::size_t>(1, best_.decisions.size() / 2);
  if (hurrying_ && pass == Pass::portions) chunk_ = std::min<std::size_t>(chunk_, 4);
}

void Shrinker::hurry() {
  if (hurrying_ || pass_ == Pass::end) return;
  hurrying_ = true;
  pending_.clear();
  enter(Pass::portions);
}

// Every pass that takes portions halves them down to one, and goes on for as long as that helps. If
// nobody's doings can go in three sizes of portions, they are left to the finer passes.
void Shrinker::leave_sweep() {
  futile_sweeps_ = accepted_in_sweep_ ? 0 : futile_sweeps_ + 1;
  const bool portions = pass_ == Pass::operations || pass_ == Pass::portions;
  const bool finer = portions && chunk_ > 1;
  const bool futile = pass_ == Pass::operations && futile_sweeps_ >= kFutileSweepsMax;
  const bool helped = (portions || pass_ == Pass::singles) && accepted_in_sweep_;
  if ((finer || helped) && !futile) {
    chunk_ = std::max<std::size_t>(1, chunk_ / 2);
    position_ = 0;
    accepted_in_sweep_ = false;
    return;
  }
  leave_pass();
}

void Shrinker::leave_pass() {
  if (pass_ == Pass::end) return;
  if (pass_ == Pass::portions && hurrying_) return enter(Pass::singles);
  if (pass_ == Pass::singles && hurrying_) return enter(Pass::end);
  if (pass_ != Pass::singles) return enter(static_cast<Pass>(static_cast<int>(pass_) + 1));
  const bool again = accepted_in_round_;
  accepted_in_round_ = false;
  enter(again ? Pass::cut : Pass::end);
}

std::optional<Trial> Shrinker::next() {
  while (pass_ != Pass::end) {
    if (position_ >= positions()) {
      if (!pending_.empty()) return std::nullopt;  // they may still change what is best
      leave_sweep();
      continue;
    }
    const std::size_t position = position_++;
    auto reduction = proposal(position);
    if (!reduction || !(size_of(*reduction) < size_of(best_))) continue;
    if (failed_.contains(fingerprint_of(*reduction))) continue;
    pending_.push_back({next_id_++, position, std::nullopt, *reduction});
    return Trial{pending_.back().id, std::move(*reduction)};
  }
  return std::nullopt;
}

// The last word on what is minimal has the run without the decision and nothing else.
std::optional<Reduction> Shrinker::proposal(std::size_t position) const {
  const auto made = candidate(position);
  if (!made) return std::nullopt;
  const bool plain = pass_ == Pass::singles || pass_ == Pass::places;
  if (plain || places_.empty()) return as_it_is(*made);
  return with_appointments(*made);
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
    if (first.verdict->same_failure && accept(first)) {
      pending_.clear();
    } else {
      failed_.insert(fingerprint_of(first.reduction));
    }
  }
}

// A run may come to more decisions than its orders had, if they were clamped to something else: it
// is none that is smaller then.
bool Shrinker::accept(const Pending& pending) {
  Reduction smaller = pending.reduction;
  smaller.decisions = pending.verdict->decisions;
  smaller.appointments.clear();
  if (!(size_of(smaller) < size_of(best_))) return false;
  best_ = std::move(smaller);
  places_ = pending.verdict->places;
  failure_ = pending.verdict->failure;
  accepted_in_sweep_ = true;
  accepted_in_round_ = true;
  // What is left moved up: the same place holds something new. Values are tried again from the one
  // that helped.
  position_ = pending.position;
  return true;
}

// Compared from left to right: decisions, devices, the end, earlier deeds and questions, values.
Shrinker::Size Shrinker::size_of(const Reduction& reduction) {
  constexpr Micros kNever = INT64_MAX;
  std::uint64_t operations = 0;
  std::uint64_t ordinals = 0;
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  const auto add = [&](const Decision& decision, bool counts_place) {
    if (counts_place && decision.key.site == kPersonSite) operations += decision.key.ordinal;
    if (counts_place) ordinals += decision.key.ordinal;
    high += decision.value >> 32;
    low += decision.value & 0xFFFFFFFFu;
  };
  for (const Decision& decision : reduction.decisions) add(decision, true);
  for (const Appointment& one : reduction.appointments) add(one.decision, true);
  high += low >> 32;
  return {reduction.decisions.size() + reduction.appointments.size(),
          SIZE_MAX - reduction.absent.size(),
          reduction.until_us.value_or(kNever),
          operations,
          ordinals,
          high,
          low & 0xFFFFFFFFu};
}

Shrinker::Fingerprint Shrinker::fingerprint_of(const Reduction& reduction) {
  Fingerprint out{1, 2};
  const auto take = [&](std::uint64_t value) {
    out.first = mix64(out.first + value + 0x9E3779B97F4A7C15u);
    out.second = mix64((out.second ^ value) * 0xD6E8FEB86659FD93u + 1);
  };
  const auto take_decision = [&](const Decision& decision, bool with_ordinal) {
    take((std::uint64_t{decision.key.site.value} << 32) | decision.key.node);
    take(with_ordinal ? decision.key.ordinal : UINT64_MAX);
    take(decision.value);
  };
  for (const Decision& decision : reduction.decisions) take_decision(decision, true);
  for (const Appointment& one : reduction.appointments) {
    take_decision(one.decision, false);
    take(static_cast<std::uint64_t>(one.later_us));
    take(one.among);
    take(one.after ? (std::uint64_t{one.after->node} << 32) | one.after->ordinal : UINT64_MAX);
  }
  for (const std::uint32_t device : reduction.absent) take(device);
  take(static_cast<std::uint64_t>(reduction.until_us.value_or(-1)));
  return out;
}

}  // namespace dp::sim
