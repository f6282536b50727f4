// Three-way merge of two drafts of one slot, and the decision what to do with a remote draft.
//
// Guarantees (each a property test): merge is deterministic, commutative and idempotent; the
// result's vv is the join; a line of either side that is not covered by the joined `cleared` is in
// the text, in a kept copy, or in `displaced`, unless the other side, knowing it, removed it;
// nothing covered by the joined `cleared` is anywhere in the result; merges allocate no dot.
// Does not: read clocks or versions. Numbers decide nothing here.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/draft/draft.h"

namespace dp::draft {

struct MergeLimits {
  std::size_t payload_bytes_max = 64u << 10;  // what still seals within MAX_DRAFT_CHARS
};

struct Merged {
  Draft draft;
  bool conflict = false;        // a loser was kept as a copy
  std::vector<Copy> displaced;  // copies left out (cleared or overflow): archive before the row
};

// `base` is a draft whose vv both sides cover, or null if no such draft is known.
Merged merge(const Draft* base, const Draft& a, const Draft& b, const MergeLimits& limits = {});

// What a device does with an authenticated remote draft R against its local draft L.
enum class Verdict : std::uint8_t {
  adopt,  // vv(R) >= vv(L): take R
  keep,   // vv(L) >= vv(R), not equal: keep L, R becomes the base, upload L
  merge,  // concurrent: merge and upload
};

struct Reconciled {
  Verdict verdict = Verdict::adopt;
  Draft draft;  // the new local draft
  bool conflict = false;
  std::vector<Copy> displaced;  // known to this device, absent from `draft`: archive first
};

// `ancestors` are the agreed states and own sent changes the device kept, newest first; the first
// one covered by both sides is the merge base. `local` null means an empty slot: adopt.
Reconciled reconcile(const Draft* local, const Draft& remote, std::span<const Draft> ancestors,
                     const MergeLimits& limits = {});

}  // namespace dp::draft
