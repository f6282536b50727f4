#include "core/crypto/hmac.h"

#include <sodium.h>

#include <cstring>

namespace dp::crypto {

using State = crypto_auth_hmacsha512_state;

void HmacState::absorb_key(ByteView key) {
  static_assert(sizeof(bytes_) == sizeof(State) && alignof(State) <= 8);
  State state;
  crypto_auth_hmacsha512_init(&state, key.data(), key.size());
  std::memcpy(bytes_, &state, sizeof(state));
  sodium_memzero(&state, sizeof(state));
}

void HmacState::mac(std::initializer_list<ByteView> parts,
                    std::span<std::uint8_t, kHmacBytes> out) const {
  State state;
  std::memcpy(&state, bytes_, sizeof(state));
  for (const ByteView part : parts) {
    // The library's buffer must not be handed a null pointer, even for no bytes.
    if (!part.empty()) crypto_auth_hmacsha512_update(&state, part.data(), part.size());
  }
  crypto_auth_hmacsha512_final(&state, out.data());
  sodium_memzero(&state, sizeof(state));
}

}  // namespace dp::crypto
