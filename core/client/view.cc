// What can be observed of a client. Reading changes nothing.
#include <algorithm>

#include "core/client/client.h"
#include "core/client/transition.h"

namespace dp::client {
namespace {

const Slot* find_slot(const State& state, const std::optional<ChatId>& chat) {
  if (!chat) return nullptr;
  const auto at = state.slots.find(*chat);
  return at == state.slots.end() ? nullptr : &at->second;
}

Connection connection_of(const Link& link) {
  switch (link.phase) {
    case Link::Phase::down:
      return Connection::offline;
    case Link::Phase::connecting:
      return Connection::connecting;
    case Link::Phase::signed_out:
      return Connection::signed_out;
    case Link::Phase::open:
      break;
  }
  return link.replayed && link.listing_done ? Connection::online : Connection::reconciling;
}

bool has_unsaved(const Editor& editor, const Slot* slot) {
  if (!editor.is_open()) return false;
  if (slot != nullptr &&
      (!slot->inputs.ops.empty() || (slot->staged && !slot->staged->taken.ops.empty()))) {
    return true;
  }
  return !editor.artefact && editor.differs();
}

std::vector<ChatListEntry> chat_list(const State& state) {
  std::vector<const Slot*> listed;
  for (const auto& [chat, slot] : state.slots) {
    if (is_listed(slot.row)) listed.push_back(&slot);
  }
  std::ranges::stable_sort(listed, {}, &Slot::rank);
  std::vector<ChatListEntry> chats;
  chats.reserve(listed.size());
  for (const Slot* slot : listed) chats.push_back(entry_of(slot->row));
  std::ranges::stable_partition(chats, &ChatListEntry::has_draft);
  return chats;
}

std::string count(std::size_t number, const char* what) {
  return std::to_string(number) + what;
}

}  // namespace

View Client::view() const {
  const State& state = *state_;
  const Editor& editor = state.editor;
  const Slot* slot = find_slot(state, editor.is_open() ? editor.chat : std::nullopt);
  View view;
  // A composer's chat is published once its draft is durable (R53).
  const bool published = editor.mode == Editor::Mode::chat || (slot && slot->place.stamp != 0);
  if (editor.is_open() && published) view.current_chat = editor.chat;
  view.editor_text = editor.text;
  view.focused = editor.focused;
  view.unsaved_changes = has_unsaved(editor, slot);
  view.connection = connection_of(state.link);
  view.chats = chat_list(state);
  if (slot == nullptr) return view;
  const SlotRow& row = slot->row;
  const DraftRef& draft = effective(row);
  view.draft_version = row.base.version;
  view.unsynced_changes = !row.gone && (is_pending(row) || !row.sends.empty());
  view.too_long = slot->hold == Hold::too_long && same_draft(slot->held, draft);
  if (slot->place.stamp != 0 && draft) view.last_saved_text = draft::text_of(*draft);
  return view;
}

Connection Client::connection() const {
  return connection_of(state_->link);
}

std::vector<SlotFacts> Client::slots() const {
  std::vector<SlotFacts> facts;
  for (const auto& [chat, slot] : state_->slots) {
    const SlotRow& row = slot.row;
    if (slot.place.stamp == 0 || row.gone) continue;
    SlotFacts fact;
    fact.chat = chat;
    if (row.local) fact.local = *row.local;
    fact.pending = is_pending(row);
    fact.base_version = row.base.version;
    fact.base_hash = row.base.hash;
    fact.high_water = row.high_water;
    fact.fence = row.fence;
    fact.in_flight = row.in_flight.has_value();
    fact.known_to_server = row.base.version != 0 || row.high_water != 0;
    facts.push_back(std::move(fact));
  }
  return facts;
}

std::vector<SlotDraft> Client::drafts() const {
  std::vector<SlotDraft> drafts;
  for (const auto& [chat, slot] : state_->slots) {
    if (slot.place.stamp != 0 && !slot.row.gone) drafts.push_back({chat, slot.row.local});
  }
  return drafts;
}

std::vector<QueuedChange> Client::queued() const {
  std::vector<QueuedChange> queued;
  if (state_->queued_changes == 0) return queued;
  for (const auto& [chat, slot] : state_->slots) {
    for (const QueuedSend& send : slot.row.sends) {
      queued.push_back({chat, ChangeId{send.id.value}, false});
    }
    if (slot.row.deletion) queued.push_back({chat, *slot.row.deletion, true});
  }
  return queued;
}

std::uint64_t Client::revision() const {
  return state_->revision;
}

std::vector<ArchivedText> Client::archive() const {
  std::vector<ArchivedText> texts;
  for (const ArchiveRow& row : state_->archive) texts.push_back(row.text);
  return texts;
}

std::optional<std::string> Client::cached_preview(const ChatId& chat, Now now) const {
  return state_->previews.find(chat, now.monotonic_us);
}

std::string Client::pending() const {
  const State& state = *state_;
  const Link& link = state.link;
  if (state.editor.debounce_at_us) return "a pause in typing";
  if (state.turn) return "a turn at the cipher";
  if (state.writing) return "the store";
  if (state.store_retry_at_us) return "another try at the store";
  std::size_t unsaved = 0;
  std::size_t unsynced = 0;
  for (const auto& [chat, slot] : state.slots) {
    if (!slot.inputs.ops.empty()) ++unsaved;
    const bool waits = (is_pending(slot.row) && slot.hold == Hold::none) || slot.row.in_flight ||
                       !slot.row.sends.empty() || slot.row.deletion || slot.inputs.remote;
    if (waits && !slot.row.gone) ++unsynced;
    if (slot.row.gone && slot.row.deletion && !slot.deletion_refused) ++unsynced;
  }
  if (unsaved > 0 && !state.key) return "a key, to save " + count(unsaved, " drafts");
  if (!state.key || !state.loaded) return "";
  if (unsynced > 0 && !link.is_open()) return "a connection, for " + count(unsynced, " drafts");
  if (link.phase == Link::Phase::connecting) return "a connection";
  if (!link.is_open()) return "";
  if (!link.awaiting.empty()) return "state replies for " + count(link.awaiting.size(), " drafts");
  if (!link.postponed.empty()) {
    return "the server to find " + count(link.postponed.size(), " drafts");
  }
  if (!link.versions_answered || !link.listing_done) return "the server's listing";
  if (!link.listing_complete) return "the rest of the server's listing";
  if (unsynced > 0) return "receipts for " + count(unsynced, " drafts");
  return "";
}

}  // namespace dp::client
