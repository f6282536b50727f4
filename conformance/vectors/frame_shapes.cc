#include "conformance/vectors/frame_shapes.h"

namespace dp::vectors {
namespace {

using enum FieldKind;

constexpr const char* kChat = "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d";
constexpr const char* kOtherChat = "00000000-0000-4000-8000-000000000000";
constexpr const char* kHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

FieldShape chat() {
  return {"chat_id", chat_id, Absence::refused, kChat};
}
FieldShape change(bool required = false) {
  return {"change_id", name, required ? Absence::refused : Absence::fine, "c-1"};
}
FieldShape optional(std::string_view field, FieldKind kind, Json example) {
  return {field, kind, Absence::fine, std::move(example)};
}
FieldShape required(std::string_view field, FieldKind kind, Json example) {
  return {field, kind, Absence::refused, std::move(example)};
}
// Section 3.1 lets a receiver choose.
FieldShape either(std::string_view field, FieldKind kind, Json example) {
  return {field, kind, Absence::either, std::move(example)};
}

std::vector<FieldShape> details() {
  return {chat(),
          required("draft_v", number, 3),
          required("encrypted_draft_md", text_or_null, "RFNFMQ=="),
          required("encrypted_draft_preview", text_or_null, nullptr),
          either("encrypted_tombstone", text_or_null, nullptr),
          required("cleared_draft_v", number, 0),
          required("messages_v", number, 2)};
}

// What stands beside the list or object that `path` names.
Json around(std::string_view type) {
  if (type == "chat_draft_updated") {
    return {{"chat_id", kChat},
            {"data", {{"encrypted_draft_md", "QQ=="}, {"encrypted_draft_preview", nullptr}}},
            {"versions", {{"draft_v", 4}}},
            {"last_edited_overall_timestamp", 1767225600}};
  }
  if (type == "offline_sync_complete") {
    return {{"processed", 1}, {"conflicts", 0}, {"errors", 0}, {"results", Json::array()}};
  }
  if (type == "initial_sync_response") {
    return {{"chats", Json::array()},
            {"authoritative", true},
            {"deleted_chat_ids", Json::array({kOtherChat})}};
  }
  return Json::object();
}

}  // namespace

const std::vector<FrameShape>& client_frames() {
  static const std::vector<FrameShape> kAll = {
      {"update_draft",
       "",
       {chat(), required("encrypted_draft_md", text_or_null, "RFNFMQ=="),
        optional("encrypted_draft_preview", text_or_null, "RFNFMQ=="),
        optional("base_version", number, 3), optional("proposed_v", number, 4), change()}},
      {"delete_draft",
       "",
       {chat(), optional("base_version", number, 3), optional("proposed_v", number, 4), change(),
        optional("encrypted_tombstone", lenient_text, "RFNFMQ==")}},
      {"get_draft_versions", "chats", {chat(), required("client_draft_v", number, 7)}},
      {"get_chat_details", "", {chat()}},
      {"sync_offline_changes",
       "changes",
       {change(true), chat(), required("type", text, "draft"),
        required("value", text_or_null, "RFNFMQ=="), required("version_before_edit", number, 3),
        optional("proposed_v", number, 4),
        optional("encrypted_draft_preview", text_or_null, nullptr),
        optional("encrypted_tombstone", lenient_text, "RFNFMQ==")}},
      {"initial_sync_request",
       "",
       {required("chat_versions", object, {{kChat, 3}}),
        optional("page_token", lenient_name, "p-2")}},
      {"chat_message_added",
       "",
       {chat(), required("message_id", name, "m-1"), required("encrypted_content", text, "QQ=="),
        optional("preserve_draft", anything, true), optional("base_version", number, 3),
        optional("proposed_v", number, 4),
        optional("encrypted_tombstone", lenient_text, "RFNFMQ==")}},
      {"delete_chat", "", {chat(), change()}},
      {"ping", "", {}},
  };
  return kAll;
}

const std::vector<FrameShape>& server_frames() {
  static const std::vector<FrameShape> kAll = {
      {"draft_update_receipt",
       "",
       {chat(), required("draft_v", number, 4), required("success", only_true, true),
        optional("superseded", only_true, true), change()}},
      {"chat_draft_updated",
       "",
       {chat(), required("data", object, nullptr), required("versions", object, nullptr),
        required("last_edited_overall_timestamp", number, 1767225600)}},
      {"chat_draft_updated",
       "data",
       {required("encrypted_draft_md", text_or_null, "QQ=="),
        required("encrypted_draft_preview", text_or_null, nullptr)}},
      {"chat_draft_updated", "versions", {required("draft_v", number, 4)}},
      {"draft_conflict",
       "",
       {chat(), required("draft_v", number, 4),
        required("encrypted_draft_md", text_or_null, "QQ=="),
        required("encrypted_draft_preview", text_or_null, nullptr),
        either("encrypted_tombstone", text_or_null, nullptr), required("deleted", flag, false),
        change()}},
      {"draft_delete_receipt",
       "",
       {chat(), required("success", flag, true), optional("draft_v", number, 5), change()}},
      {"draft_deleted",
       "",
       {chat(), either("draft_v", number, 5),
        optional("encrypted_tombstone", lenient_text, "QQ==")}},
      {"draft_versions_response",
       "",
       {required("versions", object, {{kChat, 3}}),
        required("tombstone_versions", object, {{kChat, 2}}),
        either("hashes", object, {{kChat, kHash}}),
        required("unavailable_chat_ids", list, Json::array({kOtherChat}))}},
      {"chat_details", "", details()},
      {"chat_message_receipt",
       "",
       {chat(), required("message_id", name, "m-1"), required("success", flag, true)}},
      {"offline_sync_complete",
       "results",
       {change(true), required("outcome", text, "stored"), required("draft_v", number, 4)}},
      {"initial_sync_response", "chats", details()},
      {"chat_message_received",
       "",
       {chat(), required("message_id", name, "m-1"), required("encrypted_content", text, "QQ==")}},
      {"chat_deleted", "", {chat()}},
      {"chat_delete_receipt", "", {chat(), required("success", flag, true), change()}},
      {"error",
       "",
       {either("code", text, "version_invalid"), required("message", text, "No."),
        optional("chat_id", chat_id, kChat), change()}},
      {"pong", "", {}},
  };
  return kAll;
}

Json& fields_within(Json& payload, const FrameShape& shape) {
  if (shape.path.empty()) return payload;
  Json& place = payload[std::string(shape.path)];
  return place.is_array() ? place[0] : place;
}

Json example_payload(const FrameShape& shape, bool with_optional) {
  Json payload = around(shape.type);
  const std::string path(shape.path);
  if (!path.empty() && (!payload.contains(path) || payload[path].is_array())) {
    payload[path] = Json::array({Json::object()});
  }
  Json& fields = fields_within(payload, shape);
  for (const FieldShape& field : shape.fields) {
    if (field.absence == Absence::fine && !with_optional) continue;
    if (!field.example.is_null() || field.kind == text_or_null) {
      fields[std::string(field.name)] = field.example;
    }
  }
  return payload;
}

Json enveloped(std::string_view type, Json payload) {
  Json frame = {{"type", type}};
  if (!payload.empty()) frame["payload"] = std::move(payload);
  return frame;
}

Json flat(std::string_view event, const Json& payload) {
  Json frame = {{"event", event}};
  frame.update(payload);
  return frame;
}

}  // namespace dp::vectors
