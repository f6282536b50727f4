// HMAC-SHA-512 with the key already absorbed: an HmacState is a key, ready to use.
//
// Absorbing a key costs two compressions, as much as a short message does, so keys that are used
// again are kept in this form. An HmacState is key material: it has no copy and wipes itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "core/crypto/secret.h"
#include "core/vocabulary/bytes.h"

namespace dp::crypto {

inline constexpr std::size_t kHmacBytes = 64;

class HmacState {
 public:
  HmacState() = default;
  HmacState(const HmacState&) = delete;
  HmacState& operator=(const HmacState&) = delete;
  ~HmacState() { wipe(bytes_); }

  // Any key length; replaces the key this state held.
  void absorb_key(ByteView key);
  // The MAC of the parts joined, under the absorbed key.
  void mac(std::initializer_list<ByteView> parts, std::span<std::uint8_t, kHmacBytes> out) const;

 private:
  alignas(8) std::uint8_t bytes_[416] = {};  // the library's state; its size is asserted in hmac.cc
};

}  // namespace dp::crypto
