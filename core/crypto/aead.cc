#include "core/crypto/aead.h"

#include <sodium.h>

namespace dp::crypto {
namespace {

std::size_t nonce_bytes(Suite suite) {
  return suite == Suite::aes256_gcm ? kGcmNonceBytes : kNonceBytes;
}

static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == kNonceBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == kTagBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == kKeyBytes);
static_assert(crypto_aead_aes256gcm_NPUBBYTES == kGcmNonceBytes);
static_assert(crypto_aead_aes256gcm_ABYTES == kTagBytes);
static_assert(crypto_aead_aes256gcm_KEYBYTES == kKeyBytes);

}  // namespace

bool suite_available(Initialised proof, Suite suite) {
  return suite == Suite::xchacha20_poly1305 ||
         (suite == Suite::aes256_gcm && aes256_gcm_available(proof));
}

bool aead_seal(Initialised proof, const AeadInput& input, ByteView plaintext,
               std::span<std::uint8_t> out) {
  if (!suite_available(proof, input.suite) || input.nonce.size() < nonce_bytes(input.suite) ||
      out.size() != plaintext.size() + kTagBytes) {
    return false;
  }
  const auto encrypt = input.suite == Suite::aes256_gcm
                           ? crypto_aead_aes256gcm_encrypt
                           : crypto_aead_xchacha20poly1305_ietf_encrypt;
  return encrypt(out.data(), nullptr, plaintext.data(), plaintext.size(),
                 input.associated_data.data(), input.associated_data.size(), nullptr,
                 input.nonce.data(), input.key.data()) == 0;
}

bool aead_open(Initialised proof, const AeadInput& input, ByteView sealed,
               std::span<std::uint8_t> out) {
  if (!suite_available(proof, input.suite) || input.nonce.size() < nonce_bytes(input.suite) ||
      sealed.size() != out.size() + kTagBytes) {
    return false;
  }
  const auto decrypt = input.suite == Suite::aes256_gcm
                           ? crypto_aead_aes256gcm_decrypt
                           : crypto_aead_xchacha20poly1305_ietf_decrypt;
  // Both check the tag before they decrypt, and fill `out` with zeros if it is wrong.
  return decrypt(out.data(), nullptr, nullptr, sealed.data(), sealed.size(),
                 input.associated_data.data(), input.associated_data.size(), input.nonce.data(),
                 input.key.data()) == 0;
}

}  // namespace dp::crypto
