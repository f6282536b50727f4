// A device's disk: rows that are durable, and writes that are not yet.
//
// A write enters the cache (accept), later becomes durable (sync_oldest) and only then may the
// client be told. A crash keeps a prefix of what was in the cache and may tear the last row kept.
// Writes become durable in the order they were accepted.
// Guarantees: value type; nothing is durable before sync or crash says so.
// Does not: decide when or whether anything fails; the world does, on the tape.
#pragma once

#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/client/effect.h"
#include "core/client/event.h"

namespace dp::sim {

class Disk {
 public:
  using Rows = std::map<std::string, Bytes>;

  void accept(client::StoreWrite write);
  // The oldest cached write becomes durable; its id, or nullopt if there was none.
  std::optional<WriteId> sync_oldest();
  // The oldest cached write disappears without having touched a row.
  std::optional<WriteId> drop_oldest();

  struct CrashDamage {
    std::size_t puts_kept = 0;              // of the cached puts, in order
    std::optional<std::size_t> torn_bytes;  // how many bytes of the last kept row survived
  };
  // Returns how many cached puts were lost. A torn row that shrinks to nothing is an empty row.
  std::size_t crash(const CrashDamage& damage);

  // What a boot finds: the durable rows, sorted by key.
  std::vector<client::StoreRow> rows_at_boot() const;
  const Rows& durable() const { return durable_; }
  std::size_t cached_puts() const;
  std::size_t cached_writes() const { return cache_.size(); }
  const client::StoreWrite* oldest_cached() const {
    return cache_.empty() ? nullptr : &cache_.front();
  }
  // Size of the value a cached put holds, by its position over all cached writes.
  std::size_t cached_put_bytes(std::size_t position) const;

  void replace(Rows rows);  // restore, clone, wipe; drops the cache
  bool flip_bit(std::size_t row, std::size_t bit);

 private:
  void apply(const client::StorePut& put);

  Rows durable_;
  std::deque<client::StoreWrite> cache_;
};

}  // namespace dp::sim
