// The last things that happened before a failure, as lines a person can follow.
//
// A failed run is played once more with a narrator attached, so that runs that pass pay nothing.
// Lifetime: attached to one world for one run; refers to the stage for names.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/player/stage.h"
#include "sim/world/observer.h"

namespace dp::sim {

class Narrator : public Observer {
 public:
  // Keeps the lines of events up to and including `last_sequence`.
  Narrator(const Stage& stage, std::uint64_t last_sequence)
      : stage_(stage), last_sequence_(last_sequence) {}

  void observe(const TraceEvent& event, const World& world) override;
  std::vector<std::string> lines() const { return {lines_.begin(), lines_.end()}; }

 private:
  const Stage& stage_;
  std::uint64_t last_sequence_;
  std::deque<std::string> lines_;
};

}  // namespace dp::sim
