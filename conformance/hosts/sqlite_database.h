// The server's database on SQLite: the statements of core/server/schema.h.
//
// Requests are executed in batches, each batch one transaction and each request a savepoint in it,
// so that a burst of jobs costs one synchronisation. An answer exists only after the commit.
// Guarantees: answers as core/server/database_table.h answers; a request that fails changes
// nothing; a commit that fails fails every request of its batch.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "conformance/hosts/sqlite_file.h"
#include "core/server/database.h"

namespace dp::hosts {

class SqliteDatabase {
 public:
  static Result<SqliteDatabase> open(const std::filesystem::path& path);

  std::vector<server::Answer> execute(const std::vector<server::Request>& batch);

 private:
  struct Chat {
    AccountId account;
    bool deleted = false;
    Version messages_v = 0;
    Version assigned_v = 0;
  };
  explicit SqliteDatabase(SqliteFile file) : file_(std::move(file)) {}

  server::Answer execute_one(const server::Request& request);
  server::Answer answer(const server::LoadSlot& request);
  server::Answer answer(const server::ListChats& request);
  server::Answer answer(const server::WriteDraft& request);
  server::Answer answer(const server::StoreMessage& request);
  server::Answer answer(const server::DropChat& request);
  server::Answer answer(const server::ExpireTombstones& request);

  SqliteFile::Statement of_slot(std::string_view sql, const server::SlotKey& slot);
  void claim(const server::SlotKey& slot);
  bool write(const server::DraftRow& row);
  std::optional<server::DraftRow> row_of(const server::SlotKey& slot);
  std::optional<Chat> chat_of(const ChatId& chat);

  SqliteFile file_;
};

}  // namespace dp::hosts
