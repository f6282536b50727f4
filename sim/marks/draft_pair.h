// How two concurrent drafts relate, as text: which of their lines differ from a common ancestor and
// from each other. Private to sim/marks.
// Does not: decide anything the merge decides; it looks at texts alone.
#pragma once

#include <optional>

#include "core/draft/draft.h"

namespace dp::sim {

inline bool concurrent(const draft::Draft& a, const draft::Draft& b) {
  return !a.vv.covers(b.vv) && !b.vv.covers(a.vv);
}

// The only position at which two texts of equally many lines differ.
std::optional<std::size_t> only_difference(const draft::Lines& a, const draft::Lines& b);
bool is_prefix(const draft::Lines& shorter, const draft::Lines& longer);
bool all_lines_in(const draft::Lines& lines, const draft::Lines& text);
bool has_long_line(const draft::Lines& lines);

}  // namespace dp::sim
