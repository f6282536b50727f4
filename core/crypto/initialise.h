// The one explicit start of the cryptographic library.
//
// Initialised is a proof: whatever needs a started library asks for one, so nothing can run before
// initialise() succeeded, and nothing starts the library behind a caller's back.
// Guarantees: may be called any number of times from any thread.
// Does not: make the library's own random source available. It draws 16 bytes from the system for
// its own canaries while starting; nothing of ours ever draws from it (see vocabulary/random.h).
#pragma once

#include "core/vocabulary/result.h"

namespace dp::crypto {

class Initialised {
 private:
  Initialised() = default;
  friend Result<Initialised> initialise();
};

// Fails with Fault::key, "crypto_library_unusable".
Result<Initialised> initialise();

// Suite 2 needs AES instructions of the processor. Where this is false, sealing with suite 2 fails
// with "suite_unavailable" and nothing of suite 2 opens.
bool aes256_gcm_available(Initialised);

}  // namespace dp::crypto
