// What the server core asks of its database, as values, and the one schema behind it.
//
// The host answers each request with exactly one Answer event of the same QueryId, in any order,
// or fails it. A write of a process that ended may land late, even after its successor's reads.
// The SQL of every request is in schema.h and runs on SQLite; the in-memory table
// (database_table.h) is held to the same behaviour by a test that runs both.
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
// Chats of the account in order of creation, deleted ones included, each with its row if there is
// one: those created after the chat whose sequence is `after`, at most `limit` of them.
struct ListChats {
  AccountId account;
  std::uint64_t after = 0;
  std::size_t limit = 100;
};
// One persistence job: applied only if strictly newer than every version the table remembers of
// the slot. Creates the chat if nobody owns it.
struct WriteDraft {
  DraftRow row;
};
// Idempotent by message_id; creates the chat if nobody owns it. A new message and the deletion of
// the draft it was made of become durable together or not at all.
struct StoreMessage {
  SlotKey slot;
  MessageId message;
  wire::Ciphertext content;
  std::optional<DraftRow> tombstone;  // written under the guard of WriteDraft, only with the insert
};
struct DropChat {  // marks the chat deleted, removes its draft row and its messages
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
  Version assigned_v = 0;            // highest version ever written, also after a tombstone expired
  std::size_t chats_of_account = 0;  // counted only if nobody owns the chat
};
struct ChatsListed {
  struct Entry {
    std::uint64_t sequence = 0;
    ChatRow chat;
    std::optional<DraftRow> row;
  };
  std::vector<Entry> entries;  // stable order: creation
};
struct DraftWritten {
  bool applied = true;  // false: the row was already as new or newer, or the chat is deleted
  std::optional<DraftRow> held;  // if not applied: what the table holds instead
};
struct MessageStored {
  bool duplicate = false;
  Version messages_v = 0;
  bool draft_deleted = false;  // the tombstone was asked for and written
};
struct ChatDropped {};
struct TombstonesExpired {
  std::vector<SlotKey> slots;
};
struct RequestFailed {};  // no answer, or refused; nothing may be assumed, not even failure
using Answer = std::variant<SlotLoaded, ChatsListed, DraftWritten, MessageStored, ChatDropped,
                            TombstonesExpired, RequestFailed>;

}  // namespace dp::server
