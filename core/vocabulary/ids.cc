#include "core/vocabulary/ids.h"

#include <algorithm>

#include "core/vocabulary/bytes.h"

namespace dp {
namespace {

// Byte offsets, not character offsets: a hyphen stands before each of these bytes.
constexpr std::array<std::size_t, 4> kHyphenBefore = {4, 6, 8, 10};

bool has_hyphen_before(std::size_t byte_index) {
  return std::ranges::find(kHyphenBefore, byte_index) != kHyphenBefore.end();
}

bool is_version_4(const std::array<std::uint8_t, 16>& bytes) {
  return (bytes[6] & 0xf0) == 0x40 && (bytes[8] & 0xc0) == 0x80;
}

// Without hex_decode, which allocates: an id is parsed for every frame and every entry of a list.
int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

std::optional<ChatId> ChatId::parse(std::string_view text) {
  if (text.size() != kTextLength) return std::nullopt;
  ChatId id;
  std::size_t at = 0;
  for (std::size_t index = 0; index < id.bytes_.size(); ++index) {
    if (has_hyphen_before(index) && text[at++] != '-') return std::nullopt;
    const int high = hex_digit(text[at++]);
    const int low = hex_digit(text[at++]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes_[index] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if (!is_version_4(id.bytes_)) return std::nullopt;
  return id;
}

ChatId ChatId::from_random(std::array<std::uint8_t, 16> bytes) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  ChatId id;
  id.bytes_ = bytes;
  return id;
}

std::string ChatId::text() const {
  const std::string digits = hex_encode(bytes_);
  std::string text;
  text.reserve(kTextLength);
  for (std::size_t index = 0; index < bytes_.size(); ++index) {
    if (has_hyphen_before(index)) text.push_back('-');
    text.append(digits, index * 2, 2);
  }
  return text;
}

bool is_opaque_name(std::string_view text) {
  if (text.empty() || text.size() > kOpaqueNameCharsMax) return false;
  return std::ranges::all_of(text, is_name_character);
}

}  // namespace dp
