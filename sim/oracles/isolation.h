// CONV-13: what happens in one slot leaves every other slot alone.
//
// Law: the database row of a sealed slot is written only if a person of that very account saved,
// cleared or sent in that very chat before.
// Does not check: slots of the field dialect, whose history holds no saves; when a row is written
// (convergence) and what it says (version_ledger).
#pragma once

#include <set>
#include <utility>

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class Isolation : public Oracle {
 public:
  explicit Isolation(const SlotHistory& history) : history_(history) {}
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  const SlotHistory& history_;
  // Of foreign clients: a slot may be gone from what they show before its row is written.
  std::set<std::pair<std::size_t, SlotId>> sealed_;
  bool written_any_ = false;
};

}  // namespace dp::sim
