// A device's rows in one file: a log that is read at open and appended to.
//
//   record = key length u32, value length u32 (2^32 - 1: erased), key, value, sum u64
//
// Guarantees: a record that was cut short by a crash is ignored with what follows it; write returns
// after the bytes were handed to the operating system, which keeps them when the process is killed.
// Does not: survive a loss of power (no fsync), or shrink.
#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/client/effect.h"
#include "core/client/event.h"

namespace dp::kit {

class FileStore {
 public:
  explicit FileStore(const std::string& folder);
  bool usable() const { return file_ != nullptr; }
  std::vector<client::StoreRow> rows() const;
  bool write(const std::vector<client::StorePut>& puts);

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void load(const std::string& path);

  std::map<std::string, Bytes> rows_;
  std::unique_ptr<std::FILE, Closer> file_;
};

}  // namespace dp::kit
