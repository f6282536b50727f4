// Quick looks into frames that the codec wrote, without decoding them: ids and numbers stand in
// front of ciphertext, so the search is short. Private to sim/marks.
// Does not: check anything; on a frame that somebody damaged the answer may be anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/vocabulary/ids.h"

namespace dp::sim {

// The text of the first `"field":"..."`, or "".
inline std::string_view text_field(std::string_view frame, std::string_view field) {
  const std::string key = '"' + std::string(field) + "\":\"";
  const std::size_t at = frame.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = frame.substr(at + key.size());
  return rest.substr(0, rest.find('"'));
}

inline std::optional<std::uint64_t> number_field(std::string_view frame, std::string_view field) {
  const std::string key = '"' + std::string(field) + "\":";
  const std::size_t at = frame.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (const char c : frame.substr(at + key.size())) {
    if (c < '0' || c > '9' || ++digits > 17) break;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (digits == 0) return std::nullopt;
  return value;
}

inline bool says(std::string_view frame, std::string_view words) {
  return frame.find(words) != std::string_view::npos;
}

inline std::size_t occurrences(std::string_view frame, std::string_view words) {
  std::size_t count = 0;
  for (std::size_t at = frame.find(words); at != std::string_view::npos;
       at = frame.find(words, at + words.size())) {
    ++count;
  }
  return count;
}

inline std::optional<ChatId> chat_field(std::string_view frame) {
  return ChatId::parse(text_field(frame, "chat_id"));
}

}  // namespace dp::sim
