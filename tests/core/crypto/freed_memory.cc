#include "tests/core/crypto/freed_memory.h"

#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace dp::crypto {
namespace {

// Plain statics: anything that allocates would search itself.
const std::uint8_t* watched_pattern = nullptr;
std::size_t watched_bytes = 0;
std::size_t blocks_searched = 0;
std::size_t blocks_found = 0;

void search(void* block) {
  if (watched_pattern == nullptr || block == nullptr) return;
  ++blocks_searched;
  const std::size_t size = malloc_usable_size(block);
  if (memmem(block, size, watched_pattern, watched_bytes) != nullptr) ++blocks_found;
}

}  // namespace

FreedMemoryWatch::FreedMemoryWatch(ByteView pattern) {
  blocks_searched = 0;
  blocks_found = 0;
  watched_bytes = pattern.size();
  watched_pattern = pattern.data();
}

FreedMemoryWatch::~FreedMemoryWatch() {
  watched_pattern = nullptr;
}

std::size_t FreedMemoryWatch::blocks() const {
  return blocks_searched;
}

std::size_t FreedMemoryWatch::found() const {
  return blocks_found;
}

}  // namespace dp::crypto

void* operator new(std::size_t size) {
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size);
}
void operator delete(void* block) noexcept {
  dp::crypto::search(block);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  operator delete(block);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
  operator delete(block);
}
