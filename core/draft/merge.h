// Three-way merge of two drafts of one slot, and the decision what to do with a remote draft.
//
// Guarantees (each a property test): merge is deterministic, commutative and idempotent; the
// result's vv is the join; a line of either side that is not covered by the joined `cleared` is in
// the text, in a kept copy, or in `displaced`, unless the other side, knowing it, removed it (a
// line of the same text in its place counts as the line); nothing covered by the joined `cleared`
// is anywhere in the result; merges allocate no dot. Results are in the normal form of draft.h if
// the inputs are. Work is bounded by the inputs' size (line_diff.h).
// Does not: read clocks or versions. Numbers decide nothing here.
//
// How two drafts merge:
//   1 Equal drafts: that draft. One vector strictly covers the other: that draft, untouched.
//   2 vv, cleared: joins. Logical clock: the greater. Dot: the winner's, where the winner is the
//     side with the greater (logical clock, writer id, sequence, operation, vv, cleared). Content
//     decides only between drafts that are alike in all of these, so that a text never shows in
//     which of two others it beats.
//   3 Lines covered by the joined `cleared` leave both texts, the base and all copies. Where that
//     took some and only empty lines remain, these go too.
//   4 A tombstone yields the other side's survivors. Equal texts join, line by line. With a base,
//     diff3 (three_way.h), unless its result, without copies, exceeds payload_bytes_max.
//   5 Otherwise a conflict: an empty side yields to the other; else the winner's whole text stands
//     and the loser's becomes a copy, unless each of its lines, dot included, is in the winner's.
//   6 Copies: all survivors. An empty text takes the newest copy; copies whose lines are all in the
//     text go; then, newest first, those that fit into kCopiesMax and kCopiesBytesMax stay; then
//     the oldest go until the payload fits.
//   7 An empty result, or one of a single empty line, is a CLEAR.
//   8 Unknown fields, tag by tag: equal values stay; a value only one side changed since the base
//     is taken (no base: both sides began without it); both changed: a present value before an
//     absent one, then the winner's.
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
  bool conflict = false;  // a loser was kept as a copy, or displaced for want of room
  // Copies of either side, and the loser, that are not in `draft` as they were: overflowed, or
  // cleared in whole or part. Archive them before the row.
  std::vector<Copy> displaced;
  bool operator==(const Merged&) const = default;
};

// `base` is a draft whose vv both sides cover, or null if no such draft is known.
// The result exceeds payload_bytes_max only if the winner's text does without any copy: a client
// that seals texts of its own must leave room for vectors to grow.
Merged merge(const Draft* base, const Draft& a, const Draft& b, const MergeLimits& limits = {});

// Takes copies out of `draft` by rule 6 until it is within all limits, and returns them, ascending.
// A device that saves a long text beside kept copies archives what this returns before the row.
std::vector<Copy> shed_copies(Draft& draft, const MergeLimits& limits = {});

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
  bool operator==(const Reconciled&) const = default;
};

// `ancestors` are the agreed states and own sent changes the device kept, newest first; the first
// one covered by both sides is the merge base. `local` null means an empty slot: adopt.
// Adopting takes R as it is, unnormalised, so that devices end with equal bytes.
Reconciled reconcile(const Draft* local, const Draft& remote, std::span<const Draft> ancestors,
                     const MergeLimits& limits = {});

}  // namespace dp::draft
