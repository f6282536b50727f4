#include "core/crypto/real_cipher.h"

#include <sodium.h>

#include <algorithm>

#include "core/crypto/aead.h"
#include "core/crypto/padding.h"
#include "core/crypto/seal_rules.h"
#include "core/crypto/sealing.h"

namespace dp::crypto {
namespace {

// A wrap key plays the part of an epoch key, with the one slot of zeros.
struct WrapKeys {
  HmacState slot_key;
  KeyId key_id;

  explicit WrapKeys(const Secret32& root) {
    HmacState wrap_key;
    wrap_key.absorb_key(wrap_key_of(root).view());
    key_id = derive_key_id(wrap_key);
    derive_slot_key(wrap_key, SlotId{}, slot_key);
  }
};

struct Unwrapped {
  Secret32 master;
  std::uint32_t epoch = 0;
};

Result<Unwrapped> unwrap(Initialised proof, const WrapKeys& keys, const AccountId& account,
                         ByteView envelope) {
  const auto header = parse_header(envelope);
  if (!header || header->kind != Kind::wrapped_key || header->key_id != keys.key_id) {
    return cannot_open();
  }
  auto padded = open_envelope(proof, keys.slot_key, account, *header, envelope);
  if (!padded) return cannot_open();
  auto content = unpad(Kind::wrapped_key, *padded);
  wipe(*padded);
  if (!content) return cannot_open();
  Result<Unwrapped> unwrapped = cannot_open();
  if (content->size() == kKeyBytes && header->version <= kEpochsMax) {
    unwrapped.emplace();
    std::ranges::copy(*content, unwrapped->master.writable().begin());
    unwrapped->epoch = static_cast<std::uint32_t>(header->version);
  }
  wipe(*content);
  return unwrapped;
}

}  // namespace

Result<RealCipher> RealCipher::create(Initialised proof, KeyMemory memory, KdfPolicy policy) {
  RealCipher cipher(proof, memory, policy);
  if (auto reserved = cipher.slot_keys_.reserve(); !reserved) {
    return std::unexpected(reserved.error());
  }
  return cipher;
}

// Copies share keys, not the memory of derivations: that one belongs to a thread.
RealCipher::RealCipher(const RealCipher& other)
    : Cipher(other),
      KeyProvisioning(other),
      FieldSealer(other),
      proof_(other.proof_),
      memory_(other.memory_),
      policy_(other.policy_),
      accounts_(other.accounts_),
      slot_keys_(other.proof_, other.memory_) {}

RealCipher& RealCipher::operator=(const RealCipher& other) {
  if (this != &other) *this = RealCipher(other);
  return *this;
}

Hash32 RealCipher::sha256(ByteView bytes) const {
  Hash32 digest{};
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

Result<Bytes> RealCipher::seal(const SealRequest& request, ByteView padded_plaintext,
                               Random& random) {
  const AccountKeys* keys = find(request.key);
  if (keys == nullptr) return no_key();
  if (auto refused = check_seal_request(request, padded_plaintext.size()); !refused) {
    return std::unexpected(refused.error());
  }
  if (!suite_available(proof_, request.suite)) return fail(Fault::cipher, "suite_unavailable");
  Nonce fresh{};
  random.fill(Draw::nonce, fresh);
  const auto& key = slot_key(request.key, *keys, keys->epoch(), request.slot_id);
  const NonceInput input{fresh, request.writer, request.sequence, request.boot};
  return recompute(request, hedged_nonce(key, input), padded_plaintext);
}

Result<Bytes> RealCipher::recompute(const SealRequest& request, const Nonce& nonce,
                                    ByteView padded_plaintext) const {
  const AccountKeys* keys = find(request.key);
  if (keys == nullptr) return no_key();
  Header header = header_of(request);
  header.key_id = keys->key_id(keys->epoch());
  header.nonce = nonce;
  const auto& key = slot_key(request.key, *keys, keys->epoch(), request.slot_id);
  return seal_envelope(proof_, key, request.account, header, padded_plaintext);
}

Result<Bytes> RealCipher::seal_as_written(KeyRef key, const AccountId& account, ByteView header,
                                          ByteView padded_plaintext) const {
  constexpr std::size_t kSuiteAt = 4;
  constexpr std::size_t kSlotAt = 24;
  const AccountKeys* keys = find(key);
  if (keys == nullptr) return no_key();
  if (header.size() < kCommitmentAt) return fail(Fault::caller, "bad_seal_request", "length");
  SlotId slot;
  std::ranges::copy(header.subspan(kSlotAt, slot.bytes.size()), slot.bytes.begin());
  const bool aes = header[kSuiteAt] == static_cast<std::uint8_t>(Suite::aes256_gcm);
  const Suite suite = aes ? Suite::aes256_gcm : Suite::xchacha20_poly1305;
  const auto& sealing_key = slot_key(key, *keys, keys->epoch(), slot);
  return seal_under_header(proof_, sealing_key, account, suite, header, padded_plaintext);
}

Result<Opened> RealCipher::open(const OpenRequest& request, ByteView envelope) const {
  const AccountKeys* keys = find(request.key);
  const auto header = parse_header(envelope);
  if (keys == nullptr || !header || !is_expected(request, *header)) return cannot_open();
  const auto epoch = keys->epoch_of(header->key_id);
  if (!epoch) return cannot_open();
  const auto& key = slot_key(request.key, *keys, *epoch, header->slot_id);
  auto plaintext = open_envelope(proof_, key, request.account, *header, envelope);
  if (!plaintext) return std::unexpected(plaintext.error());
  return Opened{*header, std::move(*plaintext)};
}

bool RealCipher::knows_key(KeyRef key, const KeyId& id) const {
  const AccountKeys* keys = find(key);
  return keys != nullptr && keys->epoch_of(id).has_value();
}

Result<SlotId> RealCipher::slot_id(KeyRef key, const ChatId& chat) const {
  const AccountKeys* keys = find(key);
  if (keys == nullptr) return no_key();
  return keys->slot_id(chat);
}

Result<SlotId> RealCipher::row_id(KeyRef key, std::string_view row_name) const {
  const AccountKeys* keys = find(key);
  if (keys == nullptr) return no_key();
  return keys->row_id(row_name);
}

Result<Bytes> RealCipher::open_field(KeyRef key, ByteView iv_ct_tag) const {
  const AccountKeys* keys = find(key);
  if (keys == nullptr || iv_ct_tag.size() < kGcmNonceBytes + kTagBytes) return cannot_open();
  Bytes plaintext(iv_ct_tag.size() - kGcmNonceBytes - kTagBytes);
  const AeadInput input{Suite::aes256_gcm, keys->field_key(), iv_ct_tag.first(kGcmNonceBytes), {}};
  if (!aead_open(proof_, input, iv_ct_tag.subspan(kGcmNonceBytes), plaintext)) {
    return cannot_open();
  }
  return plaintext;
}

Result<Bytes> RealCipher::seal_field(KeyRef key, ByteView plaintext, Random& random) {
  const AccountKeys* keys = find(key);
  if (keys == nullptr) return no_key();
  if (!aes256_gcm_available(proof_)) return fail(Fault::cipher, "suite_unavailable");
  Bytes sealed(kGcmNonceBytes + plaintext.size() + kTagBytes);
  const auto iv = std::span(sealed).first(kGcmNonceBytes);
  random.fill(Draw::nonce, iv);
  const AeadInput input{Suite::aes256_gcm, keys->field_key(), iv, {}};
  aead_seal(proof_, input, plaintext, std::span(sealed).subspan(kGcmNonceBytes));
  return sealed;
}

Result<KeyRef> RealCipher::add_account(KeyView master, std::uint32_t epoch) {
  for (std::size_t index = 0; index < accounts_.size(); ++index) {
    const auto& known = accounts_[index];
    if (known && known->epoch() == epoch &&
        sodium_memcmp(known->master().data(), master.data(), kKeyBytes) == 0) {
      return KeyRef{static_cast<std::uint32_t>(index + 1)};
    }
  }
  auto keys = AccountKeys::derive(proof_, memory_, master, epoch);
  if (!keys) return std::unexpected(keys.error());
  accounts_.push_back(std::make_shared<const AccountKeys>(std::move(*keys)));
  return KeyRef{static_cast<std::uint32_t>(accounts_.size())};
}

Result<Bytes> RealCipher::wrap_master_key(KeyRef key, const AccountId& account,
                                          const Password& password, Random& random) {
  const AccountKeys* keys = find(key);
  if (keys == nullptr) return no_key();
  const auto root = derive_root(proof_, policy_, password);
  if (!root) return std::unexpected(root.error());
  const WrapKeys wrap(*root);
  Nonce fresh{};
  random.fill(Draw::nonce, fresh);
  Header header;
  header.kind = Kind::wrapped_key;
  header.key_id = wrap.key_id;
  header.version = keys->epoch();
  header.nonce = hedged_nonce(wrap.slot_key, {.random = fresh});
  auto padded = pad(Kind::wrapped_key, keys->master());
  auto envelope = seal_envelope(proof_, wrap.slot_key, account, header, *padded);
  wipe(*padded);
  return envelope;
}

Result<KeyRef> RealCipher::unlock(const AccountId& account, const Password& password,
                                  ByteView wrapped_key) {
  const auto root = derive_root(proof_, policy_, password);
  if (!root) return std::unexpected(root.error());
  const auto unwrapped = unwrap(proof_, WrapKeys(*root), account, wrapped_key);
  if (!unwrapped) return std::unexpected(unwrapped.error());
  return add_account(unwrapped->master.view(), unwrapped->epoch);
}

Result<Secret32> RealCipher::auth_secret(const Password& password) {
  const auto root = derive_root(proof_, policy_, password);
  if (!root) return std::unexpected(root.error());
  return auth_secret_of(*root);
}

void RealCipher::forget(KeyRef key) {
  if (find(key) == nullptr) return;
  accounts_[key.value - 1].reset();
  slot_keys_.clear();
}

const AccountKeys* RealCipher::find(KeyRef key) const {
  if (key.value == 0 || key.value > accounts_.size()) return nullptr;
  return accounts_[key.value - 1].get();
}

const HmacState& RealCipher::slot_key(KeyRef key, const AccountKeys& keys, std::uint32_t epoch,
                                      const SlotId& slot_id) const {
  return slot_keys_.find_or_derive({key.value, epoch, slot_id}, keys.epoch_key(epoch));
}

}  // namespace dp::crypto
