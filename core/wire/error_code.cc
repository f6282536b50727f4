#include "core/wire/error_code.h"

#include <array>

namespace dp::wire {
namespace {

// What a code says about itself. `retryable` means that the same frame may succeed later although
// its sender changed nothing.
struct CodeFacts {
  ErrorCode code;
  std::string_view name;
  bool retryable;
  std::string_view message;
};

constexpr std::array<CodeFacts, kErrorCodeCount> kFacts = {{
    {ErrorCode::invalid_json, "invalid_json", false, "The frame is not one strict JSON object."},
    {ErrorCode::invalid_frame, "invalid_frame", false,
     "A field of the frame is missing, of the wrong type or out of range."},
    {ErrorCode::unknown_type, "unknown_type", false, "The server does not know this frame."},
    {ErrorCode::frame_too_large, "frame_too_large", false,
     "The frame, one of its strings or one of its lists is too large."},
    {ErrorCode::chat_forbidden, "chat_forbidden", false, "The chat belongs to another account."},
    {ErrorCode::chat_deleted, "chat_deleted", false, "The chat was deleted."},
    {ErrorCode::ownership_unknown, "ownership_unknown", true,
     "The owner of the chat could not be looked up. Try again."},
    {ErrorCode::draft_too_long, "draft_too_long", false, "The draft exceeds the length limit."},
    {ErrorCode::preview_too_long, "preview_too_long", false,
     "The preview exceeds the length limit."},
    {ErrorCode::message_too_long, "message_too_long", false,
     "The message exceeds the length limit."},
    {ErrorCode::too_many_chats, "too_many_chats", false,
     "The account holds as many chats as it may."},
    {ErrorCode::too_many_changes, "too_many_changes", false,
     "The replay holds more changes than one frame may."},
    {ErrorCode::too_many_connections, "too_many_connections", true,
     "The account has as many connections as it may. Try again."},
    {ErrorCode::slow_reader, "slow_reader", true,
     "The connection was read too slowly. Connect again."},
    {ErrorCode::slot_sealed, "slot_sealed", false,
     "The draft is sealed and accepts only sealed changes."},
    {ErrorCode::envelope_invalid, "envelope_invalid", false,
     "The public header of the envelope is invalid or contradicts the frame."},
    {ErrorCode::version_invalid, "version_invalid", false,
     "The proposed version cannot follow the history of the draft."},
    {ErrorCode::replay_refused, "replay_refused", true,
     "An earlier change of the same draft in this replay was refused."},
    {ErrorCode::storage_unavailable, "storage_unavailable", true,
     "The storage is unavailable. Try again."},
    {ErrorCode::persistence_lagging, "persistence_lagging", true,
     "Changes wait too long to become durable. Try again."},
    {ErrorCode::internal, "internal", true, "The server failed to handle the frame."},
}};

constexpr bool facts_follow_the_enumeration() {
  for (std::size_t i = 0; i < kFacts.size(); ++i) {
    if (static_cast<std::size_t>(kFacts[i].code) != i) return false;
  }
  return true;
}
static_assert(facts_follow_the_enumeration());

const CodeFacts& facts(ErrorCode code) {
  return kFacts[static_cast<std::size_t>(code)];
}

}  // namespace

std::string_view name(ErrorCode code) {
  return facts(code).name;
}

std::optional<ErrorCode> parse_error_code(std::string_view name) {
  for (const CodeFacts& fact : kFacts) {
    if (fact.name == name) return fact.code;
  }
  return std::nullopt;
}

bool is_retryable(ErrorCode code) {
  return facts(code).retryable;
}

std::string_view message_template(ErrorCode code) {
  return facts(code).message;
}

}  // namespace dp::wire
