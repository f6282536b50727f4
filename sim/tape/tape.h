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
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/vocabulary/time.h"
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

// When a question was asked. Only questions that a site numbers by itself (pick, chance) are
// counted.
struct Place {
  Micros at_us = 0;
  std::uint32_t among = 0;  // so many others of its site and node were asked at that instant before
  bool counted = false;
  bool operator==(const Place&) const = default;
};

// An answer that looks for its question: a counted one of its site and node, the first that is
// asked `later_us` after the decision `after` was asked and not answered 0, or after the start,
// `among` others at that instant passed over. What a shrinker takes away changes the ordinals of
// what follows, and hardly ever the time. The log has the ordinal that was found.
struct Appointment {
  Decision decision;  // its ordinal means nothing
  std::optional<DecisionKey> after;
  Micros later_us = 0;
  std::uint32_t among = 0;
  bool operator==(const Appointment&) const = default;
};

// What a tape is told before anything is asked: part of a world's configuration, because timed
// faults are planned while the world is made.
struct TapeOrders {
  bool only_these = false;          // every decision that is not listed is answered 0
  std::vector<Decision> decisions;  // answers, whatever is drawn
  std::vector<Family> off;          // every decision about these families' faults is answered 0
  std::vector<Appointment> appointments;  // of one site and node in the order of time
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

  // The world's clock: places and appointments are by it.
  void set_now(Micros now_us) { now_us_ = now_us; }

  const std::vector<Decision>& log() const { return log_; }
  const std::vector<Place>& places() const { return places_; }  // of the log, one by one
  std::uint64_t decisions() const { return decisions_; }        // asked, zeros included
  std::uint64_t seed() const { return seed_; }

 private:
  struct Counter {
    std::uint32_t next = 0;
    std::uint32_t first_now = 0;  // the ordinal of the first question at `at_us`
    Micros at_us = -1;
  };
  struct Awaited {
    Appointment appointment;
    std::optional<Micros> due_us;  // known as soon as what it comes after was asked
  };

  std::uint64_t answer(const DecisionKey& key, std::uint64_t drawn, std::uint64_t bound,
                       const Place& place);
  DecisionKey next_key(Site site, std::uint32_t node, Place& place);
  void keep_appointment(const DecisionKey& key);
  void begin_appointments(const DecisionKey& after);

  std::uint64_t seed_;
  Micros now_us_ = 0;
  std::vector<std::vector<Counter>> counters_;  // [node][site]
  std::map<std::pair<Site, std::uint32_t>, std::vector<Awaited>> awaited_;
  std::map<DecisionKey, std::uint64_t> overrides_;
  std::set<Family> off_;
  bool only_overrides_ = false;
  std::vector<Decision> log_;
  std::vector<Place> places_;
  std::uint64_t decisions_ = 0;
};

}  // namespace dp::sim
