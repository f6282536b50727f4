// The database of schema.h on real SQLite: one request, one transaction.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

#include "core/server/database.h"

namespace dp::server::testing {

class SqliteDatabase {
 public:
  explicit SqliteDatabase(const std::string& path);  // ":memory:" for none on disk
  Answer execute(const Request& request);

 private:
  struct Closer {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  Answer answer(const LoadSlot& request);
  Answer answer(const ListChats& request);
  Answer answer(const WriteDraft& request);
  Answer answer(const StoreMessage& request);
  Answer answer(const DropChat& request);
  Answer answer(const ExpireTombstones& request);

  void claim(const SlotKey& slot);
  bool write(const DraftRow& row);
  std::optional<DraftRow> row_of(const SlotKey& slot);
  struct Chat {
    AccountId account;
    bool deleted = false;
    Version messages_v = 0;
    Version assigned_v = 0;
  };
  std::optional<Chat> chat_of(const ChatId& chat);

  std::unique_ptr<sqlite3, Closer> db_;
};

}  // namespace dp::server::testing
