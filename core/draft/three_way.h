// Line-disjoint three-way merging of texts, on dotted lines.
//
// Guarantees: symmetric in the two sides; every line of the result is a line of a side; a line of a
// side is left out only if the base has it and the other side does not, or if a line of the same
// text stands in its place.
// Does not: merge inside a line, or resolve conflicts.
#pragma once

#include <optional>

#include "core/draft/draft.h"

namespace dp::draft {

// A text together with what its author knew: the vector decides between two dots for one text.
struct Side {
  const Lines& lines;
  const VersionVector& knows;
};

// Two lines of equal text become one. It is named by the dot that the other side does not know;
// if that does not decide (both or neither known), by the greater dot.
Line joined_line(const Line& a, const VersionVector& a_knows, const Line& b,
                 const VersionVector& b_knows);

bool same_texts(const Lines& a, const Lines& b);
Lines joined_lines(const Side& a, const Side& b);  // requires same_texts

// diff3. Lines are the same only if text and dot are, so a retyped line counts as changed. Changes
// of the two sides must be apart by at least one line that both left alone, or make the same text;
// otherwise nothing is returned: a conflict.
std::optional<Lines> merged_lines(const Lines& base, const Side& a, const Side& b);

}  // namespace dp::draft
