// A device's store on a real disk: one table of sealed rows in SQLite.
//
// SQLite rather than a log of our own, because each write of a client is several rows that belong
// together, and a transaction with a synchronised write-ahead log is exactly that.
// Guarantees: when write() returned true the rows survive the process and the machine; a write that
// was cut short is not there at all. Every value is sealed before it comes here.
#pragma once

#include <filesystem>

#include "conformance/hosts/sqlite_file.h"
#include "core/client/effect.h"
#include "core/client/event.h"

namespace dp::hosts {

class DeviceStore {
 public:
  static Result<DeviceStore> open(const std::filesystem::path& path);

  // All rows, under a boot number that no earlier boot had. Fails with Fault::storage.
  Result<client::StoreOpened> boot();
  bool write(const client::StoreWrite& write);

 private:
  explicit DeviceStore(SqliteFile file) : file_(std::move(file)) {}
  SqliteFile file_;
};

}  // namespace dp::hosts
