#include "core/crypto/account_keys.h"

#include <algorithm>
#include <cassert>
#include <new>

#include "core/crypto/labels.h"
#include "core/crypto/sealing.h"

namespace dp::crypto {

struct AccountKeys::Tree {
  std::array<std::uint8_t, kKeyBytes> master;
  std::array<std::uint8_t, kKeyBytes> field;
  HmacState index;
};

struct AccountKeys::EpochKeys {
  HmacState key;
  KeyId id;
};

namespace {

// HMAC(M, label || context)[:32], absorbed as the key of `derived`.
void derive_key(const HmacState& master, std::string_view label, ByteView context,
                HmacState& derived) {
  Secret<kHmacBytes> mac;
  master.mac({as_bytes(label), context}, mac.writable());
  derived.absorb_key(mac.view().first<kKeyBytes>());
}

SlotId named_slot(const HmacState& index, std::string_view label, std::string_view name) {
  Secret<kHmacBytes> mac;
  index.mac({as_bytes(label), as_bytes(name)}, mac.writable());
  SlotId id;
  std::ranges::copy(mac.view().first<16>(), id.bytes.begin());
  return id;
}

}  // namespace

Result<AccountKeys> AccountKeys::derive(Initialised proof, KeyMemory memory, KeyView master,
                                        std::uint32_t epoch) {
  if (epoch == 0 || epoch > kEpochsMax) return fail(Fault::key, "bad_epoch");
  auto arena = KeyArena::create(proof, memory, sizeof(Tree) + epoch * sizeof(EpochKeys));
  if (!arena) return std::unexpected(arena.error());

  // Nothing in the arena is destroyed one by one: the arena wipes all of it.
  Tree* tree = new (arena->bytes().data()) Tree{};
  std::ranges::copy(master, tree->master.begin());
  HmacState master_key;
  master_key.absorb_key(master);
  derive_key(master_key, kLabelIndex, {}, tree->index);
  Secret<kHmacBytes> field;
  master_key.mac({as_bytes(kLabelField)}, field.writable());
  std::ranges::copy(field.view().first<kKeyBytes>(), tree->field.begin());

  for (std::uint32_t number = 1; number <= epoch; ++number) {
    const std::size_t offset = sizeof(Tree) + (number - 1) * sizeof(EpochKeys);
    auto* keys = new (arena->bytes().data() + offset) EpochKeys{};
    Bytes context;
    append_u32(context, number);
    derive_key(master_key, kLabelEpoch, context, keys->key);
    keys->id = derive_key_id(keys->key);
  }
  return AccountKeys(std::move(*arena), epoch);
}

const AccountKeys::Tree& AccountKeys::tree() const {
  return *std::launder(reinterpret_cast<const Tree*>(arena_.bytes().data()));
}

const AccountKeys::EpochKeys& AccountKeys::epoch_keys(std::uint32_t epoch) const {
  assert(epoch >= 1 && epoch <= epoch_);
  static_assert(sizeof(Tree) % alignof(EpochKeys) == 0);
  const std::size_t offset = sizeof(Tree) + (epoch - 1) * sizeof(EpochKeys);
  return *std::launder(reinterpret_cast<const EpochKeys*>(arena_.bytes().data() + offset));
}

KeyView AccountKeys::master() const {
  return tree().master;
}

KeyView AccountKeys::field_key() const {
  return tree().field;
}

const HmacState& AccountKeys::epoch_key(std::uint32_t epoch) const {
  return epoch_keys(epoch).key;
}

const KeyId& AccountKeys::key_id(std::uint32_t epoch) const {
  return epoch_keys(epoch).id;
}

std::optional<std::uint32_t> AccountKeys::epoch_of(const KeyId& id) const {
  for (std::uint32_t number = epoch_; number >= 1; --number) {
    if (key_id(number) == id) return number;
  }
  return std::nullopt;
}

SlotId AccountKeys::slot_id(const ChatId& chat) const {
  return named_slot(tree().index, kLabelSlotId, chat.text());
}

SlotId AccountKeys::row_id(std::string_view row_name) const {
  return named_slot(tree().index, kLabelRowId, row_name);
}

}  // namespace dp::crypto
