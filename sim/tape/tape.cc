#include "sim/tape/tape.h"

#include "sim/tape/keyed_draw.h"

namespace dp::sim {

Tape::Tape(std::uint64_t seed, const TapeOrders& orders)
    : seed_(seed), only_overrides_(orders.only_these) {
  for (const Decision& decision : orders.decisions) set_override(decision.key, decision.value);
  for (const Family family : orders.off) switch_off(family);
}

std::uint32_t Tape::next_ordinal(Site site, std::uint32_t node) {
  if (node >= ordinals_.size()) ordinals_.resize(node + 1);
  auto& row = ordinals_[node];
  if (row.empty()) row.resize(kSiteCount);
  return row[site.value]++;
}

std::uint64_t Tape::answer(const DecisionKey& key, std::uint64_t drawn, std::uint64_t bound) {
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
  if (value != 0) log_.push_back({key, value});
  return value;
}

std::uint64_t Tape::pick_at(const DecisionKey& key, std::uint64_t bound) {
  const std::uint64_t bits = keyed_draw(seed_, key.site.value, key.node, key.ordinal);
  return answer(key, scaled(bits, bound), bound);
}

bool Tape::chance_at(const DecisionKey& key, std::uint32_t ppm) {
  if (ppm == 0) return false;
  const std::uint64_t bits = keyed_draw(seed_, key.site.value, key.node, key.ordinal);
  return answer(key, scaled(bits, 1'000'000) < ppm ? 1 : 0, 2) != 0;
}

std::uint64_t Tape::pick(Site site, std::uint32_t node, std::uint64_t bound) {
  const std::uint32_t ordinal = next_ordinal(site, node);
  return pick_at({site, node, ordinal}, bound);
}

bool Tape::chance(Site site, std::uint32_t node, std::uint32_t ppm) {
  if (ppm == 0) return false;
  const std::uint32_t ordinal = next_ordinal(site, node);
  return chance_at({site, node, ordinal}, ppm);
}

}  // namespace dp::sim
