// The fields of each server frame, in the order the encoder writes them.
#include "core/vocabulary/bytes.h"
#include "core/wire/codec.h"
#include "core/wire/frame_names.h"
#include "core/wire/frame_shell.h"

namespace dp::wire {
namespace {

DraftUpdateReceipt read_draft_update_receipt(Fields& fields) {
  DraftUpdateReceipt frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.change_id = fields.optional_change_id("change_id");
  frame.draft_v = fields.number("draft_v");
  frame.success = fields.boolean("success");
  frame.superseded = fields.optional_boolean("superseded");
  return frame;
}

ChatDraftUpdated read_chat_draft_updated(Fields& fields) {
  ChatDraftUpdated frame;
  frame.chat_id = fields.chat_id("chat_id");
  {
    Fields data = fields.object("data");
    frame.encrypted_draft_md = data.nullable_text("encrypted_draft_md");
    frame.encrypted_draft_preview = data.nullable_text("encrypted_draft_preview");
  }
  Fields versions = fields.object("versions");
  frame.draft_v = versions.number("draft_v");
  frame.last_edited_overall_timestamp =
      static_cast<std::int64_t>(fields.number("last_edited_overall_timestamp"));
  return frame;
}

DraftConflict read_draft_conflict(Fields& fields) {
  DraftConflict frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.change_id = fields.optional_change_id("change_id");
  frame.draft_v = fields.number("draft_v");
  frame.deleted = fields.boolean("deleted");
  frame.encrypted_draft_md = fields.nullable_text("encrypted_draft_md");
  frame.encrypted_draft_preview = fields.nullable_text("encrypted_draft_preview");
  frame.encrypted_tombstone = fields.optional_nullable_text("encrypted_tombstone");
  return frame;
}

DraftDeleteReceipt read_draft_delete_receipt(Fields& fields) {
  DraftDeleteReceipt frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.change_id = fields.optional_change_id("change_id");
  frame.success = fields.boolean("success");
  frame.draft_v = fields.optional_number("draft_v");
  return frame;
}

DraftDeleted read_draft_deleted(Fields& fields) {
  DraftDeleted frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.draft_v = fields.optional_number("draft_v");
  frame.encrypted_tombstone = fields.optional_nullable_text("encrypted_tombstone");
  return frame;
}

std::vector<SlotVersion> read_versions(Fields& fields, std::string_view name) {
  std::vector<SlotVersion> versions;
  fields.each_member(name, [&versions](std::string_view key, const JsonNode& node) {
    const std::optional<ChatId> chat_id = ChatId::parse(key);
    if (!chat_id || node.kind != JsonKind::integer) return false;
    versions.push_back({*chat_id, node.number});
    return true;
  });
  return versions;
}

std::vector<SlotHash> read_hashes(Fields& fields, std::string_view name) {
  std::vector<SlotHash> hashes;
  fields.each_member(name, [&hashes](std::string_view key, const JsonNode& node) {
    const std::optional<ChatId> chat_id = ChatId::parse(key);
    if (!chat_id || node.kind != JsonKind::string) return false;
    const std::optional<Bytes> bytes = hex_decode(node.text);
    SlotHash slot;
    if (!bytes || bytes->size() != slot.hash.size()) return false;
    slot.chat_id = *chat_id;
    std::copy(bytes->begin(), bytes->end(), slot.hash.begin());
    hashes.push_back(slot);
    return true;
  });
  return hashes;
}

DraftVersionsResponse read_draft_versions_response(Fields& fields) {
  DraftVersionsResponse frame;
  frame.versions = read_versions(fields, "versions");
  frame.tombstone_versions = read_versions(fields, "tombstone_versions");
  if (fields.has("hashes")) frame.hashes = read_hashes(fields, "hashes");
  frame.unavailable_chat_ids = fields.chat_ids("unavailable_chat_ids");
  return frame;
}

ChatDetails read_chat_details(Fields& fields) {
  ChatDetails frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.draft_v = fields.number("draft_v");
  frame.cleared_draft_v = fields.number("cleared_draft_v");
  frame.messages_v = fields.number("messages_v");
  frame.encrypted_draft_md = fields.nullable_text("encrypted_draft_md");
  frame.encrypted_draft_preview = fields.nullable_text("encrypted_draft_preview");
  frame.encrypted_tombstone = fields.optional_nullable_text("encrypted_tombstone");
  return frame;
}

ChatMessageReceipt read_chat_message_receipt(Fields& fields) {
  ChatMessageReceipt frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.message_id = fields.message_id("message_id");
  frame.success = fields.boolean("success");
  return frame;
}

OfflineResult read_offline_result(Fields& item) {
  OfflineResult result;
  result.change_id = item.change_id("change_id");
  const std::string outcome = item.text("outcome");
  const auto found = std::find(kChangeOutcomeNames.begin(), kChangeOutcomeNames.end(), outcome);
  if (found == kChangeOutcomeNames.end()) {
    item.refuse("outcome");
  } else {
    result.outcome = static_cast<ChangeOutcome>(found - kChangeOutcomeNames.begin());
  }
  result.draft_v = item.number("draft_v");
  return result;
}

OfflineSyncComplete read_offline_sync_complete(Fields& fields) {
  OfflineSyncComplete frame;
  frame.processed = fields.number("processed");
  frame.conflicts = fields.number("conflicts");
  frame.errors = fields.number("errors");
  if (!fields.has("results")) return frame;
  fields.each_object("results", SIZE_MAX, [&frame](Fields& item) {
    frame.results.push_back(read_offline_result(item));
  });
  return frame;
}

InitialSyncResponse read_initial_sync_response(Fields& fields) {
  InitialSyncResponse frame;
  fields.each_object("chats", SIZE_MAX,
                     [&frame](Fields& item) { frame.chats.push_back(read_chat_details(item)); });
  frame.authoritative = fields.boolean("authoritative");
  frame.deleted_chat_ids = fields.chat_ids("deleted_chat_ids");
  frame.page_token = fields.optional_nullable_text("page_token");
  return frame;
}

ChatMessageReceived read_chat_message_received(Fields& fields) {
  ChatMessageReceived frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.message_id = fields.message_id("message_id");
  frame.encrypted_content = fields.text("encrypted_content");
  return frame;
}

ChatDeleted read_chat_deleted(Fields& fields) {
  return ChatDeleted{fields.chat_id("chat_id")};
}

ChatDeleteReceipt read_chat_delete_receipt(Fields& fields) {
  ChatDeleteReceipt frame;
  frame.chat_id = fields.chat_id("chat_id");
  frame.change_id = fields.optional_change_id("change_id");
  frame.success = fields.boolean("success");
  return frame;
}

ErrorFrame read_error(Fields& fields) {
  ErrorFrame frame;
  if (fields.has("code")) {
    const std::optional<ErrorCode> code = parse_error_code(fields.text("code"));
    if (!code) fields.refuse("code");
    frame.code = code.value_or(ErrorCode::internal);
  }
  frame.chat_id = fields.optional_chat_id("chat_id");
  frame.change_id = fields.optional_change_id("change_id");
  frame.message = fields.text("message");
  return frame;
}

Pong read_pong(Fields&) {
  return {};
}

constexpr FrameReaders<ServerFrame> kReaders = frame_readers<
    ServerFrame, read_draft_update_receipt, read_chat_draft_updated, read_draft_conflict,
    read_draft_delete_receipt, read_draft_deleted, read_draft_versions_response, read_chat_details,
    read_chat_message_receipt, read_offline_sync_complete, read_initial_sync_response,
    read_chat_message_received, read_chat_deleted, read_chat_delete_receipt, read_error, read_pong>(
    kServerFrameNames);

}  // namespace

std::expected<ServerFrame, DecodeError> decode_server_frame(std::string_view text,
                                                            const WireLimits& limits) {
  return decode_frame<ServerFrame>(text, limits, kReaders);
}

}  // namespace dp::wire
