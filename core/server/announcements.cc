#include "core/server/announcements.h"

#include <utility>

#include "core/server/sessions.h"

namespace dp::server {

void announce_state(Turn& turn, const SlotKey& key, std::optional<ConnId> except,
                    const DraftRow& row) {
  if (row.deleted) {
    announce(turn, key.account, except, wire::DraftDeleted{key.chat, row.version, row.tombstone});
    return;
  }
  wire::ChatDraftUpdated frame;
  frame.chat_id = key.chat;
  frame.encrypted_draft_md = row.draft;
  frame.encrypted_draft_preview = row.preview;
  frame.draft_v = row.version;
  frame.last_edited_overall_timestamp = row.changed_wall_us / kSecond;
  announce(turn, key.account, except, frame);
}

wire::DraftConflict conflict_frame(const ChatId& chat, const StoredRef& current,
                                   std::optional<ChangeId> change) {
  wire::DraftConflict frame;
  frame.chat_id = chat;
  frame.change_id = std::move(change);
  if (!current) return frame;
  const DraftRow& row = current->row;
  frame.draft_v = row.version;
  frame.deleted = row.deleted;
  frame.encrypted_draft_md = row.draft;
  frame.encrypted_draft_preview = row.preview;
  frame.encrypted_tombstone = row.tombstone;
  return frame;
}

wire::ChatDetails details_frame(const ChatId& chat, const StoredRef& current, Version messages_v) {
  wire::ChatDetails frame;
  frame.chat_id = chat;
  frame.messages_v = messages_v;
  if (!current) return frame;
  const DraftRow& row = current->row;
  frame.cleared_draft_v = row.cleared_version;
  frame.encrypted_tombstone = row.tombstone;
  if (row.deleted) return frame;
  frame.draft_v = row.version;
  frame.encrypted_draft_md = row.draft;
  frame.encrypted_draft_preview = row.preview;
  return frame;
}

}  // namespace dp::server
