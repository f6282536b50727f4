// SEC-38, CONV-10: nothing grows without bound, neither queues nor work.
//
// Law: at every instant a connection's outbound bytes are within their bound, at quiescence every
// device's archive; over a run, the changes uploaded for a slot are bounded by the acts of people
// and the connections made.
// Does not check: the memory of the process, which campaigns watch from outside; how old what is
// not persisted may be, which scenarios ask for (R78): a receipt does not tell whether its change
// is new or repeated.
#pragma once

#include <map>
#include <set>

#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class BoundedQueues : public Oracle {
 public:
  explicit BoundedQueues(const SlotHistory& history) : history_(history) {}
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  void judge_server(const TraceEvent& event, const World& world);
  void judge_archives(const World& world);
  void judge_work(const World& world);

  const SlotHistory& history_;
  std::set<std::uint64_t> links_;      // open at the server
  std::uint64_t connections_ = 0;      // ever opened
  std::uint64_t uploads_ = 0;          // changes sent by devices of sealed accounts
  std::uint64_t retries_allowed_ = 0;  // refusals a client may answer with another try
};

}  // namespace dp::sim
