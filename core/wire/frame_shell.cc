#include "core/wire/frame_shell.h"

namespace dp::wire {
namespace {

constexpr std::string_view kChatIdFields[] = {"chat_id", "chatId"};
constexpr std::string_view kChangeIdFields[] = {"change_id", "message_id"};

const JsonNode* string_member(const JsonIndex& index, std::uint32_t object, std::string_view name) {
  const std::uint32_t found = index.find_unique(object, name);
  if (found == JsonIndex::kNone || index.node(found).kind != JsonKind::string) return nullptr;
  return &index.node(found);
}

// Adds the ids of `object` to an error that has none yet: both come from one object or neither, so
// that a change is never named together with somebody else's chat.
void add_ids(DecodeError& error, const JsonIndex& index, std::uint32_t object) {
  if (object == JsonIndex::kNone || error.chat_id || error.change_id) return;
  for (const std::string_view name : kChatIdFields) {
    const JsonNode* const node = string_member(index, object, name);
    if (node != nullptr && !error.chat_id) error.chat_id = ChatId::parse(node->text);
  }
  for (const std::string_view name : kChangeIdFields) {
    const JsonNode* const node = string_member(index, object, name);
    if (node == nullptr || error.change_id || !is_opaque_name(node->text)) continue;
    error.change_id = ChangeId{std::string(node->text)};
  }
}

// The body as far as it can be told without knowing whether the frame is one.
std::uint32_t likely_body(const JsonIndex& index) {
  if (index.size() == 0) return JsonIndex::kNone;
  const std::uint32_t payload = index.find_unique(JsonIndex::kRoot, "payload");
  const bool wrapped = payload != JsonIndex::kNone && index.node(payload).kind == JsonKind::object;
  return wrapped ? payload : JsonIndex::kRoot;
}

}  // namespace

FrameShell open_shell(const JsonIndex& index) {
  FrameShell shell;
  if (const JsonNode* const type = string_member(index, JsonIndex::kRoot, "type")) {
    shell.name = type->text;
    shell.name_field = "type";
    const std::uint32_t payload = index.find(JsonIndex::kRoot, "payload");
    if (payload != JsonIndex::kNone && index.node(payload).kind == JsonKind::object) {
      shell.body = payload;
    }
  } else if (const JsonNode* const event = string_member(index, JsonIndex::kRoot, "event")) {
    shell.name = event->text;
    shell.name_field = "event";
    shell.body = JsonIndex::kRoot;
  }
  return shell;
}

DecodeError unreadable(const JsonIndex& index) {
  DecodeError error;
  error.code =
      index.status() == JsonStatus::oversize ? ErrorCode::frame_too_large : ErrorCode::invalid_json;
  add_ids(error, index, likely_body(index));
  return error;
}

DecodeError too_large(std::string_view text, const WireLimits& limits) {
  const JsonIndex prefix(text.substr(0, kSalvageBytes), limits);
  DecodeError error = unreadable(prefix);
  error.code = ErrorCode::frame_too_large;
  return error;
}

DecodeError refused(const JsonIndex& index, ErrorCode code, const FrameShell& shell,
                    Refusal refusal) {
  DecodeError error;
  error.code = code;
  error.field = std::move(refusal.path);
  add_ids(error, index, refusal.object);
  add_ids(error, index, shell.body);
  return error;
}

}  // namespace dp::wire
