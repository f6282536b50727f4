#include "conformance/hosts/device_store.h"

#include <utility>

namespace dp::hosts {
namespace {

constexpr std::int32_t kApplication = 0x44504431;  // "DPD1"
constexpr std::int32_t kFormat = 1;
constexpr std::string_view kSchema =
    "CREATE TABLE rows (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE boots (number INTEGER NOT NULL);"
    "INSERT INTO boots VALUES (0)";

}  // namespace

Result<DeviceStore> DeviceStore::open(const std::filesystem::path& path) {
  Result<SqliteFile> file = SqliteFile::open(path, {kApplication, kFormat, kSchema});
  if (!file) return std::unexpected(file.error());
  return DeviceStore(std::move(*file));
}

Result<client::StoreOpened> DeviceStore::boot() {
  client::StoreOpened opened;
  file_.forgive();
  file_.run("UPDATE boots SET number = number + 1");
  {
    auto boots = file_.prepare("SELECT number FROM boots");
    if (boots.step()) opened.boot = static_cast<std::uint64_t>(boots.integer(0));
  }
  auto rows = file_.prepare("SELECT key, value FROM rows ORDER BY key");
  while (rows.step()) opened.rows.push_back({rows.text(0).value_or(""), rows.blob(1)});
  if (!file_.healthy()) return fail(Fault::storage, "cannot_read_store", file_.complaint());
  return opened;
}

bool DeviceStore::write(const client::StoreWrite& write) {
  file_.forgive();
  file_.run("BEGIN IMMEDIATE");
  for (const client::StorePut& put : write.puts) {
    if (!file_.healthy()) break;
    if (put.value) {
      file_.prepare("INSERT OR REPLACE INTO rows VALUES (?1, ?2)")
          .bind(std::string_view(put.key))
          .bind(ByteView(*put.value))
          .run();
    } else {
      file_.prepare("DELETE FROM rows WHERE key = ?1").bind(std::string_view(put.key)).run();
    }
  }
  if (file_.healthy()) {
    file_.run("COMMIT");
    if (file_.healthy()) return true;
  }
  file_.forgive();
  file_.run("ROLLBACK");
  return false;
}

}  // namespace dp::hosts
