#include "tests/core/server/sqlite_database.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/server/schema.h"

namespace dp::server::testing {
namespace {

void must(bool ok, sqlite3* db) {
  if (ok) return;
  std::fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(db));
  std::abort();
}

// One prepared statement with its parameters bound in order, ?1 first.
class Statement {
 public:
  Statement(sqlite3* db, std::string_view sql) : db_(db) {
    must(sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr) ==
             SQLITE_OK,
         db);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t value) {
    must(sqlite3_bind_int64(statement_, ++bound_, value) == SQLITE_OK, db_);
    return *this;
  }
  Statement& bind(const std::array<std::uint8_t, 16>& id) {
    must(sqlite3_bind_blob(statement_, ++bound_, id.data(), 16, SQLITE_TRANSIENT) == SQLITE_OK,
         db_);
    return *this;
  }
  Statement& bind(const std::string& text) {
    must(sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                           SQLITE_TRANSIENT) == SQLITE_OK,
         db_);
    return *this;
  }
  Statement& bind(const wire::NullableText& text) {
    if (text) return bind(*text);
    must(sqlite3_bind_null(statement_, ++bound_) == SQLITE_OK, db_);
    return *this;
  }
  Statement& bind(const SlotKey& slot) { return bind(slot.account.bytes).bind(slot.chat.bytes()); }

  bool step() {
    const int result = sqlite3_step(statement_);
    must(result == SQLITE_ROW || result == SQLITE_DONE, db_);
    return result == SQLITE_ROW;
  }
  // Runs a statement without rows; true if it changed something.
  bool run() {
    step();
    return sqlite3_changes(db_) > 0;
  }

  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  wire::NullableText text(int column) const {
    if (is_null(column)) return std::nullopt;
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }
  std::array<std::uint8_t, 16> id(int column) const {
    std::array<std::uint8_t, 16> bytes{};
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    std::copy_n(data, 16, bytes.begin());
    return bytes;
  }

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

ChatId chat_from(const std::array<std::uint8_t, 16>& bytes) {
  return ChatId::from_random(bytes);  // changes nothing: stored ids have their bits already
}

DraftRow read_row(const Statement& rows, const SlotKey& slot, int first) {
  DraftRow row;
  row.slot = slot;
  row.version = static_cast<Version>(rows.integer(first));
  row.deleted = rows.integer(first + 1) != 0;
  row.sealed = rows.integer(first + 2) != 0;
  row.draft = rows.text(first + 3);
  row.preview = rows.text(first + 4);
  row.tombstone = rows.text(first + 5);
  row.cleared_version = static_cast<Version>(rows.integer(first + 6));
  row.changed_wall_us = rows.integer(first + 7);
  return row;
}

}  // namespace

SqliteDatabase::SqliteDatabase(const std::string& path) {
  sqlite3* db = nullptr;
  must(sqlite3_open(path.c_str(), &db) == SQLITE_OK, db);
  db_.reset(db);
  must(sqlite3_exec(db, std::string(kSchemaSql).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK,
       db);
}

Answer SqliteDatabase::execute(const Request& request) {
  Statement(db_.get(), "BEGIN IMMEDIATE").step();
  Answer result = std::visit([this](const auto& one) { return answer(one); }, request);
  const bool failed = std::holds_alternative<RequestFailed>(result);
  Statement(db_.get(), failed ? "ROLLBACK" : "COMMIT").step();
  return result;
}

Answer SqliteDatabase::answer(const LoadSlot& request) {
  SlotLoaded loaded;
  const auto chat = chat_of(request.slot.chat);
  if (!chat) {
    Statement count(db_.get(), kCountChatsSql);
    count.bind(request.slot.account.bytes).step();
    loaded.chats_of_account = static_cast<std::size_t>(count.integer(0));
    return loaded;
  }
  if (chat->account != request.slot.account) {
    loaded.ownership = Ownership::someone_else;
    return loaded;
  }
  loaded.ownership = chat->deleted ? Ownership::deleted : Ownership::own;
  loaded.messages_v = chat->messages_v;
  loaded.assigned_v = chat->assigned_v;
  loaded.row = row_of(request.slot);
  return loaded;
}

Answer SqliteDatabase::answer(const ListChats& request) {
  ChatsListed listed;
  Statement rows(db_.get(), kListChatsSql);
  rows.bind(request.account.bytes)
      .bind(static_cast<std::int64_t>(request.after))
      .bind(static_cast<std::int64_t>(request.limit));
  while (rows.step()) {
    ChatsListed::Entry entry;
    entry.sequence = static_cast<std::uint64_t>(rows.integer(0));
    entry.chat = {chat_from(rows.id(1)), static_cast<Version>(rows.integer(2)),
                  rows.integer(3) != 0};
    if (!rows.is_null(4)) entry.row = read_row(rows, {request.account, entry.chat.chat}, 4);
    listed.entries.push_back(std::move(entry));
  }
  return listed;
}

Answer SqliteDatabase::answer(const WriteDraft& request) {
  claim(request.row.slot);
  DraftWritten written;
  written.applied = write(request.row);
  if (!written.applied) written.held = row_of(request.row.slot);
  return written;
}

Answer SqliteDatabase::answer(const StoreMessage& request) {
  claim(request.slot);
  const auto chat = chat_of(request.slot.chat);
  if (chat->account != request.slot.account || chat->deleted) return RequestFailed{};
  MessageStored stored;
  stored.duplicate = !Statement(db_.get(), kInsertMessageSql)
                          .bind(request.slot)
                          .bind(request.message.value)
                          .bind(request.content)
                          .run();
  if (!stored.duplicate) {
    Statement(db_.get(), kCountMessageSql).bind(request.slot).run();
    stored.draft_deleted = request.tombstone && write(*request.tombstone);
  }
  stored.messages_v = chat_of(request.slot.chat)->messages_v;
  return stored;
}

Answer SqliteDatabase::answer(const DropChat& request) {
  claim(request.slot);
  if (!Statement(db_.get(), kMarkChatDeletedSql).bind(request.slot).run()) return RequestFailed{};
  Statement(db_.get(), kDeleteDraftSql).bind(request.slot).run();
  Statement(db_.get(), kDeleteMessagesSql).bind(request.slot).run();
  return ChatDropped{};
}

Answer SqliteDatabase::answer(const ExpireTombstones& request) {
  TombstonesExpired expired;
  Statement rows(db_.get(), kSelectExpiredSql);
  rows.bind(request.before_wall_us);
  while (rows.step()) expired.slots.push_back({AccountId{rows.id(0)}, chat_from(rows.id(1))});
  Statement(db_.get(), kDeleteExpiredSql).bind(request.before_wall_us).run();
  return expired;
}

void SqliteDatabase::claim(const SlotKey& slot) {
  Statement(db_.get(), kClaimChatSql).bind(slot).run();
}

bool SqliteDatabase::write(const DraftRow& row) {
  const bool applied = Statement(db_.get(), kWriteDraftSql)
                           .bind(row.slot)
                           .bind(static_cast<std::int64_t>(row.version))
                           .bind(std::int64_t{row.deleted})
                           .bind(std::int64_t{row.sealed})
                           .bind(row.draft)
                           .bind(row.preview)
                           .bind(row.tombstone)
                           .bind(static_cast<std::int64_t>(row.cleared_version))
                           .bind(row.changed_wall_us)
                           .run();
  if (applied) {
    Statement(db_.get(), kRaiseAssignedSql)
        .bind(row.slot)
        .bind(static_cast<std::int64_t>(row.version))
        .run();
  }
  return applied;
}

std::optional<DraftRow> SqliteDatabase::row_of(const SlotKey& slot) {
  Statement rows(db_.get(), kSelectDraftSql);
  rows.bind(slot);
  if (!rows.step()) return std::nullopt;
  return read_row(rows, slot, 0);
}

std::optional<SqliteDatabase::Chat> SqliteDatabase::chat_of(const ChatId& chat) {
  Statement rows(db_.get(), kSelectChatSql);
  rows.bind(chat.bytes());
  if (!rows.step()) return std::nullopt;
  return Chat{AccountId{rows.id(0)}, rows.integer(1) != 0, static_cast<Version>(rows.integer(2)),
              static_cast<Version>(rows.integer(3))};
}

}  // namespace dp::server::testing
