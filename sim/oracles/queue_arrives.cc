#include "sim/oracles/queue_arrives.h"

#include <algorithm>

#include "core/server/database.h"

namespace dp::sim {

const OracleCard& QueueArrives::card() const {
  static const OracleCard kCard{
      "queue_arrives",
      "A message or a chat's deletion that a device had queued has reached the database at "
      "quiescence, or the device said that it was refused or that the chat is gone.",
      "Queues of devices switched off for good or of stores wiped or put back, messages whose "
      "receipt was forged, field devices and foreign clients, what a restored backup took back.",
      {"CONV-02", "CONV-12", "R23", "R25", "R31", "R48", "R72"}};
  return kCard;
}

bool QueueArrives::applies(const World& world) const {
  return std::ranges::any_of(
      queued_, [&](const auto& entry) { return is_judged(world, entry.first, entry.second); });
}

void QueueArrives::look_at(DeviceId device, Micros time_us, const World& world) {
  if (world.client(device) == nullptr) return;
  const std::uint64_t revision = world.revision(device);
  const auto [seen, is_new] = seen_.emplace(device, revision);
  if (!is_new && std::exchange(seen->second, revision) == revision) return;
  for (const client::QueuedChange& one : world.queued(device)) {
    queued_.try_emplace({device, one.chat, one.id.value, one.deletes_chat}, Queued{time_us, false});
  }
}

void QueueArrives::applied(const server::Request& request) {
  if (const auto* message = std::get_if<server::StoreMessage>(&request)) {
    stored_.emplace(message->slot.chat, message->message.value);
  } else if (const auto* chat = std::get_if<server::DropChat>(&request)) {
    dropped_.insert(chat->slot.chat);
  }
}

// A receipt that the server did not send, or an end that did not come.
void QueueArrives::excuse_forged(DeviceId device, std::string_view frame) {
  const bool of_message = frame.contains("chat_message_receipt");
  const bool of_chat = frame.contains("chat_delete_receipt") || frame.contains("chat_deleted");
  if (!of_message && !of_chat) return;
  for (auto& [key, queued] : queued_) {
    if (key.device != device || key.deletes_chat != of_chat) continue;
    if (frame.contains(of_chat ? key.chat.text() : key.id)) queued.excused = true;
  }
}

void QueueArrives::excuse_told(DeviceId device, const ChatId& chat, bool of_deletions) {
  for (auto& [key, queued] : queued_) {
    if (key.device != device || key.chat != chat || key.deletes_chat != of_deletions) continue;
    queued.excused = true;
  }
}

void QueueArrives::observe(const TraceEvent& event, const World& world) {
  if (event.kind == EventKind::db_applied) {
    const auto* const* query = std::get_if<const server::Query*>(&event.detail);
    if (query != nullptr && *query != nullptr) applied((*query)->request);
    return;
  }
  if (!is_device(event.node)) return;
  const DeviceId device = device_of(event.node);
  look_at(device, event.time_us, world);
  if (event.kind == EventKind::frame_forged) return excuse_forged(device, event.bytes);
  if (event.kind != EventKind::notice) return;
  const auto kind = static_cast<client::NoticeKind>(event.number);
  const auto chat = ChatId::parse(event.bytes);
  if (!chat) return;
  if (kind == client::NoticeKind::chat_deleted_kept_text) excuse_told(device, *chat, false);
  if (kind == client::NoticeKind::not_synced_refused) {
    excuse_told(device, *chat, false);
    // Any other refusal of a deletion holds for one connection (DP-OUT-014).
    if (event.name == "chat_forbidden") excuse_told(device, *chat, true);
  }
}

bool QueueArrives::is_judged(const World& world, const Key& key, const Queued& queued) const {
  if (queued.excused || !world.is_healed(key.device)) return false;
  if (history_.store_was_replaced(key.device)) return false;
  return key.deletes_chat || !dropped_.contains(key.chat);  // messages go with their chat
}

void QueueArrives::at_quiescence(const World& world) {
  for (const auto& [key, queued] : queued_) {
    if (!is_judged(world, key, queued)) continue;
    compared();
    const bool arrived =
        key.deletes_chat ? dropped_.contains(key.chat) : stored_.contains({key.chat, key.id});
    if (arrived) continue;
    violated({.oracle = {},
              .site = key.deletes_chat ? "deletion_lost" : "message_lost",
              .detail = "what was queued never reached the server, and nobody was told",
              .time_us = queued.since_us,
              .node = node_of(key.device),
              .expected = key.deletes_chat ? "the chat deleted at the server"
                                           : "the message stored at the server",
              .seen = "nothing of it"});
  }
}

}  // namespace dp::sim
