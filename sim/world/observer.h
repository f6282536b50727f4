// Whoever wants to see every event of a world as it happens: oracles, statistics, a live printer.
//
// Lifetime: observers belong to the caller and must outlive their attachment; a copied world has
// none. They are called in the order they were attached, after the world has changed. Events of the
// cipher seam happen inside a step of the node that calls it: what the world shows of that node's
// core during such an event is the state before the step.
#pragma once

#include "sim/trace/event.h"

namespace dp::sim {

class World;

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void observe(const TraceEvent& event, const World& world) = 0;

 protected:
  Observer() = default;
  Observer(const Observer&) = default;
  Observer& operator=(const Observer&) = default;
};

}  // namespace dp::sim
