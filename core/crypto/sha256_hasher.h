// SHA-256 without any key: what a server program needs of this room, and all of it.
#pragma once

#include "core/crypto/cipher.h"

namespace dp::crypto {

class Sha256Hasher final : public Hasher {
 public:
  Hash32 sha256(ByteView bytes) const override;
};

}  // namespace dp::crypto
