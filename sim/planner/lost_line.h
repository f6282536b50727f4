// The law of merging that no text gets lost, for one side of one merge.
//
// Law: each line of the side is in the merged text, a copy or what was displaced, unless a clear or
// send of either side covers it or the other side knew it and has it no more.
// Does not: tell which of two lines with the same text survived.
#pragma once

#include <optional>

#include "core/draft/merge.h"

namespace dp::sim {

struct MergedPair {
  const draft::Draft& side;
  const draft::Draft& other;
  const draft::Draft* ancestor = nullptr;  // none: they had nothing in common
};

// The first line of the side that the merge lost.
std::optional<draft::Line> lost_line(const draft::Merged& merged, const MergedPair& pair);

}  // namespace dp::sim
