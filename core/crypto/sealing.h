// Envelope v1 below the seam: pure functions of key state, header, nonce and plaintext.
//
//   K_slot  = HMAC(Ke, "ds1/slot" || slot_id)[:32]
//   OKM     = HMAC(K_slot, "ds1/msg\0" || N || AAD); message key OKM[0:32], commitment OKM[32:64]
//   AAD     = "draftsync/v1\0\0\0\0" || account id || header bytes 0..79
//
// Guarantees: open_envelope compares the commitment in constant time and decrypts only if it is
// right, so a ciphertext made to open under two keys opens under one at most (SEC-18).
// Does not: draw randomness or look keys up.
#pragma once

#include <cstdint>

#include "core/crypto/cipher.h"
#include "core/crypto/hmac.h"
#include "core/crypto/initialise.h"

namespace dp::crypto {

KeyId derive_key_id(const HmacState& epoch_key);
void derive_slot_key(const HmacState& epoch_key, const SlotId& slot_id, HmacState& slot_key);

// What goes into a nonce beside the slot key: fresh bytes, and three counters that keep it fresh
// if the random source ever repeats itself. The plaintext is not among them.
struct NonceInput {
  ByteView random;  // kNonceBytes of them
  std::uint64_t writer = 0;
  std::uint64_t sequence = 0;
  std::uint64_t boot = 0;
};
Nonce hedged_nonce(const HmacState& slot_key, const NonceInput& input);

// The whole envelope; header.commitment is filled in. Fails with Fault::cipher,
// "suite_unavailable".
Result<Bytes> seal_envelope(Initialised, const HmacState& slot_key, const AccountId& account,
                            Header header, ByteView plaintext);
// The same under the first kCommitmentAt bytes of a header as they stand, right or wrong.
Result<Bytes> seal_under_header(Initialised, const HmacState& slot_key, const AccountId& account,
                                Suite suite, ByteView header, ByteView plaintext);
// `header` is parse_header(envelope). Every failure is cannot_open().
Result<Bytes> open_envelope(Initialised, const HmacState& slot_key, const AccountId& account,
                            const Header& header, ByteView envelope);

}  // namespace dp::crypto
