// The two bare AEADs, without envelope, key derivation or commitment.
//
// Guarantees: aead_open writes nothing readable into `out` when it fails.
// Does not: protect against nonce reuse or against a ciphertext made to open under two keys; the
// envelope does both, and nothing outside core/crypto and its tests should call this.
#pragma once

#include <cstdint>
#include <span>

#include "core/crypto/envelope.h"
#include "core/crypto/initialise.h"
#include "core/crypto/secret.h"
#include "core/vocabulary/bytes.h"

namespace dp::crypto {

inline constexpr std::size_t kGcmNonceBytes = 12;

struct AeadInput {
  Suite suite = Suite::xchacha20_poly1305;
  KeyView key;
  ByteView nonce;  // at least 24 bytes for suite 1 and 12 for suite 2; the rest is not used
  ByteView associated_data;
};

bool suite_available(Initialised, Suite suite);

// out.size() == plaintext.size() + kTagBytes. False if the suite is not available.
bool aead_seal(Initialised, const AeadInput& input, ByteView plaintext,
               std::span<std::uint8_t> out);
// out.size() + kTagBytes == sealed.size(). False if it does not authenticate.
bool aead_open(Initialised, const AeadInput& input, ByteView sealed, std::span<std::uint8_t> out);

}  // namespace dp::crypto
