// SEC-20, SEC-26..31. Whatever opens on a device was sealed, byte for byte, by a device of the same
// account, for the slot and kind it was opened as.
// Does not check: freshness; an old envelope is authentic (see no_lost_text, session_guarantees).
#pragma once

#include <set>
#include <string>
#include <utility>

#include "sim/oracles/oracle.h"

namespace dp::sim {

class Authenticity : public Oracle {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  void judge(const TraceEvent& event, const OpenCall& call);

  std::set<std::pair<AccountId, std::string>> sealed_;
  bool opened_any_ = false;
};

}  // namespace dp::sim
