// Section 8.1: keys, names of slots and rows, and what a password becomes.
#include "conformance/vectors/input.h"
#include "core/crypto/account_keys.h"
#include "core/crypto/kdf.h"
#include "core/crypto/labels.h"
#include "core/crypto/sealing.h"

namespace dp::vectors {
namespace {

using crypto::AccountKeys;
using crypto::HmacState;
using crypto::KeyMemory;

std::string derived(ByteView key, std::string_view label, ByteView context = {}) {
  HmacState state;
  state.absorb_key(key);
  std::array<std::uint8_t, crypto::kHmacBytes> mac{};
  state.mac({as_bytes(label), context}, mac);
  return hex_encode(ByteView(mac).first(crypto::kKeyBytes));
}

Answer keys(const Json& input) {
  const auto master = array_of<32>(input, "master_key");
  const std::uint64_t epoch = number_of(input, "epoch");
  const auto chat = ChatId::parse(text_of(input, "chat_id"));
  if (!chat || epoch > crypto::kEpochsMax) return refused();
  const auto number = static_cast<std::uint32_t>(epoch);
  const auto all =
      AccountKeys::derive(*crypto::initialise(), KeyMemory::plain, crypto::KeyView(master), number);
  if (!all) return refused();
  Bytes context;
  append_u32(context, number);
  const std::string k_epoch = derived(master, crypto::kLabelEpoch, context);
  const SlotId slot = all->slot_id(*chat);
  return accepted({{"k_index", derived(master, crypto::kLabelIndex)},
                   {"k_epoch", k_epoch},
                   {"k_field", hex_encode(all->field_key())},
                   {"key_id", hex_encode(all->key_id(number).bytes)},
                   {"slot_id", hex_encode(slot.bytes)},
                   {"k_slot", derived(*hex_decode(k_epoch), crypto::kLabelSlotKey, slot.bytes)}});
}

Answer row_id(const Json& input) {
  const auto master = array_of<32>(input, "master_key");
  const auto all =
      AccountKeys::derive(*crypto::initialise(), KeyMemory::plain, crypto::KeyView(master), 1);
  if (!all) return refused();
  return accepted({{"row_id", hex_encode(all->row_id(text_of(input, "row_name")).bytes)}});
}

Answer kdf(const Json& input) {
  crypto::KdfParams params;
  params.salt = array_of<16>(input, "salt");
  params.operations = static_cast<std::uint32_t>(number_of(input, "operations"));
  params.memory_kib = static_cast<std::uint32_t>(number_of(input, "memory_kib"));
  const std::string password = text_of(input, "password");
  const bool floor = member(input, "floor").get<bool>();
  const auto policy = floor ? crypto::KdfPolicy::production() : crypto::KdfPolicy::simulation();
  const auto root = crypto::derive_root(*crypto::initialise(), policy, {password, params});
  if (!root) return refused();
  return accepted({{"root", hex_encode(root->view())},
                   {"wrap_key", hex_encode(crypto::wrap_key_of(*root).view())},
                   {"auth_secret", hex_encode(crypto::auth_secret_of(*root).view())}});
}

}  // namespace

std::vector<NamedAnswerer> key_answerers() {
  return {{"keys", keys}, {"row_id", row_id}, {"kdf", kdf}};
}

}  // namespace dp::vectors
