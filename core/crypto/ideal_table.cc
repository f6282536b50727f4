#include "core/crypto/ideal_table.h"

#include <cassert>
#include <utility>

namespace dp::crypto {
namespace {

constexpr std::size_t kFirstEntries = 64;

// Handles are evenly spread already, so some of their bits will do.
std::size_t home_of(const Hash32& handle, std::size_t entries) {
  std::uint64_t bits = 0;
  for (std::size_t index = 0; index < 8; ++index) bits = bits << 8 | handle[index];
  return static_cast<std::size_t>(bits) & (entries - 1);
}

}  // namespace

const IdealSealed* IdealTable::find(const Hash32& handle) const {
  if (entries_.empty()) return nullptr;
  std::size_t at = home_of(handle, entries_.size());
  while (entries_[at].sealed && entries_[at].handle != handle) at = (at + 1) % entries_.size();
  return entries_[at].sealed.get();
}

void IdealTable::insert(const Hash32& handle, IdealSealed sealed) {
  assert(find(handle) == nullptr);
  if ((used_ + 1) * 2 > entries_.size()) {
    auto old = std::exchange(entries_, {});
    entries_.resize(old.empty() ? kFirstEntries : old.size() * 2);
    for (Entry& entry : old) {
      if (entry.sealed) place(std::move(entry));
    }
  }
  place({handle, std::make_shared<const IdealSealed>(std::move(sealed))});
  ++used_;
}

void IdealTable::place(Entry entry) {
  std::size_t at = home_of(entry.handle, entries_.size());
  while (entries_[at].sealed) at = (at + 1) % entries_.size();
  entries_[at] = std::move(entry);
}

}  // namespace dp::crypto
