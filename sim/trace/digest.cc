#include "sim/trace/digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

namespace dp::sim {

namespace {

// Small enough that the value in between, which hashes what is in the block, may be asked for after
// every event.
constexpr std::size_t kBlockBytes = 2u << 10;

DigestValue chained(DigestValue chain, const std::vector<std::uint8_t>& block) {
  const XXH128_hash_t hash =
      XXH3_128bits_withSeed(block.data(), block.size(), chain.low ^ (chain.high * 31));
  return {hash.high64 ^ chain.low, hash.low64};
}

void put_u64(std::uint8_t* out, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace

std::string text_of(DigestValue digest) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const std::uint64_t half : {digest.high, digest.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) out += kHex[(half >> shift) & 15];
  }
  return out;
}

Digest::Digest() {
  block_.reserve(kBlockBytes);
}

void Digest::feed(const void* data, std::size_t size) {
  const auto* at = static_cast<const std::uint8_t*>(data);
  while (size > 0) {
    const std::size_t room = kBlockBytes - block_.size();
    const std::size_t taken = size < room ? size : room;
    block_.insert(block_.end(), at, at + taken);
    at += taken;
    size -= taken;
    if (block_.size() == kBlockBytes) {
      chain_ = chained(chain_, block_);
      block_.clear();
    }
  }
}

void Digest::include(const TraceEvent& event) {
  std::uint8_t head[56];
  put_u64(head, static_cast<std::uint64_t>(event.time_us));
  put_u64(head + 8, event.node.value);
  put_u64(head + 16, static_cast<std::uint64_t>(event.kind));
  put_u64(head + 24, event.number);
  put_u64(head + 32, event.other);
  put_u64(head + 40, event.name.size());
  put_u64(head + 48, event.bytes.size());
  feed(head, sizeof head);
  feed(event.name.data(), event.name.size());
  feed(event.bytes.data(), event.bytes.size());
  ++events_;
}

DigestValue Digest::value() const {
  const DigestValue last = chained(chain_, block_);
  return {last.high ^ events_, last.low};
}

}  // namespace dp::sim
