// CONV-07. At quiescence no line that was part of a sent text is in any draft of any device, in the
// cache or in the database, counted by dots.
// Does not check: messages, or text that only looks like the sent one.
#pragma once

#include <map>

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class SentIsGone : public Oracle, public SlotWatcher {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent&, const World&) override {}
  void slot_changed(const SlotChange& change, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  std::map<AccountChat, draft::VersionVector> sent_;
};

}  // namespace dp::sim
