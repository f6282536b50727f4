#include "core/crypto/secret.h"

#include <sodium.h>

namespace dp::crypto {

void wipe(std::span<std::uint8_t> bytes) {
  sodium_memzero(bytes.data(), bytes.size());
}

}  // namespace dp::crypto
