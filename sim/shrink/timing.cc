// What people do at other times, and how a trial finds its questions again; see shrinker.h.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "sim/people/people.h"
#include "sim/shrink/shrinker.h"

namespace dp::sim {
namespace {

// The longest that is waited between two deeds, in operations: 0 lets everybody act at once, the
// largest keeps every gap.
constexpr std::array<std::uint32_t, 7> kGapsMax{0, 1, 2, 3, 5, 12, 100'000};
// In turn those that acted within half a second of each other keep their order, or may not.
constexpr std::size_t kBySecond = 2 * kGapsMax.size();
constexpr Micros kAtOnce = 500 * kMillisecond;
constexpr std::size_t kShifts = 2;

Micros usual_us(std::uint32_t node, std::uint32_t operation) {
  const NodeId id{node};
  return is_device(id) ? usual_time_us(device_of(id), operation) : 0;
}

// How many operations of a person who does not pause fill this time.
std::uint32_t operations_in(Micros duration_us) {
  const Micros one_us = usual_us(node_of({0}).value, 1) - usual_us(node_of({0}).value, 0);
  return static_cast<std::uint32_t>(std::max<Micros>(0, (duration_us + one_us / 2) / one_us));
}

bool is_of_person(Site site) {
  return site == kPersonSite || site == kPersonTextSite || site == kPersonTargetSite;
}

bool is_when(Site site) {
  FaultKind kind;
  return is_fault_site(site, kind) && site == when_site(kind);
}

}  // namespace

std::vector<Shrinker::Deed> Shrinker::deeds() const {
  std::vector<Deed> out;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const DecisionKey& key = best_.decisions[i].key;
    if (key.site != kPersonSite || key.ordinal % 2 != 0) continue;
    out.push_back({i, key.node, key.ordinal / 2, places_[i].at_us, key.ordinal / 2});
  }
  return out;
}

std::size_t Shrinker::timings() const {
  const std::size_t count = deeds().size();
  if (count == 0) return 0;
  return kBySecond + devices_ + count * (1 + kShifts);
}

std::optional<Shrinker::Candidate> Shrinker::retimed(std::size_t position) const {
  if (position < kBySecond) return by_the_second(position);
  position -= kBySecond;
  if (position < devices_) return without_pauses_of(position);
  position -= devices_;
  const std::size_t count = deeds().size();
  if (position < count) return without_pauses_before(position);
  return closed_up(position - count);
}

// The deeds with all that belongs to them at their new places. A fault with a time of its own keeps
// its distance from what was done before it.
Shrinker::Candidate Shrinker::moved(const std::vector<Deed>& all) const {
  std::map<DecisionKey, std::uint32_t> places;
  for (const Deed& deed : all) places[{kPersonSite, deed.node, deed.operation}] = deed.moved_to;
  Candidate out = everything();
  for (Part& part : out.parts) {
    DecisionKey& key = part.decision.key;
    if (is_of_person(key.site)) {
      const bool halved = key.site == kPersonSite;
      const auto found =
          places.find({kPersonSite, key.node, halved ? key.ordinal / 2 : key.ordinal});
      if (found == places.end()) continue;
      key.ordinal = halved ? 2 * found->second + key.ordinal % 2 : found->second;
    } else if (is_when(key.site)) {
      const auto when_us = static_cast<Micros>(part.decision.value);
      const Deed* before = &all.front();
      for (const Deed& deed : all) {
        if (deed.at_us <= when_us) before = &deed;
      }
      if (before->moved_to == before->operation) continue;
      const Micros then_us = usual_us(before->node, before->moved_to) + when_us - before->at_us;
      part.decision.value = static_cast<std::uint64_t>(std::max<Micros>(0, then_us));
    }
  }
  return out;
}

std::optional<Shrinker::Candidate> Shrinker::by_the_second(std::size_t variant) const {
  const std::uint32_t gap_max = kGapsMax[variant / 2];
  const bool in_order = variant % 2 == 0;
  std::vector<Deed> all = deeds();
  std::map<std::uint32_t, std::uint32_t> next_of_node;
  const Deed* before = nullptr;
  for (Deed& deed : all) {
    std::uint32_t to = 0;
    if (before != nullptr) {
      const Micros gap_us = deed.at_us - before->at_us;
      const std::uint32_t gap = gap_us < kAtOnce ? 0 : std::min(gap_max, operations_in(gap_us));
      to = before->moved_to + gap;
      const bool overtakes = usual_us(deed.node, to) < usual_us(before->node, before->moved_to);
      if (in_order && overtakes) ++to;
    }
    deed.moved_to = std::max(to, next_of_node[deed.node]);
    next_of_node[deed.node] = deed.moved_to + 1;
    before = &deed;
  }
  Candidate out = moved(all);
  std::erase_if(out.parts,
                [](const Part& part) { return part.decision.key.site == kPersonPauseSite; });
  return out;
}

// One person acts by the second, at the times at which he acted before.
std::optional<Shrinker::Candidate> Shrinker::without_pauses_of(std::size_t device) const {
  const std::uint32_t node = node_of({static_cast<std::uint32_t>(device)}).value;
  std::vector<Deed> all = deeds();
  std::uint32_t next = 0;
  for (Deed& deed : all) {
    if (deed.node != node) continue;
    deed.moved_to = std::max(next, operations_in(deed.at_us - usual_us(node, 0)));
    next = deed.moved_to + 1;
  }
  if (next == 0) return std::nullopt;
  Candidate out = moved(all);
  std::erase_if(out.parts, [&](const Part& part) {
    const DecisionKey& key = part.decision.key;
    return key.site == kPersonPauseSite && key.node == node;
  });
  return out;
}

// What somebody waited before one deed becomes operations left out; all later ones of this person
// move with it.
std::optional<Shrinker::Candidate> Shrinker::without_pauses_before(std::size_t which) const {
  std::vector<Deed> all = deeds();
  const Deed chosen = all[which];
  std::uint32_t from = 0;
  Micros from_us = usual_us(chosen.node, 0);
  for (std::size_t i = 0; i < which; ++i) {
    if (all[i].node != chosen.node) continue;
    from = all[i].operation;
    from_us = all[i].at_us;
  }
  const std::uint32_t least = chosen.operation == from ? 0 : 1;
  const std::uint32_t to = from + std::max(least, operations_in(chosen.at_us - from_us));
  const std::uint32_t end = chosen.operation;
  for (Deed& deed : all) {
    if (deed.node == chosen.node && deed.operation >= end) deed.moved_to += to - end;
  }
  Candidate out = moved(all);
  std::erase_if(out.parts, [&](const Part& part) {
    const DecisionKey& key = part.decision.key;
    return key.site == kPersonPauseSite && key.node == chosen.node && key.ordinal >= from &&
           key.ordinal < end;
  });
  for (Part& part : out.parts) {
    DecisionKey& key = part.decision.key;
    const bool later = key.site == kPersonPauseSite && key.node == chosen.node;
    if (later && key.ordinal >= end) key.ordinal += to - end;
  }
  return out;
}

// Everybody's deeds from one on come sooner, by as much as there is room for, or by one operation.
std::optional<Shrinker::Candidate> Shrinker::closed_up(std::size_t which) const {
  std::vector<Deed> all = deeds();
  const std::size_t first = which / kShifts;
  std::map<std::uint32_t, std::uint32_t> free;  // of each person
  for (std::size_t i = 0; i < first; ++i) free[all[i].node] = all[i].operation + 1;
  std::uint32_t room = UINT32_MAX;
  std::map<std::uint32_t, std::uint32_t> begins;
  for (std::size_t i = first; i < all.size(); ++i) {
    if (!begins.emplace(all[i].node, all[i].operation).second) continue;
    room = std::min(room, all[i].operation - free[all[i].node]);
  }
  if (room == 0 || (which % kShifts == 1 && room == 1)) return std::nullopt;
  const std::uint32_t by = which % kShifts == 0 ? room : 1;
  for (std::size_t i = first; i < all.size(); ++i) all[i].moved_to -= by;
  Candidate out = moved(all);
  for (Part& part : out.parts) {
    DecisionKey& key = part.decision.key;
    const auto begin = begins.find(key.node);
    const bool later = begin != begins.end() && key.ordinal >= begin->second;
    if (key.site == kPersonPauseSite && later) key.ordinal -= by;
  }
  return out;
}

Reduction Shrinker::as_it_is(const Candidate& candidate) {
  Reduction out{true, {}, candidate.absent, candidate.until_us, {}};
  for (const Part& part : candidate.parts) out.decisions.push_back(part.decision);
  return out;
}

// A counted question is met so much later than the last deed before it that is still there. Its
// neighbours at that instant are passed over as before, unless the deed is of the same instant.
Reduction Shrinker::with_appointments(const Candidate& candidate) const {
  Reduction out{true, {}, candidate.absent, candidate.until_us, {}};
  std::optional<DecisionKey> deed;
  Micros deed_us = 0;
  for (const Part& part : candidate.parts) {
    const Place& place = places_[part.from];
    const DecisionKey& key = part.decision.key;
    if (place.counted) {
      const std::uint32_t among = deed && deed_us == place.at_us ? 0 : place.among;
      out.appointments.push_back({part.decision, deed, place.at_us - deed_us, among});
      continue;
    }
    out.decisions.push_back(part.decision);
    if (key.site == kPersonSite && key.ordinal % 2 == 0) {
      deed = key;
      deed_us = place.at_us;
    }
  }
  return out;
}

}  // namespace dp::sim
