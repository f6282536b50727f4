// What expectations see of devices and of the server; see stage.h.
#include "core/client/words.h"
#include "core/server/database_table.h"
#include "sim/player/stage.h"

namespace dp::sim {
namespace {

Seen text_or_nothing(const std::optional<std::string>& text) {
  return text ? Seen(*text) : Seen();
}

Seen number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

Seen seen_in_view(const Stage& stage, const client::View& view, std::string_view what) {
  if (what == "editor") return view.editor_text;
  if (what == "chat") {
    return view.current_chat ? Seen(stage.chat_name(*view.current_chat)) : Seen();
  }
  if (what == "focused") return view.focused;
  if (what == "version") return number(view.draft_version);
  if (what == "unsaved") return view.unsaved_changes;
  if (what == "unsynced") return view.unsynced_changes;
  if (what == "too_long") return view.too_long;
  if (what == "last_saved") return text_or_nothing(view.last_saved_text);
  if (what == "connection") return std::string(client::word_of(view.connection));
  std::vector<std::string> chats;
  for (const client::ChatListEntry& entry : view.chats)
    chats.push_back(stage.chat_name(entry.chat));
  return chats;
}

std::vector<std::string> copy_texts(const client::SlotFacts* slot) {
  std::vector<std::string> out;
  if (slot == nullptr) return out;
  for (const draft::Copy& copy : slot->local.copies) out.push_back(draft::join_lines(copy.lines));
  return out;
}

Seen seen_of_chat(const Stage& stage, DeviceId device, std::string_view what, const ChatId& chat) {
  if (what == "previews") {
    return text_or_nothing(stage.world().cached_preview(device, chat));
  }
  if (what == "draft_only") {
    for (const client::ChatListEntry& entry : stage.world().view(device).chats) {
      if (entry.chat == chat) return entry.draft_only;
    }
    return false;
  }
  const std::vector<client::SlotFacts> slots = stage.world().slots(device);
  const client::SlotFacts* slot = nullptr;
  for (const client::SlotFacts& facts : slots) {
    if (facts.chat == chat) slot = &facts;
  }
  if (what == "drafts") {
    const bool nothing = slot == nullptr || slot->local.lines.empty();
    return nothing ? Seen() : Seen(draft::text_of(slot->local));
  }
  if (what == "versions") return number(slot == nullptr ? 0 : slot->base_version);
  if (what == "copies") return number(copy_texts(slot).size());
  if (what == "copy_texts") return copy_texts(slot);
  return slot != nullptr && slot->pending;
}

std::vector<std::string> archived_texts(const World& world, DeviceId device) {
  std::vector<std::string> out;
  for (const client::ArchivedText& text : world.archive(device)) {
    out.push_back(draft::join_lines(text.lines));
  }
  return out;
}

struct SlotOnServer {
  Version version = 0;
  bool deleted = false;
  Version row_version = 0;
  bool row_deleted = false;
};

SlotOnServer slot_on_server(const World& world, const server::SlotKey& key) {
  SlotOnServer out;
  const auto row = world.database().drafts().find(key);
  if (row != world.database().drafts().end()) {
    out.row_version = row->second.version;
    out.row_deleted = row->second.deleted;
    out.version = out.row_version;
    out.deleted = out.row_deleted;
  }
  if (world.server() == nullptr) return out;
  for (const server::SlotFacts& facts : world.server()->slots()) {
    if (facts.slot == key && facts.current >= out.version && facts.current > 0) {
      out.version = facts.current;
      out.deleted = facts.deleted;
    }
  }
  return out;
}

}  // namespace

Seen seen_on_device(const Stage& stage, DeviceId device, const Check& check) {
  const std::string_view what = check.spec->name;
  const NodeId node = node_of(device);
  const World& world = stage.world();
  if (check.chat) {
    const std::optional<ChatId> chat = stage.chat_id(*check.chat);
    // A chat nobody has begun has no draft, no copies and no version anywhere.
    return seen_of_chat(stage, device, what, chat.value_or(ChatId()));
  }
  if (what == "running") return world.power(device) == PowerState::running;
  if (what == "archive") return number(archived_texts(world, device).size());
  if (what == "archived_texts") return archived_texts(world, device);
  if (what == "notices") return stage.tally().notices(node, check.key);
  if (what == "sent") return stage.tally().sent(node, check.key);
  if (what == "received") return stage.tally().received(node, check.key);
  if (what == "last_received") {
    const std::string* frame = stage.tally().last_received(node, check.key);
    return frame == nullptr ? Seen() : Seen(*frame);
  }
  if (what == "writes") return stage.tally().writes(node);
  return seen_in_view(stage, world.view(device), what);
}

Seen seen_on_server(const Stage& stage, const Expectation& expectation, const Check& check) {
  const std::string_view what = check.spec->name;
  const World& world = stage.world();
  if (check.chat) {
    server::SlotKey key = stage.slot_key(*check.chat);
    if (expectation.account) key.account = world.account_id(*expectation.account);
    if (what == "messages") {
      const auto chat = world.database().chats().find(key.chat);
      const bool known = chat != world.database().chats().end();
      return number(known ? chat->second.messages_v : 0);
    }
    const SlotOnServer slot = slot_on_server(world, key);
    if (what == "versions") return number(slot.version);
    if (what == "deleted") return slot.deleted;
    if (what == "row_versions") return number(slot.row_version);
    return slot.row_deleted;
  }
  if (what == "running") return world.server_running();
  if (what == "rows") return number(world.database().drafts().size());
  if (what == "waiting_jobs") return number(world.queued_jobs());
  if (what == "sent") return stage.tally().sent(kServerNode, check.key);
  if (what == "received") return stage.tally().received(kServerNode, check.key);
  return number(world.server() == nullptr ? 0 : world.server()->connections());
}

}  // namespace dp::sim
