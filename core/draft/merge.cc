#include "core/draft/merge.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "core/draft/copies.h"
#include "core/draft/payload.h"
#include "core/draft/three_way.h"

namespace dp::draft {
namespace {

// A total order, so that the order of the arguments never matters. Two merges that kept one dot tie
// by clock and dot; their vectors decide, since the order of two texts would show in what becomes
// of them, and a server sees what is uploaded and when (SEC-02). Content comes last.
bool outranks(const Draft& a, const Draft& b) {
  const auto rank = [](const Draft& d) {
    return std::tie(d.logical_clock, d.dot, d.operation, d.vv.entries(), d.cleared.entries(),
                    d.lines, d.copies, d.unknown);
  };
  return rank(a) > rank(b);
}

const UnknownField* find_tag(const std::vector<UnknownField>& fields, std::uint8_t tag) {
  const auto at = std::ranges::find(fields, tag, &UnknownField::tag);
  return at == fields.end() ? nullptr : &*at;
}

bool same_field(const UnknownField* a, const UnknownField* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->value == b->value;
}

std::vector<UnknownField> merged_unknown(const Draft* base, const Draft& winner,
                                         const Draft& loser) {
  std::set<std::uint8_t> tags;
  for (const UnknownField& field : winner.unknown) tags.insert(field.tag);
  for (const UnknownField& field : loser.unknown) tags.insert(field.tag);

  std::vector<UnknownField> fields;
  for (const std::uint8_t tag : tags) {
    const UnknownField* was = base == nullptr ? nullptr : find_tag(base->unknown, tag);
    const UnknownField* theirs = find_tag(loser.unknown, tag);
    const UnknownField* chosen = find_tag(winner.unknown, tag);
    const bool only_loser_changed = same_field(chosen, was);
    const bool only_winner_changed = same_field(theirs, was);
    if (only_loser_changed || (!only_winner_changed && chosen == nullptr)) chosen = theirs;
    if (chosen != nullptr) fields.push_back(*chosen);
  }
  return fields;
}

// Everything of the result but its text and copies.
Draft merged_frame(const Draft* base, const Draft& winner, const Draft& loser) {
  Draft frame;
  frame.dot = winner.dot;
  frame.logical_clock = std::max(winner.logical_clock, loser.logical_clock);
  frame.vv = joined(winner.vv, loser.vv);
  frame.cleared = joined(winner.cleared, loser.cleared);
  frame.unknown = merged_unknown(base, winner, loser);
  return frame;
}

std::vector<Copy> all_copies(const Draft& a, const Draft& b) {
  std::vector<Copy> copies = a.copies;
  copies.insert(copies.end(), b.copies.begin(), b.copies.end());
  return copies;
}

// One side after clearing: what of its text still counts.
struct Remains {
  const Draft& draft;
  Lines lines;
  Side side() const { return {lines, draft.vv}; }
};

bool fits_without_copies(const Draft& frame, Lines lines, const MergeLimits& limits) {
  Draft trial = frame;
  trial.lines = std::move(lines);
  return encode_payload(trial).size() <= limits.payload_bytes_max;
}

// The text both sides can agree on without keeping a copy, if there is one.
std::optional<Lines> agreed_text(const Draft* base, const Remains& winner, const Remains& loser,
                                 const Draft& frame, const MergeLimits& limits) {
  if (winner.draft.is_tombstone()) return loser.lines;
  if (loser.draft.is_tombstone()) return winner.lines;
  if (same_texts(winner.lines, loser.lines)) return joined_lines(winner.side(), loser.side());
  if (base != nullptr) {
    const Lines base_lines = survivors(base->lines, frame.cleared);
    std::optional<Lines> clean = merged_lines(base_lines, winner.side(), loser.side());
    if (clean && fits_without_copies(frame, *clean, limits)) return clean;
  }
  if (winner.lines.empty()) return loser.lines;
  if (loser.lines.empty()) return winner.lines;
  return std::nullopt;
}

bool is_single_empty_line(const Lines& lines) {
  return lines.size() == 1 && lines.front().text.empty();
}

// Rules 6 and 7 of the header, on a draft that has its text and all surviving copies.
void settle(Draft& draft, const MergeLimits& limits) {
  if (is_single_empty_line(draft.lines)) draft.lines.clear();
  promote_copy(draft);
  drop_redundant_copies(draft);
  shed_copies(draft, limits);  // the caller finds them with left_out
  draft.operation = draft.lines.empty() ? Operation::clear : Operation::set;
}

const Draft* first_common(std::span<const Draft> ancestors, const Draft& a, const Draft& b) {
  for (const Draft& ancestor : ancestors) {
    if (a.vv.covers(ancestor.vv) && b.vv.covers(ancestor.vv)) return &ancestor;
  }
  return nullptr;
}

}  // namespace

Merged merge(const Draft* base, const Draft& a, const Draft& b, const MergeLimits& limits) {
  const bool a_covers = a.vv.covers(b.vv);
  const bool b_covers = b.vv.covers(a.vv);
  if (a == b || (a_covers && !b_covers)) return {a, false, left_out(b.copies, a)};
  if (b_covers && !a_covers) return {b, false, left_out(a.copies, b)};

  const Draft& winner = outranks(a, b) ? a : b;
  const Draft& loser = &winner == &a ? b : a;
  Merged merged{merged_frame(base, winner, loser), false, {}};
  Draft& draft = merged.draft;
  const Remains won{winner, survivors(winner.lines, draft.cleared)};
  const Remains lost{loser, survivors(loser.lines, draft.cleared)};

  std::vector<Copy> known = all_copies(winner, loser);
  if (std::optional<Lines> text = agreed_text(base, won, lost, draft, limits)) {
    draft.lines = std::move(*text);
  } else {
    draft.lines = won.lines;
    merged.conflict = !all_lines_in(lost.lines, won.lines);
    if (merged.conflict) known.push_back({loser.logical_clock, loser.dot.writer, lost.lines});
  }
  draft.copies = surviving_copies(known, draft.cleared);
  settle(draft, limits);
  merged.displaced = left_out(std::move(known), draft);
  return merged;
}

Reconciled reconcile(const Draft* local, const Draft& remote, std::span<const Draft> ancestors,
                     const MergeLimits& limits) {
  if (local == nullptr) return {Verdict::adopt, remote, false, {}};
  if (remote.vv.covers(local->vv)) {
    return {Verdict::adopt, remote, false, left_out(local->copies, remote)};
  }
  if (local->vv.covers(remote.vv)) return {Verdict::keep, *local, false, {}};

  const Draft* base = first_common(ancestors, *local, remote);
  Merged merged = merge(base, *local, remote, limits);
  return {Verdict::merge, std::move(merged.draft), merged.conflict, std::move(merged.displaced)};
}

}  // namespace dp::draft
