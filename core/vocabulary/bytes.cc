#include "core/vocabulary/bytes.h"

namespace dp {
namespace {

constexpr char kHexDigits[17] = "0123456789abcdef";

// -1 for everything but 0-9 and a-f: an uppercase digit would be a second spelling.
int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

template <class Number>
void append_little_endian(Bytes& out, Number value) {
  for (std::size_t index = 0; index < sizeof(Number); ++index) {
    out.push_back(static_cast<std::uint8_t>(value >> (8 * index)));
  }
}

template <class Number>
Number little_endian(ByteView bytes) {
  Number value = 0;
  for (std::size_t index = 0; index < bytes.size(); ++index) {
    value = static_cast<Number>(value | static_cast<Number>(bytes[index]) << (8 * index));
  }
  return value;
}

}  // namespace

std::string hex_encode(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(kHexDigits[byte >> 4]);
    text.push_back(kHexDigits[byte & 15]);
  }
  return text;
}

std::optional<Bytes> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

void append_u16(Bytes& out, std::uint16_t value) {
  append_little_endian(out, value);
}
void append_u32(Bytes& out, std::uint32_t value) {
  append_little_endian(out, value);
}
void append_u64(Bytes& out, std::uint64_t value) {
  append_little_endian(out, value);
}

void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

ByteView ByteReader::take(std::size_t count) {
  if (!ok_ || count > rest_.size()) {
    ok_ = false;
    return {};
  }
  const ByteView taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

// A failed `take` yields no bytes, which read as zero.
std::uint8_t ByteReader::u8() {
  return little_endian<std::uint8_t>(take(1));
}
std::uint16_t ByteReader::u16() {
  return little_endian<std::uint16_t>(take(2));
}
std::uint32_t ByteReader::u32() {
  return little_endian<std::uint32_t>(take(4));
}
std::uint64_t ByteReader::u64() {
  return little_endian<std::uint64_t>(take(8));
}

}  // namespace dp
