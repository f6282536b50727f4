// One law of the system, watched over a whole run.
//
// An oracle is fed every traced event of one world, then asked once at quiescence. It counts its
// comparisons: an oracle that applied to a run and compared nothing is itself an error, so a green
// result always says how much was checked. Each concrete oracle's header states what it does not
// check. Guarantees expected: deterministic, bounded memory, never changes the world.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/event.h"
#include "sim/world/observer.h"
#include "sim/world/world.h"

namespace dp::sim {

struct OracleCard {
  std::string_view name;         // snake_case, stable: part of violation signatures
  std::string_view law;          // one sentence
  std::string_view not_checked;  // what it does not verify, one sentence
  std::vector<std::string> ids;  // SEC-.., CONV-.., R..
};

struct Violation {
  std::string oracle{};
  std::string site{};    // where in the oracle: stable, snake_case
  std::string detail{};  // normalised: no times, ids, numbers or text that differ between runs
  Micros time_us = 0;
  std::uint64_t sequence = 0;  // of the event that showed it; last event if at quiescence
  std::optional<NodeId> node{};
  std::string expected{};
  std::string seen{};

  std::string signature() const { return oracle + "/" + site + "/" + detail; }
  bool operator==(const Violation&) const = default;
};

inline constexpr std::size_t kViolationsPerOracleMax = 16;  // later ones are counted, not kept

class Oracle : public Observer {
 public:
  virtual const OracleCard& card() const = 0;
  // Whether the law can be judged in this run at all (zero comparisons are then an error).
  virtual bool applies(const World& world) const = 0;
  // Called when the world is quiet; `observe` (from Observer) is called after every event.
  virtual void at_quiescence(const World& world) = 0;

  std::uint64_t comparisons() const { return comparisons_; }
  const std::vector<Violation>& violations() const { return violations_; }
  std::uint64_t violation_count() const { return violation_count_; }

 protected:
  void compared(std::uint64_t count = 1) { comparisons_ += count; }
  void violated(Violation violation) {
    violation.oracle = std::string(card().name);
    ++violation_count_;
    if (violations_.size() < kViolationsPerOracleMax) violations_.push_back(std::move(violation));
  }

 private:
  std::uint64_t comparisons_ = 0;
  std::uint64_t violation_count_ = 0;
  std::vector<Violation> violations_;
};

}  // namespace dp::sim
