#include "conformance/hosts/sqlite_database.h"

#include "core/server/schema.h"

namespace dp::hosts {
namespace {

using server::Answer;
using server::DraftRow;
using server::RequestFailed;
using server::SlotKey;

constexpr std::int32_t kApplication = 0x44505331;  // "DPS1"
constexpr std::int32_t kFormat = 1;

constexpr std::string_view kBegin = "BEGIN IMMEDIATE";
constexpr std::string_view kCommit = "COMMIT";
constexpr std::string_view kRollback = "ROLLBACK";
constexpr std::string_view kOpenSavepoint = "SAVEPOINT request";
constexpr std::string_view kUndoSavepoint = "ROLLBACK TO request";
constexpr std::string_view kCloseSavepoint = "RELEASE request";

ChatId chat_from(const std::array<std::uint8_t, 16>& bytes) {
  return ChatId::from_random(bytes);  // changes nothing: stored ids have their bits already
}

DraftRow read_row(const SqliteFile::Statement& rows, const SlotKey& slot, int first) {
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

Result<SqliteDatabase> SqliteDatabase::open(const std::filesystem::path& path) {
  Result<SqliteFile> file = SqliteFile::open(path, {kApplication, kFormat, server::kSchemaSql});
  if (!file) return std::unexpected(file.error());
  return SqliteDatabase(std::move(*file));
}

std::vector<Answer> SqliteDatabase::execute(const std::vector<server::Request>& batch) {
  std::vector<Answer> answers;
  answers.reserve(batch.size());
  file_.forgive();
  file_.run(kBegin);
  const bool begun = file_.healthy();
  for (const server::Request& request : batch) {
    answers.push_back(begun ? execute_one(request) : Answer(RequestFailed{}));
  }
  if (!begun) return answers;
  file_.forgive();
  file_.run(kCommit);
  if (!file_.healthy()) {
    file_.run(kRollback);
    answers.assign(batch.size(), RequestFailed{});
  }
  return answers;
}

Answer SqliteDatabase::execute_one(const server::Request& request) {
  file_.forgive();
  file_.run(kOpenSavepoint);
  if (!file_.healthy()) return RequestFailed{};
  Answer result = std::visit([this](const auto& one) { return answer(one); }, request);
  if (!file_.healthy()) result = RequestFailed{};
  if (std::holds_alternative<RequestFailed>(result)) {
    file_.forgive();
    file_.run(kUndoSavepoint);
  }
  file_.run(kCloseSavepoint);
  return result;
}

Answer SqliteDatabase::answer(const server::LoadSlot& request) {
  server::SlotLoaded loaded;
  const auto chat = chat_of(request.slot.chat);
  if (!chat) {
    auto count = file_.prepare(server::kCountChatsSql);
    count.bind(request.slot.account.bytes);
    if (count.step()) loaded.chats_of_account = static_cast<std::size_t>(count.integer(0));
    return loaded;
  }
  if (chat->account != request.slot.account) {
    loaded.ownership = server::Ownership::someone_else;
    return loaded;
  }
  loaded.ownership = chat->deleted ? server::Ownership::deleted : server::Ownership::own;
  loaded.messages_v = chat->messages_v;
  loaded.assigned_v = chat->assigned_v;
  loaded.row = row_of(request.slot);
  return loaded;
}

Answer SqliteDatabase::answer(const server::ListChats& request) {
  server::ChatsListed listed;
  auto rows = file_.prepare(server::kListChatsSql);
  rows.bind(request.account.bytes)
      .bind(static_cast<std::int64_t>(request.after))
      .bind(static_cast<std::int64_t>(request.limit));
  while (rows.step()) {
    server::ChatsListed::Entry entry;
    entry.sequence = static_cast<std::uint64_t>(rows.integer(0));
    entry.chat = {chat_from(rows.id(1)), static_cast<Version>(rows.integer(2)),
                  rows.integer(3) != 0};
    if (!rows.is_null(4)) entry.row = read_row(rows, {request.account, entry.chat.chat}, 4);
    listed.entries.push_back(std::move(entry));
  }
  return listed;
}

Answer SqliteDatabase::answer(const server::WriteDraft& request) {
  claim(request.row.slot);
  server::DraftWritten written;
  written.applied = write(request.row);
  if (!written.applied) written.held = row_of(request.row.slot);
  return written;
}

Answer SqliteDatabase::answer(const server::StoreMessage& request) {
  claim(request.slot);
  const auto chat = chat_of(request.slot.chat);
  if (!chat || chat->account != request.slot.account || chat->deleted) return RequestFailed{};
  server::MessageStored stored;
  {
    auto insert = of_slot(server::kInsertMessageSql, request.slot);
    insert.bind(std::string_view(request.message.value)).bind(std::string_view(request.content));
    stored.duplicate = !insert.run();
  }
  stored.messages_v = chat->messages_v;
  if (!stored.duplicate) {
    of_slot(server::kCountMessageSql, request.slot).run();
    stored.draft_deleted = request.tombstone && write(*request.tombstone);
    ++stored.messages_v;
  }
  return stored;
}

Answer SqliteDatabase::answer(const server::DropChat& request) {
  claim(request.slot);
  if (!of_slot(server::kMarkChatDeletedSql, request.slot).run()) return RequestFailed{};
  of_slot(server::kDeleteDraftSql, request.slot).run();
  file_.prepare(server::kDeleteMessagesSql).bind(request.slot.chat.bytes()).run();
  return server::ChatDropped{};
}

Answer SqliteDatabase::answer(const server::ExpireTombstones& request) {
  server::TombstonesExpired expired;
  {
    auto rows = file_.prepare(server::kSelectExpiredSql);
    rows.bind(request.before_wall_us);
    while (rows.step()) expired.slots.push_back({AccountId{rows.id(0)}, chat_from(rows.id(1))});
  }
  file_.prepare(server::kDeleteExpiredSql).bind(request.before_wall_us).run();
  return expired;
}

SqliteFile::Statement SqliteDatabase::of_slot(std::string_view sql, const SlotKey& slot) {
  auto statement = file_.prepare(sql);
  statement.bind(slot.account.bytes).bind(slot.chat.bytes());
  return statement;
}

void SqliteDatabase::claim(const SlotKey& slot) {
  of_slot(server::kClaimChatSql, slot).run();
}

bool SqliteDatabase::write(const DraftRow& row) {
  auto statement = of_slot(server::kWriteDraftSql, row.slot);
  statement.bind(static_cast<std::int64_t>(row.version))
      .bind(std::int64_t{row.deleted})
      .bind(std::int64_t{row.sealed})
      .bind(row.draft)
      .bind(row.preview)
      .bind(row.tombstone)
      .bind(static_cast<std::int64_t>(row.cleared_version))
      .bind(row.changed_wall_us);
  const bool applied = statement.run();
  if (applied) {
    auto raise = of_slot(server::kRaiseAssignedSql, row.slot);
    raise.bind(static_cast<std::int64_t>(row.version)).run();
  }
  return applied;
}

std::optional<DraftRow> SqliteDatabase::row_of(const SlotKey& slot) {
  auto rows = of_slot(server::kSelectDraftSql, slot);
  if (!rows.step()) return std::nullopt;
  return read_row(rows, slot, 0);
}

std::optional<SqliteDatabase::Chat> SqliteDatabase::chat_of(const ChatId& chat) {
  auto rows = file_.prepare(server::kSelectChatSql);
  rows.bind(chat.bytes());
  if (!rows.step()) return std::nullopt;
  return Chat{AccountId{rows.id(0)}, rows.integer(1) != 0, static_cast<Version>(rows.integer(2)),
              static_cast<Version>(rows.integer(3))};
}

}  // namespace dp::hosts
