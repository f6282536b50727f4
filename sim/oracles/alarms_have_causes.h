// An alarm that cries wolf is soon ignored.
//
// Law: a device says that its store was put back, damaged or lost its key only after somebody else
// than the device changed that store; and that the server or the network is false (rollback, fork,
// downgrade, something that does not open) only after one of them was, after a database or a store
// was put back, or after the server crashed: what it lost within the window W looks like a rollback
// to a device that comes back later than W (DP-ALARM-001).
// Does not check: whether the cause explains the very alarm; alarms that are missing, which
// scenarios expect by name; devices of the field dialect and foreign clients.
#pragma once

#include <set>

#include "sim/oracles/oracle.h"

namespace dp::sim {

class AlarmsHaveCauses : public Oracle {
 public:
  const OracleCard& card() const override;
  bool applies(const World&) const override { return raised_any_; }
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World&) override {}

 private:
  void note_cause(const TraceEvent& event);
  void judge(const TraceEvent& event);

  std::set<DeviceId> touched_;      // whose store somebody else changed
  bool anything_is_false_ = false;  // a frame was forged, a database or a store put back
  bool raised_any_ = false;
};

}  // namespace dp::sim
