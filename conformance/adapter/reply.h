// What an adapter says, read strictly: docs/adapter.md section 4 and 5 as values.
//
// Guarantees: reading is total; whatever is missing or of the wrong type is an error that names it.
// Does not: believe anything. Checks are made against frames the harness opened itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/vocabulary/result.h"

namespace dp::conformance {

struct AdapterEffect {
  std::string kind;  // "conn.send", ...
  std::uint64_t conn = 0;
  std::uint64_t number = 0;  // rows, or the close code
  std::string text;          // of a frame or an editor; a notice's kind; a log line
  std::string chat;
  std::string detail;                  // of a notice; the url of conn.open
  std::vector<std::string> protocols;  // of conn.open
  std::optional<std::string> authorization;
  bool operator==(const AdapterEffect&) const = default;
};

struct DraftState {
  std::string chat;
  std::string text;
  std::vector<std::string> copies;
  std::uint64_t version = 0;
  bool pending = false;
  std::optional<std::string> payload;  // base64, with the capability `facts`
  std::optional<std::string> base_hash;
  std::uint64_t high_water = 0;
  std::uint64_t fence = 0;
  bool operator==(const DraftState&) const = default;
};

struct ArchiveState {
  std::string chat;
  std::string reason;
  std::string text;
  bool operator==(const ArchiveState&) const = default;
};

struct ChatState {
  std::string chat;
  bool has_draft = false;
  bool draft_only = false;
  bool operator==(const ChatState&) const = default;
};

struct PreviewState {
  std::string chat;
  std::optional<std::string> preview;
  bool operator==(const PreviewState&) const = default;
};

struct ClientState {
  std::optional<std::string> current_chat;
  std::string editor_text;
  bool focused = false;
  std::uint64_t draft_version = 0;
  bool unsaved = false;
  bool unsynced = false;
  bool too_long = false;
  std::optional<std::string> last_saved_text;
  std::string connection;
  std::vector<ChatState> chats;
  std::vector<DraftState> drafts;
  std::vector<ArchiveState> archive;
  bool operator==(const ClientState&) const = default;

  const DraftState* draft(std::string_view chat) const;  // null if there is none
};

struct Introduction {  // of hello
  std::string implementation;
  std::string version;
  std::vector<std::string> capabilities;
  std::vector<std::string> unsupported_options;
};

struct Reply {
  std::uint64_t id = 0;
  std::string error_code;  // "" if the operation was performed
  std::string error_message;
  std::vector<AdapterEffect> effects;
  std::uint64_t now_ms = 0;
  std::optional<std::uint64_t> next_timer_ms;

  std::optional<Introduction> hello;
  std::optional<ClientState> state;
  std::vector<PreviewState> previews;
  bool refused = false;
  std::string output;  // of crypto.run: JSON text

  bool ok() const { return error_code.empty(); }
};

// Fails with Fault::peer, "bad_reply", and what is wrong with it.
Result<Reply> read_reply(std::string_view line);

// One string member of a JSON object in text form, such as Reply::output; nullopt if it is absent
// or no string.
std::optional<std::string> string_member(std::string_view object, std::string_view name);

}  // namespace dp::conformance
