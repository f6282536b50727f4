// CONV-04, CONV-05: what a device has shown its person stays true for that person.
//
// Read your writes: a saved dot stays in the device's durable draft. Monotonic reads: no dot a
// device ever held is missing from its later drafts.
// Does not check: devices whose store was wiped, put back or damaged, from that instant on until
// the next look; and never across devices (convergence does).
#pragma once

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class SessionGuarantees : public Oracle, public SlotWatcher {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent&, const World&) override {}
  void slot_changed(const SlotChange& change, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  bool changed_twice_ = false;
};

}  // namespace dp::sim
