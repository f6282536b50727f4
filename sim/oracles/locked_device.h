// SEC-46. A device that is locked or logged out has no key: it neither seals nor opens anything
// until it is unlocked.
//
// Judges every use of the cipher between a lock and the next unlock or start of the program.
// Does not check: that the key is gone from memory, which no event shows; devices of the `field`
// dialect.
#pragma once

#include <set>

#include "sim/oracles/oracle.h"

namespace dp::sim {

class LockedDevice : public Oracle {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  std::set<NodeId> locked_;
  bool locked_any_ = false;
};

}  // namespace dp::sim
