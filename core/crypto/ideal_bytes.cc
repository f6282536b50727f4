#include "core/crypto/ideal_bytes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace dp::crypto {
namespace {

// Large odd constants with irregular bits; any such would do.
constexpr std::array<std::uint64_t, 4> kOdd = {0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f,
                                               0xd6e8feb86659fd93, 0xa0761d6478bd642f};

// Little-endian on every machine. Spelled as copies because g++ 12 makes eight byte loads of a
// loop.
std::uint64_t as_little_endian(std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::big) return __builtin_bswap64(value);
  return value;
}

std::uint64_t load(const std::uint8_t* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof(value));
  return as_little_endian(value);
}

void store(std::uint64_t value, std::uint8_t* bytes) {
  value = as_little_endian(value);
  std::memcpy(bytes, &value, sizeof(value));
}

// A bijection in which every input bit reaches every output bit.
std::uint64_t scramble(std::uint64_t value) {
  value ^= value >> 32;
  value *= kOdd[1];
  value ^= value >> 29;
  value *= kOdd[2];
  value ^= value >> 32;
  return value;
}

// Four lanes, each a bijection of (lane, word) for a fixed other: a changed word changes its lane.
struct Lanes {
  std::array<std::uint64_t, 4> lanes = {kOdd[3], kOdd[2], kOdd[1], kOdd[0]};

  void absorb(const std::uint8_t* block32) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      const std::uint64_t mixed = (lanes[lane] ^ load(block32 + 8 * lane)) * kOdd[lane];
      lanes[lane] = std::rotl(mixed, 29) * kOdd[3 - lane];
    }
  }
};

std::uint64_t stream_key(const Hash32& seed) {
  return load(seed.data()) ^ std::rotl(load(seed.data() + 8), 17);
}

std::uint64_t stream_word(std::uint64_t key, std::uint64_t salt, std::uint64_t index) {
  return scramble(key + index * kOdd[0]) ^ salt;
}

// Calls visit(offset, word) for each started group of 8 bytes until it returns false.
template <class Visit>
bool each_word(const Hash32& seed, std::size_t size, const Visit& visit) {
  const std::uint64_t key = stream_key(seed);
  const std::uint64_t salt = load(seed.data() + 16) ^ load(seed.data() + 24);
  for (std::size_t offset = 0; offset < size; offset += 8) {
    if (!visit(offset, stream_word(key, scramble(salt + offset), offset / 8 + 1))) return false;
  }
  return true;
}

}  // namespace

Hash32 ideal_digest(ByteView bytes) {
  Lanes state;
  const std::size_t whole = bytes.size() / 32 * 32;
  for (std::size_t offset = 0; offset < whole; offset += 32) state.absorb(bytes.data() + offset);
  std::array<std::uint8_t, 32> last{};
  std::ranges::copy(bytes.subspan(whole), last.begin());
  state.absorb(last.data());
  // The length tells apart what zero filling would make equal.
  std::uint64_t total = bytes.size() * kOdd[0];
  for (const std::uint64_t lane : state.lanes) total = scramble(total + lane);
  Hash32 digest{};
  for (std::size_t lane = 0; lane < 4; ++lane) {
    store(scramble(state.lanes[lane] + total * kOdd[lane]), digest.data() + 8 * lane);
  }
  return digest;
}

IdealDigest::IdealDigest(std::string_view purpose) {
  fields_.reserve(256);
  bytes(as_bytes(purpose));
}

IdealDigest& IdealDigest::number(std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes{};
  store(value, bytes.data());
  append(fields_, bytes);
  return *this;
}

IdealDigest& IdealDigest::bytes(ByteView value) {
  number(value.size());
  append(fields_, value);
  return *this;
}

void ideal_stream(const Hash32& seed, std::span<std::uint8_t> out) {
  each_word(seed, out.size(), [&](std::size_t offset, std::uint64_t word) {
    if (out.size() - offset >= 8) {
      store(word, out.data() + offset);
      return true;
    }
    for (std::size_t index = offset; index < out.size(); ++index, word >>= 8) {
      out[index] = static_cast<std::uint8_t>(word);
    }
    return true;
  });
}

bool is_ideal_stream(const Hash32& seed, ByteView bytes) {
  return each_word(seed, bytes.size(), [&](std::size_t offset, std::uint64_t word) {
    if (bytes.size() - offset >= 8) return load(bytes.data() + offset) == word;
    for (std::size_t index = offset; index < bytes.size(); ++index, word >>= 8) {
      if (bytes[index] != static_cast<std::uint8_t>(word)) return false;
    }
    return true;
  });
}

}  // namespace dp::crypto
