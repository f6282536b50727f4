// Kept copies: what survives clearing, which copies are still needed, and how many may stay.
//
// Guarantees: every function is deterministic and independent of the order of its inputs; whatever
// is taken away from a draft is returned or can be found with `left_out`.
// Does not: archive anything; the client does that before it writes a row that omits a copy.
#pragma once

#include <vector>

#include "core/draft/draft.h"
#include "core/draft/merge.h"

namespace dp::draft {

// The lines whose dots `cleared` does not cover. If clearing took some and what remains is only
// empty lines, nothing a person can see is left and the result is empty.
Lines survivors(const Lines& lines, const VersionVector& cleared);

// Every line of `part`, dot included, is among `whole`.
bool all_lines_in(const Lines& part, const Lines& whole);

// The survivors of all `copies`, ascending; of copies with the same lines the newest is kept.
std::vector<Copy> surviving_copies(std::vector<Copy> copies, const VersionVector& cleared);

// Drops from `draft` the copies whose lines are all in its text.
void drop_redundant_copies(Draft& draft);

// If the text is empty, the newest copy (logical clock, then writer id, then lines) becomes it.
void promote_copy(Draft& draft);

// Those of `known` that `draft` holds neither as a copy nor, line by line, in its text.
std::vector<Copy> left_out(std::vector<Copy> known, const Draft& draft);

}  // namespace dp::draft
