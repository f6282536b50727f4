// The closed set of error codes a server may send, and which of them a client may retry.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dp::wire {

enum class ErrorCode : std::uint8_t {
  invalid_json,   // not one strict JSON object: syntax, duplicate key, UTF-8, depth
  invalid_frame,  // a known type with a missing, mistyped or out-of-range field
  unknown_type,
  frame_too_large,
  chat_forbidden,     // someone else's chat
  chat_deleted,       // the chat existed and was deleted
  ownership_unknown,  // the lookup failed: retry
  draft_too_long,
  preview_too_long,
  message_too_long,
  too_many_chats,
  too_many_changes,
  too_many_connections,
  slow_reader,          // named in the close reason
  slot_sealed,          // an unsealed change to a slot that holds something sealed
  envelope_invalid,     // the public header does not parse or contradicts the frame
  version_invalid,      // proposed_v not above the slot's history, or the jump is too wide
  replay_refused,       // an earlier change of the same slot in this replay was refused
  storage_unavailable,  // cache or database failed: retry
  persistence_lagging,  // the oldest unpersisted change is about to reach the window: retry
  internal,
};
inline constexpr std::size_t kErrorCodeCount = 21;

std::string_view name(ErrorCode code);
std::optional<ErrorCode> parse_error_code(std::string_view name);
bool is_retryable(ErrorCode code);
std::string_view message_template(ErrorCode code);

}  // namespace dp::wire
