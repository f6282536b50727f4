// The decision tape: every choice a world makes, drawn by key, logged, and replaceable.
//
// 0 is the mildest answer of every decision: no fault, least delay, first in first out. A shrinker
// therefore only ever writes zeros (or smaller numbers) and asks whether the failure is still
// there. Only answers other than 0 are logged: what is absent from a log was 0.
// Guarantees: an answer depends on (seed, site, node, ordinal) and the overrides alone; value type.
// Does not: cover the randomness cores draw (nonces, ids); that is CoreRandom, which is keyed the
// same way but decides nothing about the world.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "sim/tape/site.h"

namespace dp::sim {

struct DecisionKey {
  Site site;
  std::uint32_t node = 0;
  std::uint32_t ordinal = 0;
  auto operator<=>(const DecisionKey&) const = default;
};

struct Decision {
  DecisionKey key;
  std::uint64_t value = 0;
  auto operator<=>(const Decision&) const = default;
};

// What a tape is told before anything is asked: part of a world's configuration, because timed
// faults are planned while the world is made.
struct TapeOrders {
  bool only_these = false;          // every decision that is not listed is answered 0
  std::vector<Decision> decisions;  // answers, whatever is drawn
  std::vector<Family> off;          // every decision about these families' faults is answered 0
  bool operator==(const TapeOrders&) const = default;
};

class Tape {
 public:
  explicit Tape(std::uint64_t seed = 0) : seed_(seed) {}
  Tape(std::uint64_t seed, const TapeOrders& orders);

  // Uniform in [0, bound), bound > 0; the site's next ordinal at this node.
  std::uint64_t pick(Site site, std::uint32_t node, std::uint64_t bound);
  // True once in a million times `ppm`. 0 never asks, and takes no ordinal.
  bool chance(Site site, std::uint32_t node, std::uint32_t ppm);
  // The same for an ordinal the caller names (occurrence n of a timed fault, operation n of a
  // person): dropping one occurrence leaves the others as they were.
  std::uint64_t pick_at(const DecisionKey& key, std::uint64_t bound);
  bool chance_at(const DecisionKey& key, std::uint32_t ppm);

  // The answer at this key, whatever is drawn. Clamped to the bound asked for.
  void set_override(const DecisionKey& key, std::uint64_t value) { overrides_[key] = value; }
  // Every decision that has no override is answered 0.
  void answer_zero_without_override(bool zero) { only_overrides_ = zero; }
  // Every decision about this family's faults is answered 0.
  void switch_off(Family family) { off_.insert(family); }

  const std::vector<Decision>& log() const { return log_; }
  std::uint64_t decisions() const { return decisions_; }  // asked, zeros included
  std::uint64_t seed() const { return seed_; }

 private:
  std::uint64_t answer(const DecisionKey& key, std::uint64_t drawn, std::uint64_t bound);
  std::uint32_t next_ordinal(Site site, std::uint32_t node);

  std::uint64_t seed_;
  std::vector<std::vector<std::uint32_t>> ordinals_;  // [node][site]
  std::map<DecisionKey, std::uint64_t> overrides_;
  std::set<Family> off_;
  bool only_overrides_ = false;
  std::vector<Decision> log_;
  std::uint64_t decisions_ = 0;
};

}  // namespace dp::sim
