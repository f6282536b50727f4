// What the server core asks of its database, as values, and the one schema behind it.
//
// The host answers each request with exactly one Answer event of the same QueryId, in any order,
// or fails it. `kSchemaSql` and the statements are real SQL and run on SQLite; the simulator's
// in-memory table is held to the same behaviour by a test that runs both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/vocabulary/ids.h"
#include "core/vocabulary/time.h"
#include "core/wire/frames.h"

namespace dp::server {

struct SlotKey {
  AccountId account;
  ChatId chat;
  auto operator<=>(const SlotKey&) const = default;
};

// One row of `drafts`: content or tombstone at a version.
struct DraftRow {
  SlotKey slot;
  Version version = 0;
  bool deleted = false;
  bool sealed = false;
  wire::NullableText draft;  // null if deleted
  wire::NullableText preview;
  wire::NullableText tombstone;  // sealed deletions only
  Version cleared_version = 0;   // of the latest deletion
  Micros changed_wall_us = 0;
  bool operator==(const DraftRow&) const = default;
};

enum class Ownership : std::uint8_t { own, nobody, someone_else, deleted };

struct ChatRow {
  ChatId chat;
  Version messages_v = 0;  // number of messages
  bool deleted = false;
  bool operator==(const ChatRow&) const = default;
};

// ---- requests
// -------------------------------------------------------------------------------------
struct LoadSlot {
  SlotKey slot;
};
struct ListChats {  // every chat of the account, deleted ones included, with its row if there is
                    // one
  AccountId account;
};
struct WriteDraft {  // one persistence job: applied only if strictly newer than the row
  DraftRow row;
};
struct StoreMessage {  // idempotent by message_id; creates the chat if nobody owns it
  SlotKey slot;
  MessageId message;
  wire::Ciphertext content;
};
struct DropChat {  // marks the chat deleted and removes its draft row
  SlotKey slot;
};
struct ExpireTombstones {  // unsealed ones older than the instant
  Micros before_wall_us = 0;
};
using Request =
    std::variant<LoadSlot, ListChats, WriteDraft, StoreMessage, DropChat, ExpireTombstones>;

// ---- answers
// --------------------------------------------------------------------------------------
struct SlotLoaded {
  Ownership ownership = Ownership::nobody;
  std::optional<DraftRow> row;
  Version messages_v = 0;
  std::size_t chats_of_account = 0;
};
struct ChatsListed {
  struct Entry {
    ChatRow chat;
    std::optional<DraftRow> row;
  };
  std::vector<Entry> entries;  // stable order: creation
};
struct DraftWritten {
  bool applied = true;  // false: the row was already as new or newer, or the chat is deleted
};
struct MessageStored {
  bool duplicate = false;
  Version messages_v = 0;
};
struct ChatDropped {};
struct TombstonesExpired {
  std::vector<SlotKey> slots;
};
struct RequestFailed {};  // the database did not answer or refused; nothing may be assumed
using Answer = std::variant<SlotLoaded, ChatsListed, DraftWritten, MessageStored, ChatDropped,
                            TombstonesExpired, RequestFailed>;

extern const std::string_view kSchemaSql;

}  // namespace dp::server
