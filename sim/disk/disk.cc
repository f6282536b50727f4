#include "sim/disk/disk.h"

#include <utility>

namespace dp::sim {

void Disk::accept(client::StoreWrite write) {
  cache_.push_back(std::move(write));
}

void Disk::apply(const client::StorePut& put) {
  if (put.value) {
    durable_[put.key] = *put.value;
  } else {
    durable_.erase(put.key);
  }
}

std::optional<WriteId> Disk::sync_oldest() {
  if (cache_.empty()) return std::nullopt;
  const client::StoreWrite write = std::move(cache_.front());
  cache_.pop_front();
  for (const client::StorePut& put : write.puts) apply(put);
  return write.write;
}

std::optional<WriteId> Disk::drop_oldest() {
  if (cache_.empty()) return std::nullopt;
  const WriteId id = cache_.front().write;
  cache_.pop_front();
  return id;
}

std::size_t Disk::crash(const CrashDamage& damage) {
  std::size_t position = 0;
  std::size_t lost = 0;
  for (const client::StoreWrite& write : cache_) {
    for (const client::StorePut& put : write.puts) {
      if (position >= damage.puts_kept) {
        ++lost;
      } else {
        const bool last_kept = position + 1 == damage.puts_kept;
        client::StorePut kept = put;
        if (last_kept && damage.torn_bytes && kept.value && *damage.torn_bytes < kept.value->size())
          kept.value->resize(*damage.torn_bytes);
        apply(kept);
      }
      ++position;
    }
  }
  cache_.clear();
  return lost;
}

std::vector<client::StoreRow> Disk::rows_at_boot() const {
  std::vector<client::StoreRow> rows;
  rows.reserve(durable_.size());
  for (const auto& [key, value] : durable_) rows.push_back({key, value});
  return rows;
}

std::size_t Disk::cached_puts() const {
  std::size_t count = 0;
  for (const client::StoreWrite& write : cache_) count += write.puts.size();
  return count;
}

std::size_t Disk::cached_put_bytes(std::size_t position) const {
  for (const client::StoreWrite& write : cache_) {
    if (position < write.puts.size()) {
      const auto& value = write.puts[position].value;
      return value ? value->size() : 0;
    }
    position -= write.puts.size();
  }
  return 0;
}

void Disk::replace(Rows rows) {
  cache_.clear();
  durable_ = std::move(rows);
}

bool Disk::flip_bit(std::size_t row, std::size_t bit) {
  if (durable_.empty()) return false;
  auto at = durable_.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(row % durable_.size()));
  Bytes& value = at->second;
  if (value.empty()) return false;
  const std::size_t position = bit % (value.size() * 8);
  value[position / 8] = static_cast<std::uint8_t>(value[position / 8] ^ (1u << (position % 8)));
  return true;
}

}  // namespace dp::sim
