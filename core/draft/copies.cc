#include "core/draft/copies.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "core/draft/payload.h"

namespace dp::draft {
namespace {

// Lines of a text, ready to be asked for; the lines must outlive it.
class LineSet {
 public:
  explicit LineSet(const Lines& lines) {
    sorted_.reserve(lines.size());
    for (const Line& line : lines) sorted_.push_back(&line);
    std::ranges::sort(sorted_, by_value);
  }
  bool holds(const Line& line) const {
    return std::ranges::binary_search(sorted_, &line, by_value);
  }
  bool holds_all(const Lines& lines) const {
    return std::ranges::all_of(lines, [this](const Line& line) { return holds(line); });
  }

 private:
  static bool by_value(const Line* a, const Line* b) { return *a < *b; }
  std::vector<const Line*> sorted_;
};

// What a copy counts against kCopiesBytesMax: its text with one byte for each line's end.
std::size_t weight_of(const Copy& copy) {
  std::size_t bytes = copy.lines.size();
  for (const Line& line : copy.lines) bytes += line.text.size();
  return bytes;
}

void sort_unique(std::vector<Copy>& copies) {
  const auto by_lines_newest_first = [](const Copy& a, const Copy& b) {
    return std::tie(a.lines, b.logical_clock, b.writer) <
           std::tie(b.lines, a.logical_clock, a.writer);
  };
  std::ranges::sort(copies, by_lines_newest_first);
  const auto repeated = std::ranges::unique(copies, {}, &Copy::lines);
  copies.erase(repeated.begin(), repeated.end());
  std::ranges::sort(copies);
}

}  // namespace

Lines survivors(const Lines& lines, const VersionVector& cleared) {
  Lines left;
  for (const Line& line : lines) {
    if (!cleared.covers(line.dot)) left.push_back(line);
  }
  const bool only_blank =
      std::ranges::all_of(left, [](const Line& line) { return line.text.empty(); });
  if (left.size() < lines.size() && only_blank) left.clear();
  return left;
}

bool all_lines_in(const Lines& part, const Lines& whole) {
  return LineSet(whole).holds_all(part);
}

std::vector<Copy> surviving_copies(std::vector<Copy> copies, const VersionVector& cleared) {
  for (Copy& copy : copies) copy.lines = survivors(copy.lines, cleared);
  std::erase_if(copies, [](const Copy& copy) { return copy.lines.empty(); });
  sort_unique(copies);
  return copies;
}

void drop_redundant_copies(Draft& draft) {
  if (draft.copies.empty()) return;
  const LineSet text(draft.lines);
  std::erase_if(draft.copies, [&text](const Copy& copy) { return text.holds_all(copy.lines); });
}

void promote_copy(Draft& draft) {
  if (!draft.lines.empty() || draft.copies.empty()) return;
  draft.lines = std::move(draft.copies.back().lines);
  draft.copies.pop_back();
}

std::vector<Copy> left_out(std::vector<Copy> known, const Draft& draft) {
  if (known.empty()) return known;
  const LineSet text(draft.lines);
  std::erase_if(known, [&](const Copy& copy) {
    return text.holds_all(copy.lines) ||
           std::ranges::find(draft.copies, copy.lines, &Copy::lines) != draft.copies.end();
  });
  sort_unique(known);
  return known;
}

std::vector<Copy> shed_copies(Draft& draft, const MergeLimits& limits) {
  std::vector<Copy> kept;
  std::vector<Copy> shed;
  std::size_t bytes = 0;
  while (!draft.copies.empty()) {  // newest first
    Copy copy = std::move(draft.copies.back());
    draft.copies.pop_back();
    const std::size_t weight = weight_of(copy);
    const bool fits = kept.size() < kCopiesMax && weight <= kCopiesBytesMax - bytes;
    if (fits) bytes += weight;
    (fits ? kept : shed).push_back(std::move(copy));
  }
  std::ranges::reverse(kept);
  draft.copies = std::move(kept);
  while (!draft.copies.empty() && encode_payload(draft).size() > limits.payload_bytes_max) {
    shed.push_back(std::move(draft.copies.front()));  // oldest first
    draft.copies.erase(draft.copies.begin());
  }
  std::ranges::sort(shed);
  return shed;
}

}  // namespace dp::draft
