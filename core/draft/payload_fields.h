// Tags and numbers of the payload, shared by its writer and its reader (layout: payload.h).
#pragma once

#include <cstdint>
#include <optional>

#include "core/draft/draft.h"
#include "core/vocabulary/bytes.h"

namespace dp::draft {

enum class Tag : std::uint8_t {
  schema = 1,
  operation = 2,
  vector = 3,
  dot = 4,
  clock = 5,
  cleared = 6,
  text = 7,
  copies = 8,
};
inline constexpr std::uint8_t kLastKnownTag = 8;

inline constexpr std::uint8_t kClearedEqualsVector = 1;
inline constexpr std::uint8_t kClearedListed = 2;

inline void append_number(Bytes& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<std::uint8_t>(number | 0x80));
  out.push_back(static_cast<std::uint8_t>(number));
}

// Nothing if the reader ends early, the spelling is not the shortest, or the number is too large.
inline std::optional<std::uint64_t> read_number(ByteReader& reader) {
  std::uint64_t number = 0;
  for (int shift = 0; shift < 56; shift += 7) {
    const std::uint8_t byte = reader.u8();
    if (!reader.ok()) return std::nullopt;
    number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) != 0) continue;
    const bool shortest = byte != 0 || shift == 0;
    if (!shortest || number > kDraftNumberMax) return std::nullopt;
    return number;
  }
  return std::nullopt;
}

}  // namespace dp::draft
