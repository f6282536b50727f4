#include "sim/planner/lost_line.h"

#include <algorithm>
#include <set>
#include <string>

namespace dp::sim {
namespace {

using draft::Line;

// Equal lines of one save have one dot: of "ready, call, ready" each side may take out another
// "ready", and then none is left although either side still holds one.
bool took_one_out(const MergedPair& pair, const Line& line) {
  const auto before =
      pair.ancestor == nullptr
          ? std::ptrdiff_t{1}
          : std::max<std::ptrdiff_t>(1, std::ranges::count(pair.ancestor->lines, line));
  return pair.other.vv.covers(line.dot) && std::ranges::count(pair.other.lines, line) < before;
}

std::set<std::string_view> kept_texts(const draft::Merged& merged) {
  std::set<std::string_view> kept;
  const auto keep = [&](const draft::Lines& lines) {
    for (const Line& line : lines) kept.insert(line.text);
  };
  keep(merged.draft.lines);
  for (const draft::Copy& copy : merged.draft.copies) keep(copy.lines);
  for (const draft::Copy& copy : merged.displaced) keep(copy.lines);
  return kept;
}

}  // namespace

std::optional<Line> lost_line(const draft::Merged& merged, const MergedPair& pair) {
  const draft::VersionVector cleared = draft::joined(pair.side.cleared, pair.other.cleared);
  const std::set<std::string_view> kept = kept_texts(merged);
  for (const Line& line : pair.side.lines) {
    if (cleared.covers(line.dot) || kept.contains(line.text)) continue;
    if (!took_one_out(pair, line)) return line;
  }
  return std::nullopt;
}

}  // namespace dp::sim
