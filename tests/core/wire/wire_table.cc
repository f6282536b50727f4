#include "tests/core/wire/wire_table.h"

namespace dp::wire {
namespace {

#define CHAT_A "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
#define CHAT_B "ffffffff-ffff-4fff-bfff-ffffffffffff"
#define HASH_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

std::vector<FrameRow> client_rows() {
  using enum Accepts;
  return {
      {true,
       "update_draft",
       R"({"type":"update_draft","payload":{"chat_id":")" CHAT_A
       R"(","change_id":"c-1","base_version":4,"proposed_v":5,"encrypted_draft_md":"RFNFMQ==",)"
       R"("encrypted_draft_preview":"UFJFVg=="}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/change_id", "payload.change_id", optional_opaque_name},
        {"/payload/base_version", "payload.base_version", optional_number},
        {"/payload/proposed_v", "payload.proposed_v", optional_number},
        {"/payload/encrypted_draft_md", "payload.encrypted_draft_md", nullable_text},
        {"/payload/encrypted_draft_preview", "payload.encrypted_draft_preview",
         optional_nullable_text}}},
      {true,
       "delete_draft",
       R"({"type":"delete_draft","payload":{"chat_id":")" CHAT_A
       R"(","change_id":"c-2","base_version":5,"proposed_v":6,"encrypted_tombstone":"VE9NQg=="}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/change_id", "payload.change_id", optional_opaque_name},
        {"/payload/base_version", "payload.base_version", optional_number},
        {"/payload/proposed_v", "payload.proposed_v", optional_number},
        {"/payload/encrypted_tombstone", "payload.encrypted_tombstone", optional_nullable_text}}},
      {true,
       "get_draft_versions",
       R"({"type":"get_draft_versions","payload":{"chats":[{"chat_id":")" CHAT_A
       R"(","client_draft_v":0},{"chat_id":")" CHAT_B R"(","client_draft_v":9007199254740991}]}})",
       {{"/payload", "payload", object},
        {"/payload/chats", "payload.chats", array},
        {"/payload/chats/0", "payload.chats[0]", object},
        {"/payload/chats/0/chat_id", "payload.chats[0].chat_id", chat_id},
        {"/payload/chats/0/client_draft_v", "payload.chats[0].client_draft_v", number},
        {"/payload/chats/1", "payload.chats[1]", object},
        {"/payload/chats/1/chat_id", "payload.chats[1].chat_id", chat_id},
        {"/payload/chats/1/client_draft_v", "payload.chats[1].client_draft_v", number}}},
      {true,
       "get_chat_details",
       R"({"type":"get_chat_details","payload":{"chat_id":")" CHAT_A R"("}})",
       {{"/payload", "payload", object}, {"/payload/chat_id", "payload.chat_id", chat_id}}},
      {true,
       "sync_offline_changes",
       R"({"type":"sync_offline_changes","payload":{"changes":[)"
       R"({"change_id":"c-1","chat_id":")" CHAT_A
       R"(","type":"draft","version_before_edit":3,"proposed_v":4,"value":"RFNFMQ==",)"
       R"("encrypted_draft_preview":"UFJFVg==","encrypted_tombstone":"VE9NQg=="},)"
       R"({"change_id":"c-2","chat_id":")" CHAT_B
       R"(","type":"delete_draft","version_before_edit":7,"value":null}]}})",
       {{"/payload", "payload", object},
        {"/payload/changes", "payload.changes", array},
        {"/payload/changes/0", "payload.changes[0]", object},
        {"/payload/changes/0/change_id", "payload.changes[0].change_id", opaque_name},
        {"/payload/changes/0/chat_id", "payload.changes[0].chat_id", chat_id},
        {"/payload/changes/0/type", "payload.changes[0].type", kind_name},
        {"/payload/changes/0/version_before_edit", "payload.changes[0].version_before_edit",
         number},
        {"/payload/changes/0/proposed_v", "payload.changes[0].proposed_v", optional_number},
        {"/payload/changes/0/value", "payload.changes[0].value", nullable_text},
        {"/payload/changes/0/encrypted_draft_preview", "payload.changes[0].encrypted_draft_preview",
         optional_nullable_text},
        {"/payload/changes/0/encrypted_tombstone", "payload.changes[0].encrypted_tombstone",
         optional_nullable_text},
        {"/payload/changes/1", "payload.changes[1]", object},
        {"/payload/changes/1/change_id", "payload.changes[1].change_id", opaque_name},
        {"/payload/changes/1/chat_id", "payload.changes[1].chat_id", chat_id},
        // null.
        {"/payload/changes/1/type", "payload.changes[1].type", kind_name},
        {"/payload/changes/1/version_before_edit", "payload.changes[1].version_before_edit",
         number},
        {"/payload/changes/1/value", "payload.changes[1].value", optional_nullable_text}}},
      {true,
       "initial_sync_request",
       R"({"type":"initial_sync_request","payload":{"chat_versions":{")" CHAT_A R"(":3,")" CHAT_B
       R"(":0},"page_token":"p 2"}})",
       {{"/payload", "payload", object},
        {"/payload/chat_versions", "payload.chat_versions", object},
        {"/payload/chat_versions/" CHAT_A, "payload.chat_versions[0]", number_in_map},
        {"/payload/chat_versions/" CHAT_B, "payload.chat_versions[1]", number_in_map},
        {"/payload/page_token", "payload.page_token", optional_nullable_text}}},
      {true,
       "chat_message_added",
       R"({"type":"chat_message_added","payload":{"chat_id":")" CHAT_A
       R"(","message_id":"m_1","preserve_draft":true,"base_version":1,"proposed_v":2,)"
       R"("encrypted_content":"Q09OVA==","encrypted_tombstone":"VE9NQg=="}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/message_id", "payload.message_id", opaque_name},
        {"/payload/preserve_draft", "payload.preserve_draft", anything},
        {"/payload/base_version", "payload.base_version", optional_number},
        {"/payload/proposed_v", "payload.proposed_v", optional_number},
        {"/payload/encrypted_content", "payload.encrypted_content", text},
        {"/payload/encrypted_tombstone", "payload.encrypted_tombstone", optional_nullable_text}}},
      {true,
       "delete_chat",
       R"({"type":"delete_chat","payload":{"chat_id":")" CHAT_A R"(","change_id":"c-3"}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/change_id", "payload.change_id", optional_opaque_name}}},
      {true, "ping", R"({"type":"ping"})", {}},
  };
}

std::vector<FrameRow> server_draft_rows() {
  using enum Accepts;
  return {
      {false,
       "draft_update_receipt",
       R"({"type":"draft_update_receipt","payload":{"chat_id":")" CHAT_A
       R"(","change_id":"c-1","draft_v":5,"success":true,"superseded":true}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/change_id", "payload.change_id", optional_opaque_name},
        {"/payload/draft_v", "payload.draft_v", number},
        {"/payload/success", "payload.success", boolean},
        {"/payload/superseded", "payload.superseded", optional_boolean}}},
      {false,
       "chat_draft_updated",
       R"({"event":"chat_draft_updated","chat_id":")" CHAT_A
       R"(","data":{"encrypted_draft_md":"RFNFMQ==","encrypted_draft_preview":null},)"
       R"("versions":{"draft_v":5},"last_edited_overall_timestamp":1700000000})",
       {{"/chat_id", "chat_id", chat_id},
        {"/data", "data", object},
        {"/data/encrypted_draft_md", "data.encrypted_draft_md", nullable_text},
        {"/data/encrypted_draft_preview", "data.encrypted_draft_preview", nullable_text},
        {"/versions", "versions", object},
        {"/versions/draft_v", "versions.draft_v", number},
        {"/last_edited_overall_timestamp", "last_edited_overall_timestamp", number}}},
      {false,
       "draft_conflict",
       R"({"type":"draft_conflict","payload":{"chat_id":")" CHAT_A
       R"(","change_id":"c-1","draft_v":6,"deleted":true,"encrypted_draft_md":null,)"
       R"("encrypted_draft_preview":null,"encrypted_tombstone":"VE9NQg=="}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/change_id", "payload.change_id", optional_opaque_name},
        {"/payload/draft_v", "payload.draft_v", number},
        {"/payload/deleted", "payload.deleted", boolean},
        {"/payload/encrypted_draft_md", "payload.encrypted_draft_md", nullable_text},
        {"/payload/encrypted_draft_preview", "payload.encrypted_draft_preview", nullable_text},
        {"/payload/encrypted_tombstone", "payload.encrypted_tombstone", optional_nullable_text}}},
      {false,
       "draft_delete_receipt",
       R"({"type":"draft_delete_receipt","payload":{"chat_id":")" CHAT_A
       R"(","change_id":"m_1","success":true,"draft_v":6}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/change_id", "payload.change_id", optional_opaque_name},
        {"/payload/success", "payload.success", boolean},
        {"/payload/draft_v", "payload.draft_v", optional_number}}},
      {false,
       "draft_deleted",
       R"({"type":"draft_deleted","payload":{"chat_id":")" CHAT_A
       R"(","draft_v":6,"encrypted_tombstone":"VE9NQg=="}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/draft_v", "payload.draft_v", optional_number},
        {"/payload/encrypted_tombstone", "payload.encrypted_tombstone", optional_nullable_text}}},
      {false,
       "draft_versions_response",
       R"({"type":"draft_versions_response","payload":{"versions":{")" CHAT_A R"(":5,")" CHAT_B
       R"(":0},"tombstone_versions":{")" CHAT_B R"(":8},"hashes":{")" CHAT_A R"(":")" HASH_A
       R"("},"unavailable_chat_ids":[")" CHAT_B R"("]}})",
       {{"/payload", "payload", object},
        {"/payload/versions", "payload.versions", object},
        {"/payload/versions/" CHAT_A, "payload.versions[0]", number_in_map},
        {"/payload/versions/" CHAT_B, "payload.versions[1]", number_in_map},
        {"/payload/tombstone_versions", "payload.tombstone_versions", object},
        {"/payload/tombstone_versions/" CHAT_B, "payload.tombstone_versions[0]", number_in_map},
        {"/payload/hashes", "payload.hashes", optional_object},
        {"/payload/hashes/" CHAT_A, "payload.hashes[0]", hash_in_map},
        {"/payload/unavailable_chat_ids", "payload.unavailable_chat_ids", array},
        {"/payload/unavailable_chat_ids/0", "payload.unavailable_chat_ids[0]", chat_id_in_array}}},
      {false,
       "chat_details",
       R"({"type":"chat_details","payload":{"chat_id":")" CHAT_A
       R"(","draft_v":5,"cleared_draft_v":4,"messages_v":2,"encrypted_draft_md":"RFNFMQ==",)"
       R"("encrypted_draft_preview":"UFJFVg==","encrypted_tombstone":null}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/draft_v", "payload.draft_v", number},
        {"/payload/cleared_draft_v", "payload.cleared_draft_v", number},
        {"/payload/messages_v", "payload.messages_v", number},
        {"/payload/encrypted_draft_md", "payload.encrypted_draft_md", nullable_text},
        {"/payload/encrypted_draft_preview", "payload.encrypted_draft_preview", nullable_text},
        {"/payload/encrypted_tombstone", "payload.encrypted_tombstone", optional_nullable_text}}},
  };
}

std::vector<FrameRow> server_chat_rows() {
  using enum Accepts;
  return {
      {false,
       "chat_message_receipt",
       R"({"type":"chat_message_receipt","payload":{"chat_id":")" CHAT_A
       R"(","message_id":"m_1","success":true}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/message_id", "payload.message_id", opaque_name},
        {"/payload/success", "payload.success", boolean}}},
      {false,
       "offline_sync_complete",
       R"({"type":"offline_sync_complete","payload":{"processed":3,"conflicts":1,"errors":1,)"
       R"("results":[{"change_id":"c-1","outcome":"conflict","draft_v":6}]}})",
       {{"/payload", "payload", object},
        {"/payload/processed", "payload.processed", number},
        {"/payload/conflicts", "payload.conflicts", number},
        {"/payload/errors", "payload.errors", number},
        {"/payload/results", "payload.results", optional_array},
        {"/payload/results/0", "payload.results[0]", object},
        {"/payload/results/0/change_id", "payload.results[0].change_id", opaque_name},
        {"/payload/results/0/outcome", "payload.results[0].outcome", outcome_name},
        {"/payload/results/0/draft_v", "payload.results[0].draft_v", number}}},
      {false,
       "initial_sync_response",
       R"({"type":"initial_sync_response","payload":{"chats":[{"chat_id":")" CHAT_A
       R"(","draft_v":0,"cleared_draft_v":4,"messages_v":2,"encrypted_draft_md":null,)"
       R"("encrypted_draft_preview":null,"encrypted_tombstone":"VE9NQg=="}],"authoritative":false,)"
       R"("deleted_chat_ids":[")" CHAT_B R"("],"page_token":"p3"}})",
       {{"/payload", "payload", object},
        {"/payload/chats", "payload.chats", array},
        {"/payload/chats/0", "payload.chats[0]", object},
        {"/payload/chats/0/chat_id", "payload.chats[0].chat_id", chat_id},
        {"/payload/chats/0/draft_v", "payload.chats[0].draft_v", number},
        {"/payload/chats/0/cleared_draft_v", "payload.chats[0].cleared_draft_v", number},
        {"/payload/chats/0/messages_v", "payload.chats[0].messages_v", number},
        {"/payload/chats/0/encrypted_draft_md", "payload.chats[0].encrypted_draft_md",
         nullable_text},
        {"/payload/chats/0/encrypted_draft_preview", "payload.chats[0].encrypted_draft_preview",
         nullable_text},
        {"/payload/chats/0/encrypted_tombstone", "payload.chats[0].encrypted_tombstone",
         optional_nullable_text},
        {"/payload/authoritative", "payload.authoritative", boolean},
        {"/payload/deleted_chat_ids", "payload.deleted_chat_ids", array},
        {"/payload/deleted_chat_ids/0", "payload.deleted_chat_ids[0]", chat_id_in_array},
        {"/payload/page_token", "payload.page_token", optional_nullable_text}}},
      {false,
       "chat_message_received",
       R"({"type":"chat_message_received","payload":{"chat_id":")" CHAT_A
       R"(","message_id":"m_1","encrypted_content":"Q09OVA=="}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/message_id", "payload.message_id", opaque_name},
        {"/payload/encrypted_content", "payload.encrypted_content", text}}},
      {false,
       "chat_deleted",
       R"({"type":"chat_deleted","payload":{"chat_id":")" CHAT_A R"("}})",
       {{"/payload", "payload", object}, {"/payload/chat_id", "payload.chat_id", chat_id}}},
      {false,
       "chat_delete_receipt",
       R"({"type":"chat_delete_receipt","payload":{"chat_id":")" CHAT_A
       R"(","change_id":"c-3","success":true}})",
       {{"/payload", "payload", object},
        {"/payload/chat_id", "payload.chat_id", chat_id},
        {"/payload/change_id", "payload.change_id", optional_opaque_name},
        {"/payload/success", "payload.success", boolean}}},
      {false,
       "error",
       R"({"type":"error","payload":{"code":"draft_too_long","chat_id":")" CHAT_A
       R"(","change_id":"c-1","message":"The draft exceeds the length limit."}})",
       {{"/payload", "payload", object},
        {"/payload/code", "payload.code", optional_error_code},
        {"/payload/chat_id", "payload.chat_id", optional_chat_id},
        {"/payload/change_id", "payload.change_id", optional_opaque_name},
        {"/payload/message", "payload.message", text}}},
      {false, "pong", R"({"type":"pong"})", {}},
  };
}

#undef CHAT_A
#undef CHAT_B
#undef HASH_A

}  // namespace

const std::vector<FrameRow>& wire_table() {
  static const std::vector<FrameRow> table = [] {
    std::vector<FrameRow> rows = client_rows();
    for (auto& row : server_draft_rows()) rows.push_back(row);
    for (auto& row : server_chat_rows()) rows.push_back(row);
    return rows;
  }();
  return table;
}

}  // namespace dp::wire
