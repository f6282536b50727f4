// Byte-level scanning inside JSON strings, eight bytes at a time where the bytes allow it.
//
// Guarantees: never reads at or past `end`. Does not: know about quotes opening or closing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace dp::wire {

// True for bytes that stand for themselves inside a JSON string and need no look at what follows:
// printable ASCII except the quote and the backslash (0x7f included).
constexpr bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

// The first byte at or after `at` that is not plain, or `end`.
inline const char* skip_plain(const char* at, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  constexpr std::uint64_t kHighs = 0x8080808080808080u;
  while (end - at >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    // Each term sets the high bit of a byte that is a quote, a backslash, a control or not ASCII.
    // A borrow may also mark an innocent neighbour; the exact loop below then decides.
    const std::uint64_t quote = (word ^ (kOnes * '"')) - kOnes;
    const std::uint64_t backslash = (word ^ (kOnes * '\\')) - kOnes;
    const std::uint64_t control = word - kOnes * 0x20;
    if (((quote | backslash | control | word) & kHighs) != 0) break;
    at += 8;
  }
  while (at != end && is_plain(static_cast<unsigned char>(*at))) ++at;
  return at;
}

// Length of the well-formed UTF-8 sequence that starts at `at` with a byte >= 0x80, or 0 if there
// is none (overlong, surrogate, beyond U+10FFFF, truncated, or a stray continuation byte).
inline std::size_t utf8_sequence_length(const char* at, const char* end) {
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const auto continues = [&byte](std::size_t i) { return (byte(i) & 0xc0u) == 0x80u; };
  const auto left = static_cast<std::size_t>(end - at);
  const unsigned char lead = byte(0);
  if (lead >= 0xc2 && lead <= 0xdf) return left >= 2 && continues(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    if (left < 3 || !continues(1) || !continues(2)) return 0;
    if (lead == 0xe0 && byte(1) < 0xa0) return 0;
    if (lead == 0xed && byte(1) > 0x9f) return 0;
    return 3;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    if (left < 4 || !continues(1) || !continues(2) || !continues(3)) return 0;
    if (lead == 0xf0 && byte(1) < 0x90) return 0;
    if (lead == 0xf4 && byte(1) > 0x8f) return 0;
    return 4;
  }
  return 0;
}

}  // namespace dp::wire
