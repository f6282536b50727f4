// The keys of one unlocked account, derived once from its master key and kept ready to use.
//
//   M --+-- K_index ---- slot ids, row ids
//       +-- K_field ---- the field dialect's one key
//       +-- Ke, for each epoch e from 1 to the current one ---- key id, K_slot of each slot
//
// Guarantees: all key bytes live in one KeyArena and are wiped with it; an AccountKeys never
// changes, so snapshots of a world may share it, also across threads.
// Does not: copy. Does not remember passwords or wrap keys.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/crypto/hmac.h"
#include "core/crypto/key_arena.h"
#include "core/vocabulary/ids.h"
#include "core/vocabulary/result.h"

namespace dp::crypto {

inline constexpr std::uint32_t kEpochsMax = 1024;

class AccountKeys {
 public:
  // Fails with Fault::key: "bad_epoch" outside [1, kEpochsMax], or "memory_not_locked".
  static Result<AccountKeys> derive(Initialised proof, KeyMemory memory, KeyView master,
                                    std::uint32_t epoch);

  std::uint32_t epoch() const { return epoch_; }  // the one to seal with
  KeyView master() const;
  KeyView field_key() const;
  const HmacState& epoch_key(std::uint32_t epoch) const;  // 1 <= epoch <= epoch()
  const KeyId& key_id(std::uint32_t epoch) const;
  std::optional<std::uint32_t> epoch_of(const KeyId& id) const;

  SlotId slot_id(const ChatId& chat) const;
  SlotId row_id(std::string_view row_name) const;

 private:
  struct Tree;
  struct EpochKeys;
  AccountKeys(KeyArena arena, std::uint32_t epoch) : arena_(std::move(arena)), epoch_(epoch) {}
  const Tree& tree() const;
  const EpochKeys& epoch_keys(std::uint32_t epoch) const;

  KeyArena arena_;  // a Tree, then one EpochKeys for each epoch
  std::uint32_t epoch_;
};

}  // namespace dp::crypto
