// Everything a client asks of its host, as values. A host performs effects in order and may crash
// between any two; nothing a client believes depends on an effect it has not seen completed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/vocabulary/bytes.h"
#include "core/vocabulary/ids.h"
#include "core/vocabulary/time.h"

namespace dp::client {

struct ConnOpen {
  ConnEpoch epoch;
};
struct ConnSend {
  ConnEpoch epoch;
  std::string text;  // one JSON text frame
};
struct ConnClose {
  ConnEpoch epoch;
  std::uint16_t code = 1000;
};

struct StorePut {
  std::string key;
  std::optional<Bytes> value;  // nullopt erases the row
  bool operator==(const StorePut&) const = default;
};
// Applied in order and made durable before StoreWritten{ok}. A crash may keep any prefix and tear
// the last row written: the store layout survives that (see core/client/store.h).
struct StoreWrite {
  WriteId write;
  std::vector<StorePut> puts;
};

// The client has something to seal and wants a turn at the cipher; sealing may be slow on a real
// device, so the world decides when SealTurnCame arrives. No plaintext leaves the core.
struct SealTurn {
  SealId seal;
};

// ---- what a user interface must hear
// --------------------------------------------------------------
struct EditorReplaced {  // the open editor's text was changed by the client
  ChatId chat;
  std::string text;
};
struct PreviewInvalidated {  // always before the DraftAnnounced of the same change (R60)
  ChatId chat;
};
struct DraftAnnounced {  // the stored draft of a chat changed: lists and badges redraw
  ChatId chat;
};
struct ChatListChanged {};

enum class NoticeKind : std::uint8_t {
  not_synced_too_long,  // the text stays here, whole, and is not sent
  not_synced_refused,   // the server refused the change; `detail` is its error code
  not_saved,            // the local store or the cipher failed; the unsaved flag stays
  key_missing,
  conflict_kept_copy,
  copy_archived,
  chat_deleted_kept_text,   // unsynced text of a chat deleted elsewhere went to the archive
  server_lost_recent,       // the server lost something younger than the persistence window
  security_rollback,        // alarm: the server is behind what it acknowledged beyond the window
  security_fork,            // alarm: another envelope at a version we know, beyond the window
  security_authentication,  // something did not open: refused, bytes kept
  security_downgrade,       // an unsealed change offered for a slot that was seen sealed
  store_row_damaged,        // a row did not authenticate at open and was set aside
  store_rolled_back,        // rows older than the store's own manifest
  store_key_lost,           // nothing in the store opens with this key: nothing is uploaded over it
  session_invalid,          // closed with 1008: sign in again
  outbox_full,
  send_queued,
  protocol_error,  // the server sent something this client cannot read
};
inline constexpr std::size_t kNoticeKindCount = 19;

struct Notice {
  NoticeKind kind = NoticeKind::protocol_error;
  std::optional<ChatId> chat;
  std::string detail;  // closed set, never text a person typed
};

// A log line: a closed template and non-secret numbers or names (SEC-48).
struct Log {
  std::string_view message;  // string literal
  std::vector<std::string> arguments;
};

using Effect = std::variant<ConnOpen, ConnSend, ConnClose, StoreWrite, SealTurn, EditorReplaced,
                            PreviewInvalidated, DraftAnnounced, ChatListChanged, Notice, Log>;

// What one step returns; also the view an adapter exposes after every operation.
struct Outcome {
  std::vector<Effect> effects;
  std::optional<Micros> next_timer_us;  // monotonic instant of the next TimerFired wanted
  bool idle = true;  // nothing is in progress that only a completion event will move
};

}  // namespace dp::client
