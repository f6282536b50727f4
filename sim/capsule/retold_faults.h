// Faults of a generated run in the words of the scenario language.
//
// A fault of the network, a disk, a clock or a process has a verb. One that is drawn at a place (a
// write, an answer, a job, a frame) becomes a verb in force for the two microseconds around that
// place, so that it strikes there and nowhere else if the retold run gets there at the same time.
// Guarantees: a fault without words is named in unspeakable(). Does not: promise that a verb does
// exactly the same; the retold run is played, and only a failing one is kept.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "sim/capsule/retold_changes.h"
#include "sim/capsule/retold_jobs.h"
#include "sim/capsule/step_list.h"
#include "sim/world/world.h"

namespace dp::sim {

class RetoldFaults {
 public:
  RetoldFaults(StepList& steps, ChatNames chat_names);

  // Every event of the phase of faults, before its other words.
  void observe(const TraceEvent& event, const World& world);
  // A crash or a start that a verb brings by itself.
  bool is_told(const TraceEvent& event) const;
  // A copied device, asked at a start of it; the verb has started it already.
  bool is_first_of_a_clone(NodeId node);
  void retell_crash(const TraceEvent& event);

  // Kinds of faults; empty if all was told.
  std::set<std::string> unspeakable() const;

 private:
  struct Slow {  // what takes long: since when, and its step
    Micros since_us = 0;
    std::size_t step = 0;
  };
  struct Frame {
    std::string type;
    std::string text;
  };
  struct Flapping {
    Micros since_us = 0;
    Micros pause_us = 0;
  };
  // Effects performed and writes finished since time went on: what a counted crash counts.
  struct Instant {
    Micros time_us = -1;
    std::size_t checks = 0;
    bool booted = false;
  };

  void count_checks(const TraceEvent& event);
  void strike(const TraceEvent& event, const World& world);
  bool strike_network(FaultKind kind, Micros time_us, NodeId node, const TraceEvent& event);
  bool strike_frame(FaultKind kind, Micros time_us, NodeId node);
  bool strike_device(FaultKind kind, Micros time_us, NodeId node);
  bool strike_disk(FaultKind kind, Micros time_us, NodeId node);
  bool strike_server(FaultKind kind, Micros time_us);
  void end(const TraceEvent& event, const World& world);
  void end_flapping(NodeId node, Micros time_us);
  void verdict_for_all(Micros time_us, std::string_view verdict, const World& world);
  void retell_slow(std::map<NodeId, Slow>& slow, const TraceEvent& event, std::string_view verb);
  void retell_late_break(const TraceEvent& event, const World& world);
  void retell_corruption(const TraceEvent& event);

  StepList& steps_;
  RetoldChanges changes_;
  RetoldJobs jobs_;
  std::set<std::string> unspeakable_;
  std::map<NodeId, Instant> instants_;
  std::map<NodeId, Micros> crashing_us_;  // between two effects
  std::map<NodeId, Micros> replaced_us_;  // a store: the verb restarts the program by itself
  std::map<NodeId, Slow> slow_writes_;
  std::map<NodeId, Slow> slow_seals_;
  std::map<NodeId, Flapping> flapping_;
  std::map<NodeId, Slow> unstalled_;
  std::optional<Frame> sent_;              // the last one
  std::optional<std::size_t> corruption_;  // the step of one whose place is not known yet
  NodeId corrupted_;
};

}  // namespace dp::sim
