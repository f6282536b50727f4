// The oracles that hold in every run, as one observer.
//
//   OracleSet oracles;
//   world.attach(&oracles);
//   ... drive the world, heal, quiesce ...
//   oracles.conclude(world, quiet);
//   for (const Violation& violation : oracles.violations()) ...
//
// Guarantees: an oracle that applies and compared nothing is reported as a violation of its own
// ("compared_nothing"), and a world that did not become quiet as one of `quiescence`.
// Lifetime: must outlive its attachment; the caller detaches.
// Does not: stop the run. The caller looks at `violations()` when it likes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

struct OracleTally {
  std::string name;
  bool applied = false;
  std::uint64_t comparisons = 0;
  std::uint64_t violations = 0;
};

// Whose clients a world holds: those behind ports are also held to how they answer.
enum class Clients : std::uint8_t { ours, foreign };

class OracleSet : public Observer {
 public:
  explicit OracleSet(Clients clients = Clients::ours);  // every oracle that holds for them
  ~OracleSet() override;
  OracleSet(const OracleSet&) = delete;
  OracleSet& operator=(const OracleSet&) = delete;

  void observe(const TraceEvent& event, const World& world) override;
  // Ends the run. `quiet` is what World::quiesce returned; oracles about quiescence judge only
  // then.
  void conclude(const World& world, bool quiet);

  std::uint64_t comparisons() const;
  std::vector<OracleTally> tallies() const;   // valid after conclude
  std::vector<Violation> violations() const;  // in the order of time, then oracle
  bool any_violation() const;
  std::uint64_t violation_count() const;

  // What `draftproof rules` prints.
  static std::vector<OracleCard> cards();

 private:
  SlotHistory history_;
  std::vector<std::unique_ptr<Oracle>> oracles_;
  std::vector<bool> applied_;
  std::vector<Violation> own_;  // compared_nothing, quiescence
  Micros last_time_us_ = 0;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace dp::sim
