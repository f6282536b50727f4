// Random inputs from a fixed seed (splitmix64): the same on every machine, and nothing else.
#pragma once

#include <cstdint>
#include <string>

#include "core/vocabulary/bytes.h"

namespace dp::vectors {

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}

  std::uint64_t u64() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return u64() % bound; }
  Bytes bytes(std::size_t count) {
    Bytes out;
    while (out.size() < count) append_u64(out, u64());
    out.resize(count);
    return out;
  }
  std::string hex(std::size_t count) { return hex_encode(bytes(count)); }

 private:
  std::uint64_t state_;
};

}  // namespace dp::vectors
