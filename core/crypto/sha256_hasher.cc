#include "core/crypto/sha256_hasher.h"

#include <sodium.h>

namespace dp::crypto {

Hash32 Sha256Hasher::sha256(ByteView bytes) const {
  Hash32 digest{};
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

}  // namespace dp::crypto
