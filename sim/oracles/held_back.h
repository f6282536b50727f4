// Which devices keep their draft of which slot at home, and said so.
//
// A draft that is too long for the wire, or refused by the server for good, waits on its device
// until somebody changes it: nobody else can know what it says or what it has done away with.
// Guarantees: a device counts from its notice on; one of the field dialect no more once a change of
// the slot was stored. Does not: say whether anything still waits there; ask `facts.pending` for
// that.
#pragma once

#include <map>
#include <set>

#include "sim/oracles/slot_history.h"
#include "sim/world/world.h"

namespace dp::sim {

class HeldBack {
 public:
  void observe(const TraceEvent& event, const World& world);
  bool is_said(const AccountChat& slot, DeviceId device) const;

 private:
  std::map<AccountChat, std::set<DeviceId>> said_;
};

}  // namespace dp::sim
