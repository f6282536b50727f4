// Which changes of which device are on their way: sent on the present connection and not answered.
// Private to sim/marks.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/marks/frame_fields.h"
#include "sim/trace/event.h"

namespace dp::sim {

struct Flight {
  std::string chat;
  Micros sent_us = 0;
};

class FlightLog {
 public:
  using Flights = std::map<std::string, Flight, std::less<>>;  // by change id

  static bool is_change(std::string_view type) {
    return type == "update_draft" || type == "delete_draft" || type == "sync_offline_changes" ||
           type == "chat_message_added";
  }
  // The ids of the changes of a frame, with their chats. A send goes by the id of its message.
  static std::vector<std::pair<std::string, std::string>> changes_of(std::string_view type,
                                                                     std::string_view frame) {
    std::vector<std::pair<std::string, std::string>> changes;
    if (type == "chat_message_added") {
      changes.emplace_back(text_field(frame, "message_id"), text_field(frame, "chat_id"));
    } else if (type != "sync_offline_changes") {
      changes.emplace_back(text_field(frame, "change_id"), text_field(frame, "chat_id"));
    } else {
      constexpr std::string_view kStart = "\"change_id\":";
      for (std::size_t at = frame.find(kStart); at != std::string_view::npos;
           at = frame.find(kStart, at + kStart.size())) {
        const std::string_view rest = frame.substr(at);
        changes.emplace_back(text_field(rest, "change_id"), text_field(rest, "chat_id"));
      }
    }
    return changes;
  }

  void observe(const TraceEvent& event) {
    if (!is_device(event.node)) return;
    Flights& flights = flights_[event.node];
    switch (event.kind) {
      case EventKind::frame_sent:
        if (!is_change(event.name)) return;
        for (auto& [change, chat] : changes_of(event.name, event.bytes)) {
          flights[change] = Flight{chat, event.time_us};
        }
        return;
      case EventKind::frame_came:
        if (event.name == "offline_sync_complete") {
          for (const auto& [change, chat] : changes_of("sync_offline_changes", event.bytes)) {
            flights.erase(change);
          }
          return;
        }
        for (const std::string_view field : {"change_id", "message_id"}) {
          const auto found = flights.find(text_field(event.bytes.substr(0, 400), field));
          if (found != flights.end()) flights.erase(found);
        }
        return;
      case EventKind::conn_closed:
      case EventKind::conn_opened:
      case EventKind::crash:
        flights.clear();
        return;
      default:
        return;
    }
  }

  const Flights& of(NodeId device) const {
    static const Flights kNone;
    const auto found = flights_.find(device);
    return found == flights_.end() ? kNone : found->second;
  }
  bool in_flight(NodeId device, std::string_view chat) const {
    for (const auto& [change, flight] : of(device)) {
      if (flight.chat == chat) return true;
    }
    return false;
  }

 private:
  std::map<NodeId, Flights> flights_;
};

}  // namespace dp::sim
