// One SQLite file: opened, checked, with its statements prepared once.
//
// Guarantees: write-ahead log, full synchronisation (what is committed survives a lost process and
// a lost power supply); a file of another program or of a newer format is refused by its name.
// Errors are sticky: once a statement failed, healthy() is false until forgive(), so that a caller
// checks once at the end of a transaction.
// Does not: stand use by two threads.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/vocabulary/bytes.h"
#include "core/vocabulary/result.h"

namespace dp::hosts {

struct SqliteFormat {
  std::int32_t application = 0;  // what wrote the file
  std::int32_t version = 1;
  std::string_view schema;
};

class SqliteFile {
 public:
  // Fails with Fault::storage, "cannot_open_database", or Fault::caller, "unknown_format".
  static Result<SqliteFile> open(const std::filesystem::path& path, const SqliteFormat& format);

  // A prepared statement with its parameters bound in order, ?1 first; reset when it goes away.
  class Statement {
   public:
    Statement(SqliteFile& file, sqlite3_stmt* statement) : file_(file), statement_(statement) {}
    ~Statement();
    Statement(Statement&& other) noexcept
        : file_(other.file_),
          statement_(std::exchange(other.statement_, nullptr)),
          bound_(other.bound_) {}
    Statement& operator=(Statement&&) = delete;

    Statement& bind(std::int64_t value);
    Statement& bind(const std::array<std::uint8_t, 16>& id);
    Statement& bind(std::string_view text);
    Statement& bind(const char* text) = delete;
    Statement& bind(const std::optional<std::string>& text);
    Statement& bind(ByteView blob);

    bool step();  // true if there is a row
    bool run();   // for statements without rows: true if something was changed

    bool is_null(int column) const {
      return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    std::optional<std::string> text(int column) const;
    std::array<std::uint8_t, 16> id(int column) const;
    Bytes blob(int column) const;

   private:
    void bound(int result);
    SqliteFile& file_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
  };

  Statement prepare(std::string_view sql);  // `sql` is a literal or outlives the file
  bool run(std::string_view sql) { return prepare(sql).run(); }

  bool healthy() const { return healthy_; }
  void forgive() { healthy_ = true; }
  std::string complaint() const;  // SQLite's words about the latest error, no data in them

 private:
  struct Closer {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  struct Finaliser {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  explicit SqliteFile(sqlite3* db) : db_(db) {}
  Result<void> settle(const std::filesystem::path& path, const SqliteFormat& format);
  std::int64_t pragma(const std::string& name);

  std::unique_ptr<sqlite3, Closer> db_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finaliser>, std::less<>> statements_;
  bool healthy_ = true;
};

}  // namespace dp::hosts
