// CONV-06. A line whose dot a clear or send covers is in no draft that knows of the clear or send,
// at any instant on any device, and no device forgets a clear or send it knew.
// Does not check: archives, which keep cleared text on purpose.
#pragma once

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class NoResurrection : public Oracle, public SlotWatcher {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent&, const World&) override {}
  void slot_changed(const SlotChange& change, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  bool changed_ = false;
};

}  // namespace dp::sim
