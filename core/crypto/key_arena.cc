#include "core/crypto/key_arena.h"

#include <sodium.h>

#include <algorithm>
#include <new>
#include <utility>

#include "core/crypto/secret.h"

namespace dp::crypto {
namespace {

// sodium_malloc places a block so that it ends at a page end: it is aligned if its size is.
constexpr std::size_t kAlignment = 16;

}  // namespace

Result<KeyArena> KeyArena::create(Initialised, KeyMemory memory, std::size_t bytes) {
  const std::size_t size = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void* block =
      memory == KeyMemory::locked ? sodium_malloc(size) : ::operator new(size, std::nothrow);
  if (block == nullptr) return fail(Fault::key, "memory_not_locked", std::to_string(size));
  KeyArena arena(memory, {static_cast<std::uint8_t*>(block), size});
  std::ranges::fill(arena.bytes_, std::uint8_t{0});
  // sodium_malloc tries to lock and says nothing if it could not, so ask once more, aloud.
  if (memory == KeyMemory::locked && sodium_mlock(block, size) != 0) {
    return fail(Fault::key, "memory_not_locked", std::to_string(size));
  }
  return arena;
}

KeyArena::KeyArena(KeyArena&& other) noexcept
    : memory_(other.memory_), bytes_(std::exchange(other.bytes_, {})) {}

KeyArena& KeyArena::operator=(KeyArena&& other) noexcept {
  if (this != &other) {
    release();
    memory_ = other.memory_;
    bytes_ = std::exchange(other.bytes_, {});
  }
  return *this;
}

KeyArena::~KeyArena() {
  release();
}

void KeyArena::release() {
  if (bytes_.data() == nullptr) return;
  if (memory_ == KeyMemory::locked) {
    sodium_free(bytes_.data());  // wipes and unlocks
  } else {
    wipe(bytes_);
    ::operator delete(bytes_.data());
  }
  bytes_ = {};
}

}  // namespace dp::crypto
