#include "sim/tape/tape.h"

#include <algorithm>

#include "sim/tape/keyed_draw.h"

namespace dp::sim {

Tape::Tape(std::uint64_t seed, const TapeOrders& orders)
    : seed_(seed), only_overrides_(orders.only_these) {
  for (const Decision& decision : orders.decisions) set_override(decision.key, decision.value);
  for (const Family family : orders.off) switch_off(family);
  for (const Appointment& one : orders.appointments) {
    const auto due_us = one.after ? std::nullopt : std::optional<Micros>(one.later_us);
    awaited_[{one.decision.key.site, one.decision.key.node}].push_back({one, due_us});
  }
}

DecisionKey Tape::next_key(Site site, std::uint32_t node, Place& place) {
  if (node >= counters_.size()) counters_.resize(node + 1);
  auto& row = counters_[node];
  if (row.empty()) row.resize(kSiteCount);
  Counter& counter = row[site.value];
  if (counter.at_us != now_us_) {
    counter.at_us = now_us_;
    counter.first_now = counter.next;
  }
  place = {now_us_, counter.next - counter.first_now, true};
  const DecisionKey key{site, node, counter.next++};
  if (!awaited_.empty()) keep_appointment(key);
  return key;
}

// One question at most for each, and the earliest that is due has the first right to it.
void Tape::keep_appointment(const DecisionKey& key) {
  const auto row = awaited_.find({key.site, key.node});
  if (row == awaited_.end()) return;
  std::vector<Awaited>& waiting = row->second;
  const auto due = std::ranges::find_if(
      waiting, [&](const Awaited& one) { return one.due_us && *one.due_us <= now_us_; });
  if (due == waiting.end()) return;
  if (due->appointment.among > 0) {
    --due->appointment.among;
    return;
  }
  set_override(key, due->appointment.decision.value);
  waiting.erase(due);
}

void Tape::begin_appointments(const DecisionKey& after) {
  for (auto& [where, waiting] : awaited_) {
    for (Awaited& one : waiting) {
      if (one.appointment.after == after) one.due_us = now_us_ + one.appointment.later_us;
    }
  }
}

std::uint64_t Tape::answer(const DecisionKey& key, std::uint64_t drawn, std::uint64_t bound,
                           const Place& place) {
  ++decisions_;
  std::uint64_t value = only_overrides_ ? 0 : drawn;
  if (!overrides_.empty()) {
    const auto found = overrides_.find(key);
    if (found != overrides_.end()) value = found->second < bound ? found->second : bound - 1;
  }
  if (!off_.empty()) {
    FaultKind kind;
    if (is_fault_site(key.site, kind) && off_.contains(family_of(kind))) value = 0;
  }
  if (value == 0) return 0;
  log_.push_back({key, value});
  places_.push_back(place);
  if (!awaited_.empty() && key.site == kPersonSite && key.ordinal % 2 == 0) begin_appointments(key);
  return value;
}

std::uint64_t Tape::pick_at(const DecisionKey& key, std::uint64_t bound) {
  const std::uint64_t bits = keyed_draw(seed_, key.site.value, key.node, key.ordinal);
  return answer(key, scaled(bits, bound), bound, {now_us_, 0, false});
}

bool Tape::chance_at(const DecisionKey& key, std::uint32_t ppm) {
  if (ppm == 0) return false;
  const std::uint64_t bits = keyed_draw(seed_, key.site.value, key.node, key.ordinal);
  return answer(key, scaled(bits, 1'000'000) < ppm ? 1 : 0, 2, {now_us_, 0, false}) != 0;
}

std::uint64_t Tape::pick(Site site, std::uint32_t node, std::uint64_t bound) {
  Place place;
  const DecisionKey key = next_key(site, node, place);
  const std::uint64_t bits = keyed_draw(seed_, site.value, node, key.ordinal);
  return answer(key, scaled(bits, bound), bound, place);
}

bool Tape::chance(Site site, std::uint32_t node, std::uint32_t ppm) {
  if (ppm == 0) return false;
  Place place;
  const DecisionKey key = next_key(site, node, place);
  const std::uint64_t bits = keyed_draw(seed_, site.value, node, key.ordinal);
  return answer(key, scaled(bits, 1'000'000) < ppm ? 1 : 0, 2, place) != 0;
}

}  // namespace dp::sim
