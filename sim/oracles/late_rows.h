// Rows that a server process asked for, died, and that landed under its successor.
//
// A request that has left the server process belongs to the database, and there is no fence between
// two processes (docs/architecture.md): such a row may appear in the table after its successor has
// told the devices that came back what the table held before, and the successor has no way to know.
// A sealed device compares the chats that it knows from time to time and finds it there; of a chat
// that it does not know, and in the field dialect of any, it hears when it connects, so until then
// nobody can hold it against anybody that it has not heard.
// Does not: say whether a row is still there, or who knows its chat.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>

#include "sim/trace/event.h"

namespace dp::sim {

class LateRows {
 public:
  void observe(const TraceEvent& event);
  // True if this row landed late, and the device has been connected without a break since before.
  bool is_unheard(const server::DraftRow& row, DeviceId device) const;

 private:
  struct Name {
    server::SlotKey slot;
    Version version = 0;
    Micros changed_wall_us = 0;
    auto operator<=>(const Name&) const = default;
  };
  static Name name_of(const server::DraftRow& row);

  std::set<Name> asked_;         // by the living process
  std::set<Name> asked_before_;  // by processes that died
  std::set<Name> in_time_;       // landed while the process that asked was alive
  std::map<Name, std::uint64_t> landed_;
  std::map<NodeId, std::uint64_t> connected_;  // since which event
};

}  // namespace dp::sim
