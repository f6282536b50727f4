// CONV-01: at quiescence everybody agrees.
//
// Law: for each chat of an account, all healed devices hold the same draft (text, line dots,
// vector, copies), at the version and envelope the server's cache and database hold; the previews
// the server stores open to the preview of that text; the chat lists name the same drafts.
// Does not check: what a device holds of a slot while it waits there for good, too long to be
// synced or refused by the server, which is local by design (the others must agree all the same);
// what stands in the table under a key that nobody has, or as a preview, because a bit of it was
// flipped on its way;
// what a device of the field dialect holds while it has not connected since a row landed late
// (late_rows.h); order inside chat lists; devices switched off for good.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sim/oracles/damaged_frames.h"
#include "sim/oracles/held_back.h"
#include "sim/oracles/late_rows.h"
#include "sim/oracles/oracle.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {

class Convergence : public Oracle {
 public:
  const OracleCard& card() const override;
  bool applies(const World& world) const override;
  void observe(const TraceEvent& event, const World& world) override;
  void at_quiescence(const World& world) override;

 private:
  struct Held {
    DeviceId device;
    client::SlotFacts facts;
  };
  void judge_devices(const World& world, const AccountChat& slot, const std::vector<Held>& held);
  void judge_server(const World& world, const AccountChat& slot, const Held& reference);
  void judge_preview(const World& world, const AccountChat& slot, const server::DraftRow& row,
                     const draft::Draft& draft);
  void judge_field(const World& world);
  bool is_judged_as_field(const World& world, DeviceId device, const ChatId& chat) const;
  void report(const World& world, std::string site, std::optional<NodeId> node,
              std::string expected, std::string seen);

  std::map<AccountChat, std::vector<Held>> to_judge(const World& world) const;
  bool is_of_no_known_key(const World& world, const AccountChat& slot) const;

  HeldBack held_back_;
  LateRows late_rows_;
  DamagedFrames damaged_;
  std::set<AccountChat> spoiled_;  // named in a frame that was damaged on its way to the server
  std::set<std::pair<crypto::Suite, KeyId>> keys_;  // that anything was sealed with
};

}  // namespace dp::sim
