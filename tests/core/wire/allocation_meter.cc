#include "tests/core/wire/allocation_meter.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

// Signed: blocks from before the meter started may be freed while it runs.
std::ptrdiff_t held_bytes = 0;
std::ptrdiff_t peak_held_bytes = 0;
std::size_t allocation_count = 0;

void* allocate(std::size_t bytes) {
  void* const block = std::malloc(bytes == 0 ? 1 : bytes);
  if (block == nullptr) std::abort();
  held_bytes += static_cast<std::ptrdiff_t>(malloc_usable_size(block));
  peak_held_bytes = std::max(peak_held_bytes, held_bytes);
  ++allocation_count;
  return block;
}

void release(void* block) {
  if (block == nullptr) return;
  held_bytes -= static_cast<std::ptrdiff_t>(malloc_usable_size(block));
  std::free(block);
}

}  // namespace

void* operator new(std::size_t bytes) {
  return allocate(bytes);
}
void* operator new[](std::size_t bytes) {
  return allocate(bytes);
}
void operator delete(void* block) noexcept {
  release(block);
}
void operator delete[](void* block) noexcept {
  release(block);
}
void operator delete(void* block, std::size_t) noexcept {
  release(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  release(block);
}

namespace dp::wire {

AllocationMeter::AllocationMeter() {
  held_bytes = 0;
  peak_held_bytes = 0;
  allocation_count = 0;
}
std::size_t AllocationMeter::peak_bytes() const {
  return static_cast<std::size_t>(peak_held_bytes);
}
std::size_t AllocationMeter::allocations() const {
  return allocation_count;
}

}  // namespace dp::wire
