// The wire as a table, written independently of the codec: for each frame its exact text with every
// member present, and for each member what a receiver accepts there.
#pragma once

#include <ostream>
#include <string_view>
#include <vector>

namespace dp::wire {

// What may stand at a member. `optional_` may be absent; `nullable` may be null.
enum class Accepts {
  chat_id,
  optional_chat_id,
  opaque_name,
  optional_opaque_name,
  number,
  optional_number,
  boolean,
  optional_boolean,
  anything,  // preserve_draft: every value is tolerated, only true counts
  text,
  nullable_text,
  optional_nullable_text,
  kind_name,     // "draft" or "delete_draft"
  outcome_name,  // "stored", "repeated", ...
  optional_error_code,
  object,
  array,
  optional_object,
  optional_array,
  number_in_map,  // the member's name is a chat id; absence is no fault
  hash_in_map,
  chat_id_in_array,
};

struct MemberRule {
  std::string_view pointer;  // RFC 6901, from the root of the frame
  std::string_view path;     // as a refusal names it
  Accepts accepts;
};

struct FrameRow {
  bool from_client = false;
  std::string_view name;
  std::string_view text;  // exactly what the encoder writes
  std::vector<MemberRule> members;
};

// How a failing test names its row.
inline void PrintTo(const FrameRow& row, std::ostream* out) {
  *out << row.name;
}

const std::vector<FrameRow>& wire_table();

// The ids that occur in the table's texts.
inline constexpr std::string_view kChatA = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
inline constexpr std::string_view kChatB = "ffffffff-ffff-4fff-bfff-ffffffffffff";

}  // namespace dp::wire
