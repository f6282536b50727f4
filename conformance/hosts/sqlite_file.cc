#include "conformance/hosts/sqlite_file.h"

#include <algorithm>

namespace dp::hosts {
namespace {

constexpr int kBusyTimeoutMs = 2000;

std::unexpected<Error> cannot_open(const std::filesystem::path& path, sqlite3* db) {
  return fail(Fault::storage, "cannot_open_database",
              path.string() + ": " + (db == nullptr ? "out of memory" : sqlite3_errmsg(db)));
}

}  // namespace

Result<SqliteFile> SqliteFile::open(const std::filesystem::path& path, const SqliteFormat& format) {
  sqlite3* db = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  SqliteFile file(db);
  if (opened != SQLITE_OK) return cannot_open(path, db);
  sqlite3_busy_timeout(db, kBusyTimeoutMs);
  if (const Result<void> settled = file.settle(path, format); !settled) {
    return std::unexpected(settled.error());
  }
  return file;
}

Result<void> SqliteFile::settle(const std::filesystem::path& path, const SqliteFormat& format) {
  const auto execute = [this](const std::string& sql) {
    return sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  const std::int64_t application = pragma("application_id");
  const std::int64_t version = pragma("user_version");
  const std::int64_t pages = pragma("schema_version");
  if (!healthy_) return cannot_open(path, db_.get());
  const bool is_new = pages == 0;
  if (!is_new && (application != format.application || version != format.version)) {
    return fail(Fault::caller, "unknown_format",
                path.string() + ": format " + std::to_string(version) +
                    (application == format.application ? "" : " of another program") +
                    "; this program knows format " + std::to_string(format.version));
  }
  // What was overwritten or deleted does not stay in the file.
  if (!execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON")) {
    return cannot_open(path, db_.get());
  }
  if (!is_new) return {};
  const std::string schema(format.schema);
  if (!execute("BEGIN IMMEDIATE; " + schema +
               ";PRAGMA application_id=" + std::to_string(format.application) +
               "; PRAGMA user_version=" + std::to_string(format.version) + "; COMMIT")) {
    return cannot_open(path, db_.get());
  }
  return {};
}

std::int64_t SqliteFile::pragma(const std::string& name) {
  sqlite3_stmt* statement = nullptr;
  const std::string sql = "PRAGMA " + name;
  sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &statement, nullptr);
  const std::unique_ptr<sqlite3_stmt, Finaliser> owned(statement);
  if (statement == nullptr || sqlite3_step(statement) != SQLITE_ROW) {
    healthy_ = false;
    return 0;
  }
  return sqlite3_column_int64(statement, 0);
}

SqliteFile::Statement SqliteFile::prepare(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    const int prepared = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (prepared != SQLITE_OK) {
      healthy_ = false;
      return Statement(*this, nullptr);
    }
    found = statements_.emplace(std::string(sql), statement).first;
  }
  return Statement(*this, found->second.get());
}

std::string SqliteFile::complaint() const {
  return sqlite3_errstr(sqlite3_extended_errcode(db_.get()));
}

SqliteFile::Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void SqliteFile::Statement::bound(int result) {
  if (result != SQLITE_OK) file_.healthy_ = false;
}

SqliteFile::Statement& SqliteFile::Statement::bind(std::int64_t value) {
  bound(sqlite3_bind_int64(statement_, ++bound_, value));
  return *this;
}
SqliteFile::Statement& SqliteFile::Statement::bind(const std::array<std::uint8_t, 16>& id) {
  return bind(ByteView(id));
}
SqliteFile::Statement& SqliteFile::Statement::bind(std::string_view text) {
  bound(sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
  return *this;
}
SqliteFile::Statement& SqliteFile::Statement::bind(const std::optional<std::string>& text) {
  if (text) return bind(std::string_view(*text));
  bound(sqlite3_bind_null(statement_, ++bound_));
  return *this;
}
SqliteFile::Statement& SqliteFile::Statement::bind(ByteView blob) {
  // A null pointer would bind NULL instead of an empty blob.
  const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
  bound(sqlite3_bind_blob64(statement_, ++bound_, data, blob.size(), SQLITE_TRANSIENT));
  return *this;
}

bool SqliteFile::Statement::step() {
  const int result = statement_ == nullptr ? SQLITE_MISUSE : sqlite3_step(statement_);
  if (result != SQLITE_ROW && result != SQLITE_DONE) file_.healthy_ = false;
  return result == SQLITE_ROW;
}

bool SqliteFile::Statement::run() {
  while (step()) {
  }
  return file_.healthy_ && sqlite3_changes(file_.db_.get()) > 0;
}

std::optional<std::string> SqliteFile::Statement::text(int column) const {
  if (is_null(column)) return std::nullopt;
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::array<std::uint8_t, 16> SqliteFile::Statement::id(int column) const {
  std::array<std::uint8_t, 16> bytes{};
  const Bytes found = blob(column);
  std::copy_n(found.begin(), std::min(found.size(), bytes.size()), bytes.begin());
  return bytes;
}

Bytes SqliteFile::Statement::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? Bytes() : Bytes(data, data + size);
}

}  // namespace dp::hosts
