// UTF-8 well-formedness by the table of the Unicode standard (table 3-7): the range of the second
// byte depends on the first, which is what excludes overlong forms, surrogates and everything
// beyond U+10FFFF without decoding a single code point.
#include <cstddef>
#include <cstring>

#include "core/vocabulary/bytes.h"

namespace dp {
namespace {

struct Sequence {
  std::size_t continuation_bytes = 0;  // bytes after the first, which is not valid ASCII
  std::uint8_t second_min = 0x80;
  std::uint8_t second_max = 0xbf;
};

// Most text is ASCII, and eight bytes of it are recognised at once.
std::size_t skip_ascii(ByteView bytes, std::size_t at) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  while (bytes.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data() + at, sizeof eight);
    if ((eight & kHighBits) != 0) break;
    at += sizeof eight;
  }
  while (at < bytes.size() && bytes[at] < 0x80) ++at;
  return at;
}

// No continuation bytes means that `first` cannot begin a sequence.
Sequence sequence_begun_by(std::uint8_t first) {
  if (first >= 0xc2 && first <= 0xdf) return {1, 0x80, 0xbf};
  if (first == 0xe0) return {2, 0xa0, 0xbf};
  if (first == 0xed) return {2, 0x80, 0x9f};
  if (first >= 0xe1 && first <= 0xef) return {2, 0x80, 0xbf};
  if (first == 0xf0) return {3, 0x90, 0xbf};
  if (first >= 0xf1 && first <= 0xf3) return {3, 0x80, 0xbf};
  if (first == 0xf4) return {3, 0x80, 0x8f};
  return {};
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  const ByteView bytes = as_bytes(text);
  for (std::size_t at = skip_ascii(bytes, 0); at < bytes.size(); at = skip_ascii(bytes, at)) {
    const Sequence sequence = sequence_begun_by(bytes[at]);
    if (sequence.continuation_bytes == 0) return false;
    if (bytes.size() - at <= sequence.continuation_bytes) return false;
    const std::uint8_t second = bytes[at + 1];
    if (second < sequence.second_min || second > sequence.second_max) return false;
    for (std::size_t index = 2; index <= sequence.continuation_bytes; ++index) {
      if ((bytes[at + index] & 0xc0) != 0x80) return false;
    }
    at += sequence.continuation_bytes + 1;
  }
  return true;
}

}  // namespace dp
