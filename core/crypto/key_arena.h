// One block of memory that holds keys for as long as they are in use (SEC-46).
//
// KeyMemory::locked is for programs on real machines: guard pages around the block, and locked, so
// that it never reaches a swap file or a core dump. If the system refuses to lock it, creating the
// arena fails, and the program refuses to start. KeyMemory::plain is for simulated worlds, which
// make thousands of arenas and hold no real person's keys.
// Guarantees: bytes start as zeros and are wiped when the arena is destroyed, in either mode.
// Does not: copy. Moving leaves the source empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/crypto/initialise.h"
#include "core/vocabulary/result.h"

namespace dp::crypto {

enum class KeyMemory : std::uint8_t { plain, locked };

class KeyArena {
 public:
  // Fails with Fault::key, "memory_not_locked". The block is aligned for HmacState.
  static Result<KeyArena> create(Initialised, KeyMemory memory, std::size_t bytes);

  KeyArena(KeyArena&& other) noexcept;
  KeyArena& operator=(KeyArena&& other) noexcept;
  KeyArena(const KeyArena&) = delete;
  KeyArena& operator=(const KeyArena&) = delete;
  ~KeyArena();

  std::span<std::uint8_t> bytes() { return bytes_; }
  std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  KeyArena(KeyMemory memory, std::span<std::uint8_t> bytes) : memory_(memory), bytes_(bytes) {}
  void release();

  KeyMemory memory_;
  std::span<std::uint8_t> bytes_;
};

}  // namespace dp::crypto
