#include "sim/marks/draft_pair.h"

#include <algorithm>

namespace dp::sim {

std::optional<std::size_t> only_difference(const draft::Lines& a, const draft::Lines& b) {
  if (a.size() != b.size()) return std::nullopt;
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].text == b[i].text) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

bool is_prefix(const draft::Lines& shorter, const draft::Lines& longer) {
  const std::string a = draft::join_lines(shorter);
  const std::string b = draft::join_lines(longer);
  return !a.empty() && a.size() < b.size() && b.starts_with(a);
}

bool all_lines_in(const draft::Lines& lines, const draft::Lines& text) {
  return std::ranges::all_of(
      lines, [&](const draft::Line& line) { return std::ranges::find(text, line) != text.end(); });
}

bool has_long_line(const draft::Lines& lines) {
  constexpr std::size_t kLongLineBytes = 256;
  return std::ranges::any_of(
      lines, [](const draft::Line& line) { return line.text.size() > kLongLineBytes; });
}

}  // namespace dp::sim
