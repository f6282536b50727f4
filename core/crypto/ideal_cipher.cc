#include "core/crypto/ideal_cipher.h"

#include <algorithm>
#include <array>

#include "core/crypto/account_keys.h"
#include "core/crypto/aead.h"
#include "core/crypto/ideal_bytes.h"
#include "core/crypto/padding.h"
#include "core/crypto/seal_rules.h"

namespace dp::crypto {
namespace {

// Passwords and masters are numbered apart, so that neither opens what the other sealed.
constexpr std::uint32_t kPasswordHolder = 1u << 31;
constexpr std::uint32_t kFieldEpoch = 0;  // no envelope has it

template <class Name>
Name first16(const Hash32& digest) {
  Name name;
  std::copy_n(digest.begin(), name.bytes.size(), name.bytes.begin());
  return name;
}

KeyId key_id_of(std::uint32_t holder, std::uint32_t epoch) {
  return first16<KeyId>(IdealDigest("key id").number(holder).number(epoch).finish());
}

Nonce nonce_of(const Header& header, ByteView fresh, const SealRequest& request) {
  IdealDigest digest("nonce");
  digest.bytes(header.key_id.bytes).bytes(header.slot_id.bytes).bytes(fresh);
  digest.number(request.writer).number(request.sequence).number(request.boot);
  const Hash32 bytes = digest.finish();
  Nonce nonce{};
  std::copy_n(bytes.begin(), nonce.size(), nonce.begin());
  return nonce;
}

Hash32 field_handle(ByteView sealed) {
  return IdealDigest("field").bytes(sealed).finish();
}

std::uint32_t ordinal_of(std::vector<Hash32>& known, const Hash32& digest) {
  const auto found = std::ranges::find(known, digest);
  const auto ordinal = static_cast<std::uint32_t>(found - known.begin());
  if (found == known.end()) known.push_back(digest);
  return ordinal;
}

}  // namespace

Hash32 IdealCipher::sha256(ByteView bytes) const {
  return ideal_digest(bytes);
}

// Fills in the commitment, which is both the handle in the table and the seed of the ciphertext. A
// repeated nonce over the same header is what a broken random source makes: the same content gives
// the same envelope, another content another one, as an ideal deterministic AEAD would.
Bytes IdealCipher::remember(IdealSealed sealed, std::size_t ciphertext_bytes) {
  Header& header = sealed.header;
  Bytes associated;
  append_header(associated, header);
  for (std::uint64_t salt = 0;; ++salt) {
    IdealDigest digest("commitment");
    digest.bytes(sealed.account.bytes).bytes(associated).number(salt);
    header.commitment = digest.finish();
    const IdealSealed* known = table_.find(header.commitment);
    if (known != nullptr && *known != sealed) continue;
    Bytes envelope;
    envelope.reserve(kHeaderBytes + ciphertext_bytes);
    append_header(envelope, header);
    envelope.resize(kHeaderBytes + ciphertext_bytes);
    const Hash32 handle = header.commitment;
    ideal_stream(handle, std::span(envelope).subspan(kHeaderBytes));
    if (known == nullptr) table_.insert(handle, std::move(sealed));
    return envelope;
  }
}

Result<Bytes> IdealCipher::seal(const SealRequest& request, ByteView padded_plaintext,
                                Random& random) {
  const Account* account = find(request.key);
  if (account == nullptr) return no_key();
  if (auto refused = check_seal_request(request, padded_plaintext.size()); !refused) {
    return std::unexpected(refused.error());
  }
  Nonce fresh{};
  random.fill(Draw::nonce, fresh);
  IdealSealed sealed{account->master, account->epoch, request.account, header_of(request),
                     Bytes(padded_plaintext.begin(), padded_plaintext.end())};
  sealed.header.key_id = key_id_of(account->master, account->epoch);
  sealed.header.nonce = nonce_of(sealed.header, fresh, request);
  return remember(std::move(sealed), padded_plaintext.size() + kTagBytes);
}

Result<Opened> IdealCipher::open(const OpenRequest& request, ByteView envelope) const {
  const Account* account = find(request.key);
  const auto header = parse_header(envelope);
  if (account == nullptr || !header || !is_expected(request, *header)) return cannot_open();
  const IdealSealed* sealed = table_.find(header->commitment);
  if (sealed == nullptr || sealed->header != *header || sealed->account != request.account ||
      sealed->holder != account->master || sealed->epoch > account->epoch ||
      envelope.size() != kHeaderBytes + sealed->content.size() + kTagBytes ||
      !is_ideal_stream(header->commitment, envelope.subspan(kHeaderBytes))) {
    return cannot_open();
  }
  return Opened{*header, sealed->content};
}

bool IdealCipher::knows_key(KeyRef key, const KeyId& id) const {
  const Account* account = find(key);
  for (std::uint32_t epoch = 1; account != nullptr && epoch <= account->epoch; ++epoch) {
    if (key_id_of(account->master, epoch) == id) return true;
  }
  return false;
}

Result<SlotId> IdealCipher::slot_id(KeyRef key, const ChatId& chat) const {
  const Account* account = find(key);
  if (account == nullptr) return no_key();
  return first16<SlotId>(
      IdealDigest("slot id").number(account->master).bytes(chat.bytes()).finish());
}

Result<SlotId> IdealCipher::row_id(KeyRef key, std::string_view row_name) const {
  const Account* account = find(key);
  if (account == nullptr) return no_key();
  return first16<SlotId>(
      IdealDigest("row id").number(account->master).bytes(as_bytes(row_name)).finish());
}

Result<Bytes> IdealCipher::open_field(KeyRef key, ByteView iv_ct_tag) const {
  const Account* account = find(key);
  const IdealSealed* sealed = table_.find(field_handle(iv_ct_tag));
  if (account == nullptr || sealed == nullptr || sealed->epoch != kFieldEpoch ||
      sealed->holder != account->master) {
    return cannot_open();
  }
  return sealed->content;
}

Result<Bytes> IdealCipher::seal_field(KeyRef key, ByteView plaintext, Random& random) {
  const Account* account = find(key);
  if (account == nullptr) return no_key();
  std::array<std::uint8_t, kGcmNonceBytes> iv{};
  random.fill(Draw::nonce, iv);
  IdealSealed content;
  content.holder = account->master;
  content.epoch = kFieldEpoch;
  content.content.assign(plaintext.begin(), plaintext.end());
  for (std::uint64_t salt = 0;; ++salt) {
    IdealDigest seed("field stream");
    seed.number(account->master).bytes(iv).number(plaintext.size()).number(salt);
    Bytes sealed(kGcmNonceBytes + plaintext.size() + kTagBytes);
    std::ranges::copy(iv, sealed.begin());
    ideal_stream(seed.finish(), std::span(sealed).subspan(kGcmNonceBytes));
    const Hash32 handle = field_handle(sealed);
    const IdealSealed* known = table_.find(handle);
    if (known != nullptr && *known != content) continue;
    if (known == nullptr) table_.insert(handle, std::move(content));
    return sealed;
  }
}

KeyRef IdealCipher::add(std::uint32_t master, std::uint32_t epoch) {
  for (std::size_t index = 0; index < accounts_.size(); ++index) {
    const Account& known = accounts_[index];
    if (known.here && known.master == master && known.epoch == epoch) {
      return KeyRef{static_cast<std::uint32_t>(index + 1)};
    }
  }
  accounts_.push_back({master, epoch, true});
  return KeyRef{static_cast<std::uint32_t>(accounts_.size())};
}

Result<KeyRef> IdealCipher::add_account(KeyView master, std::uint32_t epoch) {
  if (epoch == 0 || epoch > kEpochsMax) return fail(Fault::key, "bad_epoch");
  return add(ordinal_of(masters_, IdealDigest("master").bytes(master).finish()), epoch);
}

Result<std::uint32_t> IdealCipher::password_ordinal(const Password& password) {
  if (auto refused = policy_.check(password.params); !refused) {
    return std::unexpected(refused.error());
  }
  if (password.text.empty()) return fail(Fault::key, "password_empty");
  IdealDigest digest("password");
  digest.bytes(as_bytes(password.text)).bytes(password.params.salt);
  digest.number(password.params.operations).number(password.params.memory_kib);
  return ordinal_of(passwords_, digest.finish());
}

Result<Bytes> IdealCipher::wrap_master_key(KeyRef key, const AccountId& account,
                                           const Password& password, Random& random) {
  const Account* keys = find(key);
  if (keys == nullptr) return no_key();
  const auto ordinal = password_ordinal(password);
  if (!ordinal) return std::unexpected(ordinal.error());
  Nonce fresh{};
  random.fill(Draw::nonce, fresh);
  IdealSealed sealed;
  sealed.holder = *ordinal | kPasswordHolder;
  sealed.epoch = keys->epoch;
  sealed.account = account;
  sealed.header.kind = Kind::wrapped_key;
  sealed.header.key_id = key_id_of(sealed.holder, 0);
  sealed.header.version = keys->epoch;
  sealed.header.nonce = nonce_of(sealed.header, fresh, {});
  append_u32(sealed.content, keys->master);  // the ordinal stands for the key
  return remember(std::move(sealed), kWrappedKeyBucketBytes + kTagBytes);
}

Result<KeyRef> IdealCipher::unlock(const AccountId& account, const Password& password,
                                   ByteView wrapped_key) {
  const auto ordinal = password_ordinal(password);
  if (!ordinal) return std::unexpected(ordinal.error());
  const auto header = parse_header(wrapped_key);
  if (!header || header->kind != Kind::wrapped_key) return cannot_open();
  const IdealSealed* sealed = table_.find(header->commitment);
  if (sealed == nullptr || sealed->header != *header || sealed->account != account ||
      sealed->holder != (*ordinal | kPasswordHolder) ||
      wrapped_key.size() != kHeaderBytes + kWrappedKeyBucketBytes + kTagBytes ||
      !is_ideal_stream(header->commitment, wrapped_key.subspan(kHeaderBytes))) {
    return cannot_open();
  }
  return add(ByteReader(sealed->content).u32(), sealed->epoch);
}

Result<Secret32> IdealCipher::auth_secret(const Password& password) {
  const auto ordinal = password_ordinal(password);
  if (!ordinal) return std::unexpected(ordinal.error());
  const Hash32 digest = IdealDigest("auth").number(*ordinal).finish();
  Secret32 secret;
  std::ranges::copy(digest, secret.writable().begin());
  return secret;
}

void IdealCipher::forget(KeyRef key) {
  if (find(key) != nullptr) accounts_[key.value - 1].here = false;
}

const IdealCipher::Account* IdealCipher::find(KeyRef key) const {
  if (key.value == 0 || key.value > accounts_.size()) return nullptr;
  const Account& account = accounts_[key.value - 1];
  return account.here ? &account : nullptr;
}

}  // namespace dp::crypto
