#include "core/draft/preview.h"

#include <cstdint>

#include "core/vocabulary/bytes.h"

namespace dp::draft {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

struct Point {
  char32_t value = 0;
  std::string_view bytes;  // as they go into the preview
};

std::size_t claimed_length(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

// Takes one code point off the front; an invalid byte is taken alone.
Point take_point(std::string_view& text) {
  const auto lead = static_cast<std::uint8_t>(text.front());
  const std::string_view bytes = text.substr(0, claimed_length(lead));
  if (!is_valid_utf8(bytes)) {
    text.remove_prefix(1);
    return {kReplacement, "\xEF\xBF\xBD"};
  }
  text.remove_prefix(bytes.size());
  char32_t value = bytes.size() == 1 ? lead : lead & (0xFFu >> (bytes.size() + 1));
  for (const char next : bytes.substr(1)) {
    value = value << 6 | (static_cast<std::uint8_t>(next) & 0x3Fu);
  }
  return {value, bytes};
}

bool is_space(char32_t c) {
  if (c <= 0x20 || (c >= 0x7F && c <= 0xA0)) return true;
  if (c >= 0x2000 && c <= 0x200A) return true;
  return c == 0x1680 || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_invisible(char32_t c) {
  return c == 0x200B || c == 0x2060 || c == 0xFEFF;
}

}  // namespace

std::optional<std::string> preview_of(std::string_view text) {
  std::string preview;
  std::size_t points = 0;
  bool cut = false;
  const auto append = [&](std::string_view bytes) {
    cut = points == kPreviewCharsMax;
    if (cut) return;
    preview += bytes;
    ++points;
  };
  bool visible = false;
  bool space_due = false;
  while (!text.empty() && !(cut && visible)) {
    const Point point = take_point(text);
    if (is_space(point.value)) {
      space_due = points > 0;
      continue;
    }
    if (space_due) append(" ");
    space_due = false;
    append(point.bytes);
    visible = visible || !is_invisible(point.value);
  }
  if (!visible) return std::nullopt;
  return cut ? preview + std::string(kEllipsis) : preview;
}

}  // namespace dp::draft
