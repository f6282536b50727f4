#include "sim/scenario/suggestion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dp::sim {
namespace {
constexpr std::size_t kWordBytesMax = 64;
constexpr std::size_t kWordsListedMax = 24;
}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t columns = b.size() + 1;
  std::vector<std::size_t> before_last(columns), last(columns), row(columns);
  for (std::size_t j = 0; j < columns; ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j < columns; ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string suggestion(std::string_view found, std::span<const std::string_view> right_words) {
  std::string_view nearest;
  std::size_t nearest_edits = std::max<std::size_t>(2, found.size() / 3) + 1;
  if (found.size() <= kWordBytesMax) {
    for (const std::string_view word : right_words) {
      if (word.size() > kWordBytesMax) continue;
      const bool part = found.size() >= 3 && word.find(found) != std::string_view::npos;
      const std::size_t edits = part ? 1 : edit_distance(found, word);
      if (edits >= nearest_edits) continue;
      nearest = word;
      nearest_edits = edits;
    }
  }
  if (!nearest.empty()) return fmt::format("; did you mean \"{}\"?", nearest);
  if (right_words.empty()) return "";
  if (right_words.size() > kWordsListedMax) return "; see docs/scenarios.md for what there is";
  return fmt::format("; expected {}{}", right_words.size() > 1 ? "one of " : "",
                     fmt::join(right_words, ", "));
}

}  // namespace dp::sim
