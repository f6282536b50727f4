// Faults that change what is stored, or a clock, in the words of the scenario language.
//
// Which row lost which bit, which slot was forgotten and how far a clock jumped is seen by
// comparing before and after; the fault itself does not say it. Guarantees: as retold_faults.h.
// Does not: speak of a change that had no effect.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/server/server.h"
#include "sim/capsule/step_list.h"
#include "sim/disk/disk.h"
#include "sim/world/world.h"

namespace dp::sim {

// The name by which steps know a chat; none if nobody ever opened it.
using ChatNames = std::function<std::optional<std::string>(std::string_view id)>;

class RetoldChanges {
 public:
  RetoldChanges(StepList& steps, ChatNames chat_names)
      : steps_(steps), chat_names_(std::move(chat_names)) {}

  void observe(const TraceEvent& event, const World& world);
  // False: this kind changes nothing of the sort.
  bool strike(FaultKind kind, NodeId struck, const World& world);
  // Whether it was one that had not started.
  bool forget_clone(NodeId node) { return clones_.erase(node) > 0; }
  const std::string& unspeakable() const { return unspeakable_; }  // "" if all was told

 private:
  struct StruckSlot {
    std::size_t step = 0;
    std::string chat;
    server::SlotFacts before;
  };

  void retell_store(const TraceEvent& event, const World& world);
  void retell_rot(const TraceEvent& event, const World& world);
  void retell_clock(const TraceEvent& event);
  void retell_cache(const TraceEvent& event, const World& world);
  void settle_cache(const World& world);

  StepList& steps_;
  ChatNames chat_names_;
  std::string unspeakable_;
  std::map<NodeId, Disk::Rows> before_rot_;
  std::map<NodeId, Micros> wall_offset_us_;
  std::optional<NodeId> cloned_;  // whose store is being copied
  std::set<NodeId> clones_;       // not yet started for the first time
  std::optional<StruckSlot> struck_slot_;
};

}  // namespace dp::sim
