// CONV-08. While one device alone writes to a slot there are no kept copies, whatever else happens.
// Does not check: slots in which a second device saved, or whose device's store was replaced by an
// older one (then one person is two writers).
#pragma once

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class OneWriterNoCopies : public Oracle, public SlotWatcher {
 public:
  explicit OneWriterNoCopies(const SlotHistory& history) : history_(history) {}
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent&, const World&) override {}
  void slot_changed(const SlotChange& change, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  bool one_writer(const AccountChat& slot) const;

  const SlotHistory& history_;
};

}  // namespace dp::sim
