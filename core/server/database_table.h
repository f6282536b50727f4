// The database as a regular value: what schema.h says, without SQL. The simulator's database.
//
// Guarantees: `execute` answers every request as SQLite answers it with the statements of
// schema.h; a test runs both over the same random requests. A request is one transaction.
// Does not: delay, fail or lose anything; the world does that around it.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "core/server/database.h"

namespace dp::server {

class DatabaseTable {
 public:
  struct Chat {
    AccountId account;
    std::uint64_t sequence = 0;
    Version messages_v = 0;
    Version assigned_v = 0;  // highest version ever written; never goes down
    bool deleted = false;
    bool operator==(const Chat&) const = default;
  };

  Answer execute(const Request& request);

  const std::map<ChatId, Chat>& chats() const { return chats_; }
  const std::map<SlotKey, DraftRow>& drafts() const { return drafts_; }
  const std::map<std::pair<ChatId, MessageId>, wire::Ciphertext>& messages() const {
    return messages_;
  }
  bool operator==(const DatabaseTable&) const = default;

 private:
  Answer answer(const LoadSlot& request);
  Answer answer(const ListChats& request);
  Answer answer(const WriteDraft& request);
  Answer answer(const StoreMessage& request);
  Answer answer(const DropChat& request);
  Answer answer(const ExpireTombstones& request);

  Chat& claim(const SlotKey& slot);  // the chat, made for this account if nobody owns it
  bool write(const DraftRow& row);   // under the guard
  std::optional<DraftRow> row_of(const SlotKey& slot) const;

  std::map<ChatId, Chat> chats_;
  std::map<AccountId, std::map<std::uint64_t, ChatId>> by_account_;
  std::map<SlotKey, DraftRow> drafts_;
  std::map<std::pair<ChatId, MessageId>, wire::Ciphertext> messages_;
  // Unsealed tombstones by age, so that the daily sweep does not read the whole table.
  std::set<std::pair<Micros, SlotKey>> unsealed_tombstones_;
  std::uint64_t sequence_ = 0;
};

}  // namespace dp::server
