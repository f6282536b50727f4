// Byte strings, little-endian numbers, hex and strict canonical base64.
//
// Guarantees: decoders are total and accept exactly one spelling of each value (SEC-41): standard
// alphabet, mandatory padding, zero trailing bits, no white space.
// Does not: run in constant time. Only public bytes pass through here; keys never do.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dp {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string base64_encode(ByteView bytes);
std::optional<Bytes> base64_decode(std::string_view text);
// Length of the base64 text of `byte_count` bytes, padding included.
constexpr std::size_t base64_length(std::size_t byte_count) {
  return (byte_count + 2) / 3 * 4;
}

std::string hex_encode(ByteView bytes);
std::optional<Bytes> hex_decode(std::string_view text);  // lowercase only, even length

void append_u16(Bytes& out, std::uint16_t value);
void append_u32(Bytes& out, std::uint32_t value);
void append_u64(Bytes& out, std::uint64_t value);
void append(Bytes& out, ByteView bytes);

// Reads little-endian fields off the front of a buffer; every read past the end fails and leaves
// the reader failed, so a parser may check once at the end.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}
  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  ByteView take(std::size_t count);
  bool ok() const { return ok_; }
  std::size_t remaining() const { return rest_.size(); }

 private:
  ByteView rest_;
  bool ok_ = true;
};

bool is_valid_utf8(std::string_view text);

}  // namespace dp
