// CONV-07. At quiescence no line that was part of a sent text is in any draft of any healed device
// or in the database, counted by dots. Does not check: messages, text that only looks like the sent
// one, and messages that no healed device knows of, or only one whose draft is kept at home (a
// server that went back to before the message learns of it with that draft); the cache, which
// convergence holds to the database.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "sim/oracles/held_back.h"
#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class SentIsGone : public Oracle, public SlotWatcher {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override {
    held_back_.observe(event, world);
  }
  void slot_changed(const SlotChange& change, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  // One message that went out of a slot, and the lines that went with it.
  struct Sent {
    draft::Dot own;
    std::set<draft::Dot> lines;
  };
  // By slot, the lines of all messages that some healed device knows to be sent. One that was sent
  // on a device now gone for good, and that nobody heard of, is a draft still.
  std::map<AccountChat, std::set<draft::Dot>> known_sent(const World& world) const;
  void judge_device(const World& world, DeviceId device, const AccountChat& slot,
                    const std::set<draft::Dot>& sent);
  void judge_server(const World& world, const AccountChat& slot, const std::set<draft::Dot>& sent);

  std::map<AccountChat, std::vector<Sent>> sent_;
  HeldBack held_back_;
};

}  // namespace dp::sim
