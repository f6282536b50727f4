// What each pass of the shrinker proposes; see shrinker.h.
#include <algorithm>
#include <array>
#include <set>

#include "sim/shrink/shrinker.h"

namespace dp::sim {
namespace {

constexpr std::array<Site, 6> kDelaySites{kDelayUpSite,         kDelayDownSite,    kHandshakeSite,
                                          kDatabaseLatencySite, kUnsyncedKeptSite, kHealCoreSite};
constexpr std::size_t kValuesTried = 12;
constexpr std::size_t kPlacesTried = 8;
constexpr std::size_t kEndsTried = 4;

bool is_person(Site site) {
  return site == kPersonSite || site == kPersonPauseSite || site == kPersonTextSite ||
         site == kPersonTargetSite;
}

// The ordinal under which an operation of a person begins.
DecisionKey operation_of(const DecisionKey& key) {
  const std::uint32_t operation = key.site == kPersonSite ? key.ordinal / 2 : key.ordinal;
  return {kPersonSite, key.node, operation};
}

std::uint32_t earlier_place(std::uint32_t from, std::size_t which) {
  if (which < 4) return static_cast<std::uint32_t>(which);
  if (which == 4) return from / 4;
  if (which == 5) return from / 2;
  if (which == 6) return from - std::min(from, 4u);
  return from - std::min(from, 1u);
}

// Smaller values that mean something: the first few, whose cases are the mildest, and the high and
// low parts of a value that is cut up inside.
std::uint64_t smaller_value(std::uint64_t value, std::size_t which) {
  switch (which) {
    case 9:
      return value % 1'024;
    case 10:
      return value >> 32;
    case 11:
      return value / 2;
    default:
      return which + 1;
  }
}

}  // namespace

Shrinker::Candidate Shrinker::everything() const {
  Candidate out;
  out.absent = best_.absent;
  out.until_us = best_.until_us;
  for (std::size_t i = 0; i < best_.decisions.size(); ++i) {
    out.parts.push_back({i, best_.decisions[i]});
  }
  return out;
}

template <class Unwanted>
Shrinker::Candidate Shrinker::without(Unwanted unwanted) const {
  Candidate out = everything();
  std::erase_if(out.parts, [&](const Part& part) { return unwanted(part.decision.key); });
  return out;
}

std::vector<DecisionKey> Shrinker::operations() const {
  std::vector<DecisionKey> out;
  std::set<DecisionKey> seen;
  for (auto it = best_.decisions.rbegin(); it != best_.decisions.rend(); ++it) {
    if (!is_person(it->key.site)) continue;
    const DecisionKey operation = operation_of(it->key);
    if (seen.insert(operation).second) out.push_back(operation);
  }
  return out;
}

std::size_t Shrinker::positions() const {
  switch (pass_) {
    case Pass::cut:
      return 1;
    case Pass::earlier_end:
      return kEndsTried;
    case Pass::devices:
      return devices_;
    case Pass::families:
      return kFamilyCount;
    case Pass::kinds:
      return kFaultKindCount;
    case Pass::operations:
      return (operations().size() + chunk_ - 1) / chunk_;
    case Pass::delays:
      return kDelaySites.size() + 1;
    case Pass::times:
      return timings();
    case Pass::portions:
      return (best_.decisions.size() + chunk_ - 1) / chunk_;
    case Pass::places:
      return best_.decisions.size() * kPlacesTried;
    case Pass::values:
      return best_.decisions.size() * kValuesTried;
    case Pass::singles:
      return best_.decisions.size();
    case Pass::end:
      break;
  }
  return 0;
}

std::optional<Shrinker::Candidate> Shrinker::candidate(std::size_t position) const {
  switch (pass_) {
    case Pass::cut:
      return cut();
    case Pass::earlier_end:
      return ended_earlier(position);
    case Pass::devices:
      return without_device(position);
    case Pass::families:
      return without_family(position);
    case Pass::kinds:
      return without_kind(position);
    case Pass::operations:
      return without_operations(position);
    case Pass::delays:
      return without_delays(position);
    case Pass::times:
      return retimed(position);
    case Pass::portions:
    case Pass::singles:
      return without_some(position);
    case Pass::places:
      return moved_earlier(position);
    case Pass::values:
      return with_smaller_value(position);
    case Pass::end:
      break;
  }
  return std::nullopt;
}

std::optional<Shrinker::Candidate> Shrinker::cut() const {
  Candidate out = everything();
  if (failure_.decisions < out.parts.size()) out.parts.resize(failure_.decisions);
  return out;
}

// Soon after the failure, or at a part of what there is: what happens at rest happens sooner.
std::optional<Shrinker::Candidate> Shrinker::ended_earlier(std::size_t position) const {
  constexpr Micros kUsual = 60 * kSecond;
  const Micros now_us = best_.until_us.value_or(kUsual);
  constexpr std::array<Micros, 2> kAfter{kSecond, 10 * kSecond};
  const Micros wanted_us = position < kAfter.size()    ? failure_.time_us + kAfter[position]
                           : position == kAfter.size() ? now_us / 4
                                                       : now_us / 2;
  if (wanted_us >= now_us || wanted_us < kSecond) return std::nullopt;
  Candidate out = everything();
  out.until_us = wanted_us;
  return out;
}

std::optional<Shrinker::Candidate> Shrinker::without_family(std::size_t position) const {
  const auto family = static_cast<Family>(position);
  return without([&](const DecisionKey& key) {
    FaultKind kind;
    return is_fault_site(key.site, kind) && family_of(kind) == family;
  });
}

std::optional<Shrinker::Candidate> Shrinker::without_kind(std::size_t position) const {
  return without([&](const DecisionKey& key) {
    FaultKind kind;
    return is_fault_site(key.site, kind) && static_cast<std::size_t>(kind) == position;
  });
}

std::optional<Shrinker::Candidate> Shrinker::without_device(std::size_t position) const {
  const DeviceId device{static_cast<std::uint32_t>(position)};
  if (std::ranges::find(best_.absent, device.index) != best_.absent.end()) return std::nullopt;
  const std::uint32_t node = node_of(device).value;
  Candidate out = without([&](const DecisionKey& key) { return key.node == node; });
  out.absent.push_back(device.index);
  std::ranges::sort(out.absent);
  return out;
}

// All of them at once, then those of one kind.
std::optional<Shrinker::Candidate> Shrinker::without_delays(std::size_t position) const {
  return without([&](const DecisionKey& key) {
    if (position == 0) return std::ranges::find(kDelaySites, key.site) != kDelaySites.end();
    return key.site == kDelaySites[position - 1];
  });
}

std::optional<Shrinker::Candidate> Shrinker::without_operations(std::size_t position) const {
  const std::vector<DecisionKey> all = operations();
  const std::size_t begin = position * chunk_;
  const std::size_t end = std::min(begin + chunk_, all.size());
  if (begin >= end) return std::nullopt;
  const std::set<DecisionKey> dropped(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                      all.begin() + static_cast<std::ptrdiff_t>(end));
  return without([&](const DecisionKey& key) {
    return is_person(key.site) && key.site != kPersonPauseSite &&
           dropped.contains(operation_of(key));
  });
}

// The latest decisions first: what comes after the failure matters least.
std::optional<Shrinker::Candidate> Shrinker::without_some(std::size_t position) const {
  const std::size_t size = best_.decisions.size();
  const std::size_t skipped = position * chunk_;
  if (skipped >= size) return std::nullopt;
  const std::size_t end = size - skipped;
  const std::size_t begin = end - std::min(end, chunk_);
  Candidate out = everything();
  out.parts.erase(out.parts.begin() + static_cast<std::ptrdiff_t>(begin),
                  out.parts.begin() + static_cast<std::ptrdiff_t>(end));
  return out;
}

// A fault that struck at a later visit may strike at an earlier one, and what somebody did as the
// fortieth operation may be the first.
std::optional<Shrinker::Candidate> Shrinker::moved_earlier(std::size_t position) const {
  const std::size_t index = position / kPlacesTried;
  if (index >= best_.decisions.size()) return std::nullopt;
  const DecisionKey key = best_.decisions[index].key;
  FaultKind kind;
  const bool person = key.site == kPersonSite && key.ordinal % 2 == 0;
  const bool strike = is_fault_site(key.site, kind) && key.site == strike_site(kind);
  if (!person && !strike) return std::nullopt;
  const std::uint32_t from = person ? key.ordinal / 2 : key.ordinal;
  const std::uint32_t to = earlier_place(from, position % kPlacesTried);
  if (to >= from) return std::nullopt;
  Candidate out = everything();
  for (Part& part : out.parts) {
    DecisionKey& moved = part.decision.key;
    if (moved.node != key.node) continue;
    if (strike && moved == key) moved.ordinal = to;
    if (!person || !is_person(moved.site) || operation_of(moved).ordinal != from) continue;
    moved.ordinal = moved.site == kPersonSite ? 2 * to + moved.ordinal % 2 : to;
  }
  std::set<DecisionKey> keys;
  for (const Part& part : out.parts) keys.insert(part.decision.key);
  if (keys.size() != out.parts.size()) return std::nullopt;  // somebody is there already
  return out;
}

std::optional<Shrinker::Candidate> Shrinker::with_smaller_value(std::size_t position) const {
  const std::size_t index = position / kValuesTried;
  if (index >= best_.decisions.size()) return std::nullopt;
  const std::uint64_t value = best_.decisions[index].value;
  const std::uint64_t smaller = smaller_value(value, position % kValuesTried);
  if (smaller >= value || smaller == 0) return std::nullopt;
  Candidate out = everything();
  out.parts[index].decision.value = smaller;
  return out;
}

}  // namespace dp::sim
