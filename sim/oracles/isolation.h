// CONV-13: what happens in one slot leaves every other slot alone.
//
// Law: the database row of a sealed slot is written only if a person of that very account saved,
// cleared or sent in that very chat before.
// Does not check: slots of the field dialect, whose history holds no saves; slots whose chat id
// came to be on the wire, by a flipped bit in somebody else's; when a row is written (convergence)
// and what it says (version_ledger).
#pragma once

#include <set>
#include <utility>

#include "sim/oracles/damaged_frames.h"
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
  void watch_wire(const TraceEvent& event, const World& world);
  bool is_touched(const server::SlotKey& slot, const World& world) const;

  const SlotHistory& history_;
  // Of foreign clients: a slot may be gone from what they show before its row is written.
  std::set<std::pair<std::size_t, SlotId>> sealed_;
  // A server cannot tell: which envelope belongs to which chat is the devices' secret.
  std::set<AccountChat> named_by_damage_;
  DamagedFrames damaged_;
  bool written_any_ = false;
};

}  // namespace dp::sim
