#include "tests/core/crypto/galois_field.h"

#include <algorithm>

#include "core/crypto/aead.h"

namespace dp::crypto {
namespace {

using Block = std::array<std::uint8_t, 16>;

Block block_at(ByteView bytes, std::size_t offset) {
  Block block{};
  std::ranges::copy(bytes.subspan(offset, 16), block.begin());
  return block;
}

Block operator^(Block a, const Block& b) {
  for (std::size_t index = 0; index < 16; ++index) a[index] ^= b[index];
  return a;
}

// GCM's field: bit 0 of the polynomial is the top bit of byte 0.
Block times(const Block& a, Block b) {
  Block product{};
  for (unsigned bit = 0; bit < 128; ++bit) {
    if (a[bit / 8] & (0x80u >> bit % 8)) product = product ^ b;
    const bool carry = b[15] & 1;
    for (std::size_t index = 15; index > 0; --index) {
      b[index] = static_cast<std::uint8_t>(b[index] >> 1 | b[index - 1] << 7);
    }
    b[0] >>= 1;
    if (carry) b[0] ^= 0xe1;
  }
  return product;
}

Block power(Block base, std::size_t exponent) {
  Block result{0x80};
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1) result = times(result, base);
    base = times(base, base);
  }
  return result;
}

// a^(2^128 - 2), the product of a^(2^i) for i from 1 to 127.
Block inverse(Block a) {
  Block result{0x80};
  for (int square = 1; square < 128; ++square) {
    a = times(a, a);
    result = times(result, a);
  }
  return result;
}

Block lengths_block(std::size_t ad_bytes, std::size_t ciphertext_bytes) {
  Block block{};
  for (std::size_t index = 0; index < 8; ++index) {
    block[7 - index] = static_cast<std::uint8_t>(ad_bytes * 8 >> (8 * index));
    block[15 - index] = static_cast<std::uint8_t>(ciphertext_bytes * 8 >> (8 * index));
  }
  return block;
}

// The point and the constant of one key, recovered from tags of nothing and of a zero block.
struct TagPolynomial {
  Block point, constant;

  TagPolynomial(Initialised proof, ByteView key, ByteView iv) {
    const auto tag_of = [&](ByteView ad) {
      Bytes tag(kTagBytes);
      aead_seal(proof, {Suite::aes256_gcm, key.first<32>(), iv, ad}, {}, tag);
      return block_at(tag, 0);
    };
    constant = tag_of({});
    point = times(tag_of(Bytes(16)) ^ constant, inverse(lengths_block(16, 0)));
  }

  Block tag(ByteView ad, ByteView ciphertext) const {
    Block sum{};
    for (const ByteView part : {ad, ciphertext}) {
      for (std::size_t at = 0; at < part.size(); at += 16) {
        sum = times(sum ^ block_at(part, at), point);
      }
    }
    return times(sum ^ lengths_block(ad.size(), ciphertext.size()), point) ^ constant;
  }
};

}  // namespace

Bytes seal_for_two_keys(Initialised proof, ByteView key1, ByteView key2, ByteView iv, ByteView ad,
                        Bytes filler) {
  const TagPolynomial first(proof, key1, iv);
  const TagPolynomial second(proof, key2, iv);
  Bytes ciphertext = std::move(filler);
  const std::size_t last = ciphertext.size() - 16;
  std::fill(ciphertext.begin() + static_cast<std::ptrdiff_t>(last), ciphertext.end(),
            std::uint8_t{0});
  // The last block is followed by the lengths only, so it is multiplied by the point twice.
  const Block difference = first.tag(ad, ciphertext) ^ second.tag(ad, ciphertext);
  const Block weight = power(first.point, 2) ^ power(second.point, 2);
  const Block solution = times(difference, inverse(weight));
  std::ranges::copy(solution, ciphertext.begin() + static_cast<std::ptrdiff_t>(last));
  append(ciphertext, first.tag(ad, ciphertext));
  return ciphertext;
}

}  // namespace dp::crypto
