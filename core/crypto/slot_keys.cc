#include "core/crypto/slot_keys.h"

#include <cstdlib>
#include <new>

#include "core/crypto/sealing.h"

namespace dp::crypto {
namespace {

constexpr std::size_t kChunkKeys = 32;
static_assert(kSlotKeysMax % kChunkKeys == 0);

}  // namespace

Result<void> SlotKeys::reserve() {
  auto chunk = KeyArena::create(proof_, memory_, kChunkKeys * sizeof(HmacState));
  if (!chunk) return std::unexpected(chunk.error());
  chunks_.push_back(std::move(*chunk));
  return {};
}

const HmacState& SlotKeys::find_or_derive(const Name& name, const HmacState& epoch_key) {
  if (const auto found = known_.find(name); found != known_.end()) return *found->second;
  if (known_.size() == chunks_.size() * kChunkKeys) {
    const bool grown = known_.size() < kSlotKeysMax && reserve();
    if (!grown && chunks_.empty()) std::abort();
    if (!grown) known_.clear();  // start over in the memory there is
  }
  const std::size_t index = known_.size();
  const std::size_t offset = index % kChunkKeys * sizeof(HmacState);
  auto* key = new (chunks_[index / kChunkKeys].bytes().data() + offset) HmacState;
  derive_slot_key(epoch_key, name.slot_id, *key);
  known_.emplace(name, key);
  return *key;
}

void SlotKeys::clear() {
  known_.clear();
  chunks_.clear();
}

}  // namespace dp::crypto
