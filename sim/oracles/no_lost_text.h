// CONV-02. At quiescence every line of every save is in the final text, in a kept copy or in an
// archive, unless somebody who knew the line took it out, or a clear or send covers it.
// Does not check: text that was never saved (see debounce_exactness), saves of devices that were
// switched off for good, or of stores that were wiped or put back, before the server had them;
// chats that were deleted; which of two lines of the same text survived.
#pragma once

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class NoLostText : public Oracle {
 public:
  explicit NoLostText(const SlotHistory& history) : history_(history) {}
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent&, const World&) override {}
  void at_quiescence(const World& world) override;

 private:
  struct Final;
  Final final_of(const World& world, const AccountChat& slot) const;
  bool is_judged(const World& world, const Save& save, const Final& final_state) const;
  void judge_save(const Save& save, const AccountChat& slot, const Final& final_state);
  bool removed_knowingly(const draft::Line& line, const AccountChat& slot) const;
  bool cleared_alike(const draft::Line& line, const Save& save, const AccountChat& slot,
                     const Final& final_state) const;

  const SlotHistory& history_;
};

}  // namespace dp::sim
