// The slot keys of the slots in use: a bounded memory of derivations already done.
//
// Deriving K_slot costs as much as the rest of a short seal, and a device works on few slots.
// Guarantees: what it answers never depends on what it remembers; it holds at most kSlotKeysMax
// keys, in KeyArenas.
// Does not: copy, or stand use by two threads.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "core/crypto/hmac.h"
#include "core/crypto/key_arena.h"
#include "core/vocabulary/ids.h"

namespace dp::crypto {

inline constexpr std::size_t kSlotKeysMax = 512;

class SlotKeys {
 public:
  SlotKeys(Initialised proof, KeyMemory memory) : proof_(proof), memory_(memory) {}
  SlotKeys(SlotKeys&&) = default;
  SlotKeys& operator=(SlotKeys&&) = default;

  struct Name {
    std::uint32_t key_ref = 0;
    std::uint32_t epoch = 0;
    SlotId slot_id;
    auto operator<=>(const Name&) const = default;
  };
  // Makes room for the first keys. Fails with Fault::key, "memory_not_locked".
  Result<void> reserve();
  // K_slot of the named slot under `epoch_key`, valid until the next call. If memory for the very
  // first keys cannot be locked after all, the program stops: it has nowhere to keep a key.
  const HmacState& find_or_derive(const Name& name, const HmacState& epoch_key);
  void clear();  // wipes all

 private:
  Initialised proof_;
  KeyMemory memory_;
  std::vector<KeyArena> chunks_;
  std::map<Name, const HmacState*> known_;
};

}  // namespace dp::crypto
