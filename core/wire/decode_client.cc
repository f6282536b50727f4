// The fields of each client frame, in the order the encoder writes them.
#include "core/wire/codec.h"
#include "core/wire/frame_names.h"
#include "core/wire/frame_shell.h"

namespace dp::wire {
namespace {

UpdateDraft read_update_draft(Fields& fields) {
  UpdateDraft frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.change_id = fields.optional_change_id("change_id");
  frame.base_version = fields.optional_number("base_version");
  frame.proposed_v = fields.optional_number("proposed_v");
  frame.encrypted_draft_md = fields.nullable_text("encrypted_draft_md");
  frame.encrypted_draft_preview = fields.maybe_text("encrypted_draft_preview");
  return frame;
}

// R28: `field` peers spell it either way. Two ids that differ name no chat.
ChatId chat_id_in_either_spelling(Fields& fields) {
  if (!fields.has("chatId")) return fields.chat_id("chat_id");
  const std::optional<ChatId> ours = fields.optional_chat_id("chat_id");
  const ChatId theirs = fields.chat_id("chatId");
  if (ours && *ours != theirs) fields.refuse("chatId");
  return theirs;
}

DeleteDraft read_delete_draft(Fields& fields) {
  DeleteDraft frame;
  frame.chat_id = chat_id_in_either_spelling(fields);
  frame.change_id = fields.optional_change_id("change_id");
  frame.base_version = fields.optional_number("base_version");
  frame.proposed_v = fields.optional_number("proposed_v");
  frame.encrypted_tombstone = fields.optional_nullable_text("encrypted_tombstone");
  return frame;
}

GetDraftVersions read_get_draft_versions(Fields& fields) {
  GetDraftVersions frame;
  fields.each_object("chats", kVersionsPageMax, [&frame](Fields& item) {
    ClaimedVersion claimed;
    claimed.chat_id = item.chat_id("chat_id");
    claimed.client_draft_v = item.number("client_draft_v");
    frame.chats.push_back(claimed);
  });
  return frame;
}

GetChatDetails read_get_chat_details(Fields& fields) {
  return GetChatDetails{fields.chat_id("chat_id")};
}

OfflineKind read_offline_kind(Fields& item) {
  const std::string name = item.text("type");
  for (std::size_t i = 0; i < kOfflineKindNames.size(); ++i) {
    if (kOfflineKindNames[i] == name) return static_cast<OfflineKind>(i);
  }
  item.refuse("type");
  return OfflineKind::draft;
}

OfflineChange read_offline_change(Fields& item) {
  OfflineChange change;
  change.change_id = item.change_id("change_id");
  change.chat_id = item.chat_id("chat_id");
  change.kind = read_offline_kind(item);
  change.version_before_edit = item.number("version_before_edit");
  change.proposed_v = item.optional_number("proposed_v");
  // A deletion has nothing to say here; a draft that omits its text says nothing at all.
  change.value = change.kind == OfflineKind::draft ? item.nullable_text("value")
                                                   : item.optional_nullable_text("value");
  change.encrypted_draft_preview = item.maybe_text("encrypted_draft_preview");
  change.encrypted_tombstone = item.optional_nullable_text("encrypted_tombstone");
  return change;
}

SyncOfflineChanges read_sync_offline_changes(Fields& fields) {
  SyncOfflineChanges frame;
  fields.each_object("changes", SIZE_MAX, [&frame](Fields& item) {
    frame.changes.push_back(read_offline_change(item));
  });
  return frame;
}

InitialSyncRequest read_initial_sync_request(Fields& fields) {
  InitialSyncRequest frame;
  fields.each_member("chat_versions", [&frame](std::string_view key, const JsonNode& node) {
    const std::optional<ChatId> chat_id = ChatId::parse(key);
    if (!chat_id || node.kind != JsonKind::integer) return false;
    frame.chat_versions.push_back({*chat_id, node.number});
    return true;
  });
  frame.page_token = fields.optional_nullable_text("page_token");
  return frame;
}

ChatMessageAdded read_chat_message_added(Fields& fields) {
  ChatMessageAdded frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.message_id = fields.message_id("message_id");
  frame.preserve_draft = fields.is_exactly_true("preserve_draft");
  frame.base_version = fields.optional_number("base_version");
  frame.proposed_v = fields.optional_number("proposed_v");
  frame.encrypted_content = fields.text("encrypted_content");
  frame.encrypted_tombstone = fields.optional_nullable_text("encrypted_tombstone");
  return frame;
}

DeleteChat read_delete_chat(Fields& fields) {
  DeleteChat frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.change_id = fields.optional_change_id("change_id");
  return frame;
}

Ping read_ping(Fields&) {
  return {};
}

constexpr FrameReaders<ClientFrame> kReaders =
    frame_readers<ClientFrame, read_update_draft, read_delete_draft, read_get_draft_versions,
                  read_get_chat_details, read_sync_offline_changes, read_initial_sync_request,
                  read_chat_message_added, read_delete_chat, read_ping>(kClientFrameNames);

}  // namespace

std::expected<ClientFrame, DecodeError> decode_client_frame(std::string_view text,
                                                            const WireLimits& limits) {
  return decode_frame<ClientFrame>(text, limits, kReaders);
}

}  // namespace dp::wire
