// Makes an AES-256-GCM ciphertext that authenticates under two keys at once.
//
// The tag of GCM is a polynomial in a key-dependent point of GF(2^128), plus a key-dependent
// constant. With both keys known, equal tags are one linear equation, and one block solves it.
// Does not: run in constant time or handle lengths that are not whole blocks. For tests only.
#pragma once

#include "core/crypto/initialise.h"
#include "core/vocabulary/bytes.h"

namespace dp::crypto {

// Ciphertext and tag. `filler` (whole blocks) gives all blocks but the last, which is solved for;
// `ad` must be whole blocks, too.
Bytes seal_for_two_keys(Initialised proof, ByteView key1, ByteView key2, ByteView iv, ByteView ad,
                        Bytes filler);

}  // namespace dp::crypto
