#include "core/crypto/sealing.h"

#include <sodium.h>

#include <algorithm>

#include "core/crypto/aead.h"
#include "core/crypto/labels.h"
#include "core/crypto/seal_rules.h"

namespace dp::crypto {
namespace {

constexpr std::size_t kAadBytes = 16 + 16 + kAuthenticatedHeaderBytes;
using Aad = std::array<std::uint8_t, kAadBytes>;

Aad associated_data(const AccountId& account, ByteView envelope) {
  Aad aad{};
  auto at = std::ranges::copy(as_bytes(kLabelAad), aad.begin()).out;
  at = std::ranges::copy(account.bytes, at).out;
  std::ranges::copy(envelope.first(kAuthenticatedHeaderBytes), at);
  return aad;
}

// The message key and the commitment, in this order.
Secret<kHmacBytes> message_keys(const HmacState& slot_key, const Nonce& nonce, const Aad& aad) {
  Secret<kHmacBytes> okm;
  slot_key.mac({as_bytes(kLabelMessage), nonce, aad}, okm.writable());
  return okm;
}

KeyView message_key(const Secret<kHmacBytes>& okm) {
  return okm.view().first<kKeyBytes>();
}
KeyView commitment(const Secret<kHmacBytes>& okm) {
  return okm.view().last<kKeyBytes>();
}

}  // namespace

KeyId derive_key_id(const HmacState& epoch_key) {
  Secret<kHmacBytes> mac;
  epoch_key.mac({as_bytes(kLabelKeyId)}, mac.writable());
  KeyId id;
  std::ranges::copy(mac.view().first<16>(), id.bytes.begin());
  return id;
}

void derive_slot_key(const HmacState& epoch_key, const SlotId& slot_id, HmacState& slot_key) {
  Secret<kHmacBytes> mac;
  epoch_key.mac({as_bytes(kLabelSlotKey), slot_id.bytes}, mac.writable());
  slot_key.absorb_key(mac.view().first<kKeyBytes>());
}

Nonce hedged_nonce(const HmacState& slot_key, const NonceInput& input) {
  Bytes counters;
  counters.reserve(3 * sizeof(std::uint64_t));
  append_u64(counters, input.writer);
  append_u64(counters, input.sequence);
  append_u64(counters, input.boot);
  Secret<kHmacBytes> mac;
  slot_key.mac({as_bytes(kLabelNonce), input.random, counters}, mac.writable());
  Nonce nonce{};
  std::ranges::copy(mac.view().first<kNonceBytes>(), nonce.begin());
  return nonce;
}

Result<Bytes> seal_envelope(Initialised proof, const HmacState& slot_key, const AccountId& account,
                            Header header, ByteView plaintext) {
  Bytes bytes;
  bytes.reserve(kHeaderBytes);
  append_header(bytes, header);
  const ByteView before_commitment = ByteView(bytes).first(kCommitmentAt);
  return seal_under_header(proof, slot_key, account, header.suite, before_commitment, plaintext);
}

Result<Bytes> seal_under_header(Initialised proof, const HmacState& slot_key,
                                const AccountId& account, Suite suite, ByteView header,
                                ByteView plaintext) {
  Bytes envelope;
  envelope.reserve(kHeaderBytes + plaintext.size() + kTagBytes);
  append(envelope, header.first(kCommitmentAt));
  const Aad aad = associated_data(account, envelope);
  Nonce nonce{};
  std::ranges::copy(header.subspan(kCommitmentAt - kNonceBytes, kNonceBytes), nonce.begin());
  const auto okm = message_keys(slot_key, nonce, aad);
  append(envelope, commitment(okm));
  envelope.resize(kHeaderBytes + plaintext.size() + kTagBytes);
  const AeadInput input{suite, message_key(okm), nonce, aad};
  if (!aead_seal(proof, input, plaintext, std::span(envelope).subspan(kHeaderBytes))) {
    return fail(Fault::cipher, "suite_unavailable");
  }
  return envelope;
}

Result<Bytes> open_envelope(Initialised proof, const HmacState& slot_key, const AccountId& account,
                            const Header& header, ByteView envelope) {
  const Aad aad = associated_data(account, envelope);
  const auto okm = message_keys(slot_key, header.nonce, aad);
  if (sodium_memcmp(commitment(okm).data(), header.commitment.data(), kKeyBytes) != 0) {
    return cannot_open();
  }
  Bytes plaintext(envelope.size() - kHeaderBytes - kTagBytes);
  const AeadInput input{header.suite, message_key(okm), header.nonce, aad};
  if (!aead_open(proof, input, envelope.subspan(kHeaderBytes), plaintext)) return cannot_open();
  return plaintext;
}

}  // namespace dp::crypto
