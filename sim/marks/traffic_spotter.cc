// Connections as a device and the server see them, and what their frames say.
#include <map>
#include <set>
#include <string>

#include "sim/marks/flight_log.h"
#include "sim/marks/spotters.h"
#include "sim/network/link.h"
#include "sim/world/world.h"

namespace dp::sim {
namespace {

constexpr Micros kLongWaitUs = 15 * kSecond;
constexpr Micros kReceiptUs = 10 * kSecond;
constexpr Micros kCrossedUs = 100 * kMillisecond;

bool is_receipt(std::string_view type) {
  return type == "draft_update_receipt" || type == "draft_delete_receipt" ||
         type == "chat_message_receipt" || type == "offline_sync_complete";
}

class TrafficSpotter : public Observer {
 public:
  explicit TrafficSpotter(MarkSet& marks) : marks_(marks) {}

  void observe(const TraceEvent& event, const World& world) override {
    switch (event.kind) {
      case EventKind::conn_asked:
      case EventKind::conn_failed:
      case EventKind::conn_opened:
      case EventKind::conn_closed:
        connection(event);
        break;
      case EventKind::frame_sent:
        if (is_device(event.node)) device_sent(event);
        break;
      case EventKind::frame_came:
        if (is_device(event.node)) device_got(event, world);
        if (event.node == kServerNode) server_got(event);
        break;
      case EventKind::frame_lost:
        lost(event);
        break;
      default:
        break;
    }
    flights_.observe(event);
  }

 private:
  struct Peer {
    std::uint32_t failures = 0;
    std::optional<Micros> asked_us;
    Micros opened_us = 0;
    bool told_state = false;  // on this connection
    bool pinged = false;
    bool replaying = false;
    std::map<std::string, std::string> sent;  // change id to the frame, as long as unanswered
    std::set<std::string> lost_receipts;      // change ids
    std::set<std::string> lost_chats;
    std::set<std::string> in_conflict;      // chats
    std::map<std::string, int> conflicts;   // chat: in a row
    std::set<std::string> replayed;         // chats of the last replay
    std::set<std::string> messages;         // ids
    std::set<std::string> stored_messages;  // ids
  };

  void connection(const TraceEvent& event) {
    if (event.node == kServerNode) {
      if (event.kind == EventKind::conn_opened) {
        const NodeId device = device_of_link_[event.number];
        if (!server_links_[device].empty()) marks_.set(Mark::old_connection_outlived_by_the_new);
        server_links_[device].insert(event.number);
      } else if (event.kind == EventKind::conn_closed) {
        server_links_[device_of_link_[event.number]].erase(event.number);
      }
      return;
    }
    Peer& peer = peers_[event.node];
    if (event.kind == EventKind::conn_asked) {
      device_of_link_[event.number] = event.node;
      const bool slow = peer.asked_us && event.time_us - *peer.asked_us > kLongWaitUs;
      if (slow && peer.failures >= 4) marks_.set(Mark::reconnect_wait_above_15_seconds);
      peer.asked_us = event.time_us;
    } else if (event.kind == EventKind::conn_failed) {
      ++peer.failures;
      marks_.set(event.name == "server down" ? Mark::connection_tried_while_the_server_was_down
                                             : Mark::connection_refused);
    } else if (event.kind == EventKind::conn_opened) {
      if (peer.failures >= 3) marks_.set(Mark::connected_after_three_failures);
      peer.failures = 0;
      peer.opened_us = event.time_us;
      peer.told_state = false;
      peer.pinged = false;
      peer.replaying = false;
    } else {
      closed(event, peer);
    }
  }

  void closed(const TraceEvent& event, Peer& peer) {
    if (event.other == 1011) marks_.set(Mark::closed_authority_unavailable);
    if (event.other == 1012) marks_.set(Mark::closed_come_back);
    if (event.other == 1001) marks_.set(Mark::closed_going_away);
    const auto& flights = flights_.of(event.node);
    if (event.name == "closed by the device") {
      if (peer.pinged) marks_.set(Mark::closed_after_a_missed_pong);
      for (const auto& [change, flight] : flights) {
        if (event.time_us - flight.sent_us >= kReceiptUs) {
          marks_.set(Mark::closed_after_a_missed_receipt);
        }
      }
    }
    if (!flights.empty()) marks_.set(Mark::connection_lost_with_a_change_in_flight);
    if (event.time_us - peer.opened_us < kSecond) marks_.set(Mark::connection_lost_within_a_second);
    if (peer.replaying) marks_.set(Mark::offline_replay_cut_short);
    peer.replaying = false;
  }

  void device_sent(const TraceEvent& event) {
    Peer& peer = peers_[event.node];
    if (event.name == "ping") peer.pinged = true;
    if (event.name == "get_chat_details") marks_.set(Mark::details_fetched);
    if (event.name == "chat_message_added") {
      const std::string message(text_field(event.bytes, "message_id"));
      if (!peer.messages.insert(message).second) marks_.set(Mark::message_resent);
      marks_.set(says(event.bytes, "\"encrypted_tombstone\":\"")
                     ? Mark::message_sent_with_its_draft
                     : Mark::message_sent_without_a_draft);
    }
    if (!FlightLog::is_change(event.name)) return;
    const auto changes = FlightLog::changes_of(event.name, event.bytes);
    if (event.name == "sync_offline_changes") replay(event, peer, changes);
    if (number_field(event.bytes.substr(0, 400), "base_version") == 0) {
      marks_.set(Mark::first_change_of_a_slot);
    }
    const auto base = number_field(event.bytes.substr(0, 400), "base_version");
    const auto proposed = number_field(event.bytes.substr(0, 400), "proposed_v");
    if (base && proposed && *proposed > *base + 1) marks_.set(Mark::version_number_skipped);
    for (const auto& [change, chat] : changes) {
      const auto before = peer.sent.find(change);
      if (before != peer.sent.end() && before->second == event.bytes) {
        marks_.set(Mark::change_resent_byte_for_byte);
      }
      if (peer.lost_receipts.contains(change)) {
        marks_.set(Mark::receipt_lost_and_replayed);
      } else if (peer.lost_chats.contains(chat)) {
        marks_.set(Mark::receipt_lost_and_resealed);
      }
      peer.lost_chats.erase(chat);
      if (peer.in_conflict.erase(chat) > 0) marks_.set(Mark::uploaded_again_after_a_conflict);
      peer.sent[change] = std::string(event.bytes);
    }
  }

  void replay(const TraceEvent& event, Peer& peer,
              const std::vector<std::pair<std::string, std::string>>& changes) {
    marks_.set(Mark::offline_replay);
    if (changes.size() > 1) marks_.set(Mark::offline_replay_of_several);
    if (says(event.bytes, "\"type\":\"delete_draft\""))
      marks_.set(Mark::offline_replay_of_a_deletion);
    peer.replaying = true;
    peer.replayed.clear();
    for (const auto& [change, chat] : changes) peer.replayed.insert(chat);
  }

  void device_got(const TraceEvent& event, const World& world) {
    Peer& peer = peers_[event.node];
    const std::string_view head = event.bytes.substr(0, 600);
    const std::string chat(text_field(head, "chat_id"));
    if (event.name == "pong" && peer.pinged) {
      peer.pinged = false;
      marks_.set(Mark::ping_answered);
    } else if (event.name == "chat_draft_updated" || event.name == "draft_deleted") {
      broadcast(event, world, peer, chat);
    } else if (event.name == "draft_conflict") {
      conflict(event, peer, chat);
    } else if (is_receipt(event.name)) {
      receipt(event, peer, chat);
    } else if (event.name == "draft_versions_response") {
      peer.told_state = true;
      if (!says(event.bytes, "\"unavailable_chat_ids\":[]")) {
        marks_.set(Mark::state_reply_names_unavailable_slots);
      }
      if (!says(event.bytes, "\"tombstone_versions\":{}")) {
        marks_.set(Mark::state_reply_names_tombstones);
      }
    } else if (event.name == "initial_sync_response") {
      listing(event);
    } else if (event.name == "chat_details") {
      if (number_field(head, "draft_v") == 0) marks_.set(Mark::details_without_a_draft);
    } else if (event.name == "chat_message_received") {
      marks_.set(Mark::message_heard_elsewhere);
    } else if (event.name == "chat_deleted") {
      marks_.set(Mark::chat_deletion_heard_elsewhere);
    } else if (event.name == "error") {
      refused(text_field(head, "code"));
    }
  }

  void broadcast(const TraceEvent& event, const World& world, Peer& peer, const std::string& chat) {
    const bool deletion = event.name == "draft_deleted";
    if (deletion) marks_.set(Mark::deletion_broadcast);
    if (!peer.told_state) marks_.set(Mark::broadcast_before_the_state_reply);
    if (flights_.in_flight(event.node, chat)) marks_.set(Mark::broadcast_while_in_flight);
    if (peer.replayed.contains(chat)) {
      marks_.set(Mark::offline_replay_echoed);
      peer.replayed.erase(chat);
    }
    const client::View view = world.view(device_of(event.node));
    if (!view.focused || !view.unsaved_changes || !view.current_chat) return;
    if (view.current_chat->text() != chat) return;
    marks_.set(deletion ? Mark::deletion_broadcast_while_typing : Mark::broadcast_while_typing);
  }

  void conflict(const TraceEvent& event, Peer& peer, const std::string& chat) {
    marks_.set(Mark::conflict_answered);
    if (says(event.bytes, "\"deleted\":true")) marks_.set(Mark::conflict_with_a_deletion);
    if (++peer.conflicts[chat] >= 3) marks_.set(Mark::three_conflicts_in_a_row);
    peer.in_conflict.insert(chat);
    const std::string change(text_field(event.bytes.substr(0, 400), "change_id"));
    if (peer.stored_messages.contains(change) || peer.messages.contains(change)) {
      marks_.set(Mark::message_stored_but_its_draft_survived);
    }
    peer.sent.erase(change);
  }

  void receipt(const TraceEvent& event, Peer& peer, const std::string& chat) {
    if (event.name == "offline_sync_complete") {
      peer.replaying = false;
      if (number_field(event.bytes, "conflicts").value_or(0) > 0) {
        marks_.set(Mark::offline_replay_met_a_conflict);
      }
      if (number_field(event.bytes, "errors").value_or(0) > 0) {
        marks_.set(Mark::offline_replay_met_an_error);
      }
      return;
    }
    if (says(event.bytes, "\"superseded\":true")) marks_.set(Mark::change_superseded);
    if (event.name == "chat_message_receipt") {
      peer.stored_messages.insert(std::string(text_field(event.bytes, "message_id")));
      return;
    }
    peer.conflicts.erase(chat);
    peer.in_conflict.erase(chat);
    const std::string change(text_field(event.bytes, "change_id"));
    peer.sent.erase(change);
    peer.lost_receipts.erase(change);
  }

  void listing(const TraceEvent& event) {
    if (says(event.bytes, "\"authoritative\":false")) marks_.set(Mark::listing_not_complete);
    if (says(event.bytes, "\"page_token\":\"")) marks_.set(Mark::listing_in_pages);
    if (!says(event.bytes, "\"deleted_chat_ids\":[]"))
      marks_.set(Mark::listing_names_deleted_chats);
  }

  void refused(std::string_view code) {
    if (code == "chat_deleted") marks_.set(Mark::error_chat_deleted);
    if (code == "storage_unavailable") marks_.set(Mark::error_storage_unavailable);
    if (code == "ownership_unknown") marks_.set(Mark::error_ownership_unknown);
    if (code == "persistence_lagging") marks_.set(Mark::error_persistence_lagging);
    if (code == "version_invalid") marks_.set(Mark::error_version_invalid);
    if (code == "envelope_invalid") marks_.set(Mark::error_envelope_invalid);
    if (code == "invalid_frame" || code == "invalid_json" || code == "unknown_type") {
      marks_.set(Mark::error_invalid_frame_or_json);
    }
  }

  void server_got(const TraceEvent& event) {
    if (event.name != "update_draft" && event.name != "delete_draft") return;
    const std::string_view head = event.bytes.substr(0, 400);
    LastChange& last = last_change_[std::string(text_field(head, "chat_id"))];
    const auto base = number_field(head, "base_version");
    if (last.link != 0 && last.link != event.number) {
      if (event.time_us - last.time_us <= kCrossedUs)
        marks_.set(Mark::changes_crossed_within_100_ms);
      if (base && last.base == base) marks_.set(Mark::two_changes_on_one_base);
    }
    last = {event.number, event.time_us, base};
  }

  void lost(const TraceEvent& event) {
    const std::string_view type = frame_type(event.bytes);
    if (event.node == kServerNode) {
      if (FlightLog::is_change(type)) marks_.set(Mark::change_lost_on_its_way_up);
      return;
    }
    if (!is_device(event.node)) return;
    if (type == "chat_draft_updated" || type == "draft_deleted") marks_.set(Mark::broadcast_lost);
    if (type == "draft_conflict") marks_.set(Mark::conflict_lost);
    if (!is_receipt(type)) return;
    marks_.set(Mark::receipt_lost);
    Peer& peer = peers_[event.node];
    if (type == "offline_sync_complete") {
      for (const auto& [change, chat] :
           FlightLog::changes_of("sync_offline_changes", event.bytes)) {
        peer.lost_receipts.insert(change);
      }
      return;
    }
    const std::string_view id = type == "chat_message_receipt" ? "message_id" : "change_id";
    peer.lost_receipts.insert(std::string(text_field(event.bytes, id)));
    peer.lost_chats.insert(std::string(text_field(event.bytes, "chat_id")));
  }

  struct LastChange {
    std::uint64_t link = 0;
    Micros time_us = 0;
    std::optional<std::uint64_t> base;
  };

  MarkSet& marks_;
  std::map<NodeId, Peer> peers_;
  std::map<std::uint64_t, NodeId> device_of_link_;
  std::map<NodeId, std::set<std::uint64_t>> server_links_;
  std::map<std::string, LastChange> last_change_;
  FlightLog flights_;
};

}  // namespace

std::unique_ptr<Observer> traffic_spotter(MarkSet& marks) {
  return std::make_unique<TrafficSpotter>(marks);
}

}  // namespace dp::sim
