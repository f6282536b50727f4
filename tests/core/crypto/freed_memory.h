// Watches every block of heap memory this test program gives back, for bytes that should be gone.
//
// Replaces the global operator delete of the program that links it. Containers and plain arenas
// free through that one, so a secret someone forgot to wipe is found at the moment it is freed.
// Does not: see the stack, or memory that is freed in another way.
#pragma once

#include <cstddef>

#include "core/vocabulary/bytes.h"

namespace dp::crypto {

// While one of these lives, freed blocks are searched for the pattern (at least 8 bytes).
class FreedMemoryWatch {
 public:
  explicit FreedMemoryWatch(ByteView pattern);
  FreedMemoryWatch(const FreedMemoryWatch&) = delete;
  FreedMemoryWatch& operator=(const FreedMemoryWatch&) = delete;
  ~FreedMemoryWatch();

  std::size_t blocks() const;  // searched so far
  std::size_t found() const;   // of them, how many still held the pattern
};

}  // namespace dp::crypto
