// CONV-02. At quiescence every line of every save is in the final text, in a kept copy or in an
// archive, unless somebody who knew the line took it out, or a clear or send covers it.
// Does not check: text that was never saved (see debounce_exactness), saves of devices that were
// switched off for good, or of stores that were wiped or put back, before the server had them;
// chats that were deleted; which of two lines of the same text survived; lines that fitted no draft
// any more and went to the archive of a device that was later lost, wiped or put back.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class NoLostText : public Oracle {
 public:
  explicit NoLostText(const SlotHistory& history) : history_(history) {}
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  struct Final;
  Final final_of(const World& world, const AccountChat& slot) const;
  bool is_judged(const World& world, const Save& save, const Final& final_state) const;
  void judge_save(const World& world, const Save& save, const AccountChat& slot,
                  const Final& final_state);
  // Switched off for good, or its store was wiped or put back.
  bool is_lost(const World& world, DeviceId device) const;
  bool removed_knowingly(const draft::Line& line, const AccountChat& slot) const;
  bool cleared_alike(const draft::Line& line, const Save& save, const AccountChat& slot,
                     const Final& final_state) const;
  bool removed_alike(const draft::Line& line, const Save& save, const AccountChat& slot) const;

  bool went_with_an_archive(const draft::Line& line, const AccountChat& slot,
                            const World& world) const;

  const SlotHistory& history_;
  // Lines that were in the archive of a device at some time.
  std::map<std::pair<AccountChat, std::string>, std::set<DeviceId>> archived_;
};

}  // namespace dp::sim
