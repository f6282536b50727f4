// What happened in a generated run until its faults ended, as the parts of a scenario file.
//
//   Retelling retelling(Delays::shortest);
//   options.watchers.push_back(&retelling);   // of a judged run
//   retelling.steps(), retelling.devices(plan), ...
//
// What people did becomes steps at the same times; faults are told by retold_faults.h; a frame that
// took longer than the shortest delay is held until it arrived.
// Guarantees: what could not be said is named in unspeakable(). Does not: play what it tells.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/capsule/retold_faults.h"
#include "sim/capsule/step_list.h"
#include "sim/runner/generated_run.h"
#include "sim/world/observer.h"
#include "sim/world/world.h"

namespace dp::sim {

// How long frames of the retold run take. `shortest` gives each the shortest delay there is, as the
// tape does where a decision was left out, and holds what took longer; `drawn` is the network of
// every day.
enum class Delays : std::uint8_t { shortest, drawn };

class Retelling : public Observer {
 public:
  explicit Retelling(Delays delays);
  void observe(const TraceEvent& event, const World& world) override;

  std::set<std::string> unspeakable() const;
  std::vector<ToldStep> steps() const { return steps_.in_order(); }
  Micros end_us() const { return end_us_; }
  // Members of the arrays of the file.
  std::string devices(const RunPlan& plan) const;
  std::string chats() const;
  // Those that recover at the end; "" if all of them do.
  std::string healed() const;

 private:
  struct Chat {
    ChatId id;
    std::size_t account = 0;
    bool composed = false;
  };

  void name_composed(const TraceEvent& event, const World& world);
  std::string chat_name(const ChatId& chat, std::size_t account);
  std::optional<std::string> known_chat(std::string_view id) const;
  void retell_person(const TraceEvent& event, const std::string& node, const World& world);
  void retell_lifecycle(const TraceEvent& event, const std::string& node);
  void retell_boot(const TraceEvent& event, const std::string& node, const World& world);
  void retell_arrival(const TraceEvent& event, const World& world);
  void end(const TraceEvent& event, const World& world);

  Delays delays_;
  StepList steps_;
  RetoldFaults faults_;
  std::map<DeviceId, std::size_t> account_of_;
  std::set<DeviceId> on_at_first_;
  std::set<NodeId> offline_;
  std::vector<Chat> chats_;
  std::set<std::string> unspeakable_;
  std::map<NodeId, std::size_t> composers_;  // without a chat so far: their steps
  std::map<std::uint64_t, NodeId> link_of_;  // whose each connection is
  std::map<NodeId, Micros> released_us_;     // held frames, the last time
  std::vector<DeviceId> lost_;               // switched off for good
  std::size_t devices_ = 0;
  Micros end_us_ = -1;
};

}  // namespace dp::sim
