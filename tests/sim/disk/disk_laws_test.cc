// The law of a disk, against a list of puts: what a boot finds is a prefix of what was accepted,
// whatever was synced, dropped or crashed in between, and at most its last row is torn.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/disk/disk.h"

namespace dp::sim {
namespace {

using client::StorePut;
using client::StoreWrite;

StoreWrite any_write(std::uint64_t number) {
  StoreWrite write{WriteId{number}, {}};
  const int puts = *rc::gen::inRange(1, 4);
  for (int put = 0; put < puts; ++put) {
    const std::string key(1, *rc::gen::element('a', 'b', 'c'));
    const bool erases = *rc::gen::inRange(0, 4) == 0;
    const auto byte = static_cast<std::uint8_t>(number * 4 + static_cast<std::uint64_t>(put));
    write.puts.push_back({key, erases ? std::nullopt : std::optional(Bytes(8, byte))});
  }
  return write;
}

void put_into(Disk::Rows& rows, const StorePut& put) {
  if (put.value) {
    rows[put.key] = *put.value;
  } else {
    rows.erase(put.key);
  }
}

RC_GTEST_PROP(DiskLaws, a_crash_leaves_a_prefix_of_what_was_accepted, ()) {
  Disk disk;
  Disk::Rows durable;
  std::deque<StoreWrite> cached;
  const int acts = *rc::gen::inRange(1, 30);
  for (int act = 0; act < acts; ++act) {
    const int what = *rc::gen::inRange(0, 6);
    if (what < 3) {
      const StoreWrite write = any_write(static_cast<std::uint64_t>(act) + 1);
      disk.accept(write);
      cached.push_back(write);
    } else if (what < 5) {
      const std::optional<WriteId> done = what == 3 ? disk.sync_oldest() : disk.drop_oldest();
      RC_ASSERT(done.has_value() == !cached.empty());
      if (!done) continue;
      RC_ASSERT(*done == cached.front().write);
      if (what == 3) {
        for (const StorePut& put : cached.front().puts) put_into(durable, put);
      }
      cached.pop_front();
    }
    RC_ASSERT(disk.durable() == durable);
    RC_ASSERT(disk.cached_writes() == cached.size());
  }

  std::vector<StorePut> puts;
  for (const StoreWrite& write : cached)
    puts.insert(puts.end(), write.puts.begin(), write.puts.end());
  RC_ASSERT(disk.cached_puts() == puts.size());
  const auto kept = *rc::gen::inRange<std::size_t>(0, puts.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) put_into(durable, puts[i]);
  RC_ASSERT(disk.crash({.puts_kept = kept, .torn_bytes = std::nullopt}) == puts.size() - kept);
  RC_ASSERT(disk.durable() == durable);
  RC_ASSERT(disk.cached_puts() == 0u);
}

}  // namespace
}  // namespace dp::sim
