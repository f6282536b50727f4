// The chat list: which chats there are, and what a user interface hears when that changes.
#include <utility>

#include "core/client/transition.h"
#include "core/draft/preview.h"

namespace dp::client {
namespace {

ChangeId draw_deletion_id(Random& random) {
  const std::array<std::uint8_t, 16> bytes = random.bytes16(Draw::change_id);
  return {hex_encode(bytes)};
}

}  // namespace

bool is_listed(const SlotRow& row) {
  return !row.gone && (row.has_messages || has_content(row.local));
}

ChatListEntry entry_of(const SlotRow& row) {
  ChatListEntry entry;
  entry.chat = row.chat;
  entry.has_draft = has_content(row.local);
  entry.draft_only = !row.has_messages;
  entry.copies = row.local ? row.local->copies.size() : 0;
  return entry;
}

void Transition::announce(const SlotRow& before, const SlotRow& after) {
  if (!same_draft(before.local, after.local)) {
    s_.previews.invalidate(after.chat);
    emit(PreviewInvalidated{after.chat});
    emit(DraftAnnounced{after.chat});
  }
  const bool listed = is_listed(after);
  if (listed != is_listed(before) || (listed && entry_of(before) != entry_of(after))) {
    emit(ChatListChanged{});
  }
}

// The server lists chats in an order of its own, which a draft never changes. Places already given
// are kept as long as they say the same. True if the list looks different now.
bool Transition::follow_listing(Slot& slot) {
  if (slot.row.gone) return false;
  const bool in_order = slot.rank > s_.link.listed_rank;
  if (!in_order) {
    slot.rank = ++s_.last_rank;
    slot.inputs.touch = true;
    enqueue(slot);
  }
  s_.link.listed_rank = slot.rank;
  return !in_order && is_listed(slot.row);
}

// The chat is gone. Text typed while that became durable goes to the archive in another turn.
void Transition::chat_gone(Slot& slot, const Staged& staged) {
  s_.link.awaiting.erase(slot.row.chat);
  s_.link.postponed.erase(slot.row.chat);
  slot.awaiting = false;
  slot.waiting.reset();
  slot.sent_messages.clear();
  slot.transmitted = false;
  set_timer(slot, &Slot::deadline_us, 0);
  maybe_replay();
  if (!s_.editor.shows(slot.row.chat)) return;
  const bool typed_since = staged.taken.gone_elsewhere && s_.editor.text != staged.expected;
  if (typed_since && !s_.editor.text.empty()) {
    slot.inputs.gone_elsewhere = true;
    s_.editor.basis = nullptr;
    s_.editor.basis_text.clear();
    return enqueue(slot);
  }
  const bool focused = s_.editor.focused;
  if (!s_.editor.text.empty()) emit(EditorReplaced{slot.row.chat, {}});
  s_.editor = Editor{};
  s_.editor.focused = focused;
}

void Transition::receive(const ChatDeletePressed& event) {
  Slot* slot = find(event.chat);
  if (slot == nullptr || slot->row.gone || slot->inputs.delete_requested || !s_.loaded) return;
  if (!s_.key) return notice(NoticeKind::key_missing, event.chat);
  if (s_.queued_changes >= s_.config.outbox_changes_max) {
    return notice(NoticeKind::outbox_full, event.chat);
  }
  slot->inputs.delete_requested = draw_deletion_id(env_.random);
  enqueue(*slot);
}

void Transition::receive(const PreviewsNeeded&) {
  s_.previews.drop_stale(now());
  if (!s_.key) return;  // locking took the previews away; drawing a list does not bring them back
  for (const auto& [chat, slot] : s_.slots) {
    if (slot.row.gone || !has_content(slot.row.local) || s_.previews.holds(chat, now())) continue;
    std::optional<std::string> preview = draft::preview_of(draft::text_of(*slot.row.local));
    if (preview) s_.previews.put(chat, std::move(*preview), now() + s_.config.preview_cache_us);
  }
}

}  // namespace dp::client
