// Strict canonical base64 (RFC 4648 section 4), driven by tables because every frame pays for it.
//
// The decoder looks up four characters at once in tables already shifted to their place; a
// character outside the alphabet sets a bit above the 24 data bits, so one comparison at the end
// of each group is the whole validation of that group.
#include <array>
#include <cstddef>

#include "core/vocabulary/bytes.h"

namespace dp {
namespace {

constexpr char kAlphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t kInvalid = 1u << 24;

using DecodeTable = std::array<std::uint32_t, 256>;

constexpr DecodeTable shifted_table(unsigned shift_bits) {
  DecodeTable table{};
  for (auto& entry : table) entry = kInvalid;
  for (std::uint32_t value = 0; value < 64; ++value) {
    table[static_cast<unsigned char>(kAlphabet[value])] = value << shift_bits;
  }
  return table;
}

constexpr DecodeTable kFirst = shifted_table(18);
constexpr DecodeTable kSecond = shifted_table(12);
constexpr DecodeTable kThird = shifted_table(6);
constexpr DecodeTable kFourth = shifted_table(0);

// Two output characters per 12 input bits halve the number of lookups of the encoder.
struct Pair {
  char first;
  char second;
};

constexpr std::array<Pair, 4096> pair_table() {
  std::array<Pair, 4096> table{};
  for (std::size_t value = 0; value < table.size(); ++value) {
    table[value] = {kAlphabet[value >> 6], kAlphabet[value & 63]};
  }
  return table;
}

constexpr std::array<Pair, 4096> kPairs = pair_table();

std::size_t padding_chars(std::string_view text) {
  if (text.empty() || text.back() != '=') return 0;
  return text[text.size() - 2] == '=' ? 2 : 1;
}

}  // namespace

std::string base64_encode(ByteView bytes) {
  std::string text(base64_length(bytes.size()), '=');
  char* out = text.data();
  std::size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3) {
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[at]) << 16 |
                                static_cast<std::uint32_t>(bytes[at + 1]) << 8 | bytes[at + 2];
    const Pair high = kPairs[group >> 12];
    const Pair low = kPairs[group & 4095];
    *out++ = high.first;
    *out++ = high.second;
    *out++ = low.first;
    *out++ = low.second;
  }
  const std::size_t left = bytes.size() - at;
  if (left == 0) return text;
  std::uint32_t group = static_cast<std::uint32_t>(bytes[at]) << 16;
  if (left == 2) group |= static_cast<std::uint32_t>(bytes[at + 1]) << 8;
  *out++ = kPairs[group >> 12].first;
  *out++ = kPairs[group >> 12].second;
  if (left == 2) *out = kPairs[group & 4095].first;
  return text;
}

std::optional<Bytes> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = padding_chars(text);
  const std::size_t whole_chars = text.size() - (padding == 0 ? 0 : 4);
  Bytes bytes(text.size() / 4 * 3 - padding);
  std::uint8_t* out = bytes.data();
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());

  for (std::size_t at = 0; at < whole_chars; at += 4) {
    const std::uint32_t group =
        kFirst[in[at]] | kSecond[in[at + 1]] | kThird[in[at + 2]] | kFourth[in[at + 3]];
    if (group >= kInvalid) return std::nullopt;
    *out++ = static_cast<std::uint8_t>(group >> 16);
    *out++ = static_cast<std::uint8_t>(group >> 8);
    *out++ = static_cast<std::uint8_t>(group);
  }
  if (padding == 0) return bytes;

  const auto* tail = in + whole_chars;
  const std::uint32_t third = padding == 1 ? kThird[tail[2]] : 0;
  const std::uint32_t group = kFirst[tail[0]] | kSecond[tail[1]] | third;
  if (group >= kInvalid) return std::nullopt;
  // The bits below the last byte are spelled by the final character but carry nothing; a second
  // spelling of the same bytes would hide there.
  const std::uint32_t unused_bits = padding == 1 ? 0xffu : 0xffffu;
  if ((group & unused_bits) != 0) return std::nullopt;
  *out++ = static_cast<std::uint8_t>(group >> 16);
  if (padding == 1) *out = static_cast<std::uint8_t>(group >> 8);
  return bytes;
}

}  // namespace dp
