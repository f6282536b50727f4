// Frames that lost a bit on their way to the server: what was sent, and what came in its place.
//
// A frame is sent, the fault is told, and what arrives in its place comes next; this puts the three
// events together again.
// Guarantees: each damage is told once, at the event of what arrives.
// Does not: see damage on the way down, or frames that a scenario rewrote without that fault.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/vocabulary/ids.h"
#include "sim/trace/event.h"
#include "sim/world/observer.h"

namespace dp::sim {

struct DamagedFrame {
  DeviceId sender;
  std::string sent;
  std::string arrives;

  // Every chat id that starts at a quotation mark, of what was sent and of what arrives.
  std::vector<ChatId> chats() const;
  // Where the two first differ.
  std::size_t position() const;
};

class DamagedFrames {
 public:
  std::optional<DamagedFrame> observe(const TraceEvent& event);

 private:
  std::string sent_;                // the frame that is on its way to the server,
  std::optional<DeviceId> sender_;  // from here,
  bool damaged_ = false;            // and a bit of it has been flipped
};

}  // namespace dp::sim
