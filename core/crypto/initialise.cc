#include "core/crypto/initialise.h"

#include <sodium.h>

namespace dp::crypto {

Result<Initialised> initialise() {
  if (sodium_init() < 0) return fail(Fault::key, "crypto_library_unusable");
  return Initialised();
}

bool aes256_gcm_available(Initialised) {
  return crypto_aead_aes256gcm_is_available() == 1;
}

}  // namespace dp::crypto
