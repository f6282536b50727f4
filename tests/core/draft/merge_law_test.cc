// The laws of merging two drafts, over random families of drafts with a shared history.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <sstream>

#include "core/draft/copies.h"
#include "core/draft/payload.h"
#include "tests/core/draft/drafts.h"

namespace dp::draft::test {
namespace {

Pair shown(Pair pair) {
  std::ostringstream os;
  showValue(pair, os);
  RC_LOG() << os.str() << "\n";
  return pair;
}

Merged merged(const Pair& pair, const MergeLimits& limits = {}) {
  return merge(pair.base_or_null(), pair.a, pair.b, limits);
}

bool has(const Lines& lines, const Line& line) {
  return std::ranges::find(lines, line) != lines.end();
}

bool in_a_copy(const std::vector<Copy>& copies, const Line& line) {
  return std::ranges::any_of(copies, [&](const Copy& copy) { return has(copy.lines, line); });
}

bool in_draft(const Draft& draft, const Line& line) {
  return has(draft.lines, line) || in_a_copy(draft.copies, line);
}

bool strictly_covers(const Draft& a, const Draft& b) {
  return a.vv.covers(b.vv) && !b.vv.covers(a.vv);
}

RC_GTEST_PROP(MergeLaws, merge_is_commutative_to_the_last_field, ()) {
  const Pair pair = shown(any_pair());
  const Merged one = merged(pair);
  const Merged other = merge(pair.base_or_null(), pair.b, pair.a);
  RC_CLASSIFY(one.conflict, "conflicting");
  RC_CLASSIFY(!strictly_covers(pair.a, pair.b) && !strictly_covers(pair.b, pair.a), "concurrent");
  RC_ASSERT(one == other);
}

RC_GTEST_PROP(MergeLaws, merge_is_idempotent, ()) {
  const Pair pair = shown(any_pair());
  RC_ASSERT(merge(pair.base_or_null(), pair.a, pair.a) == (Merged{pair.a, false, {}}));
}

RC_GTEST_PROP(MergeLaws, merging_the_result_with_a_side_changes_nothing, ()) {
  const Pair pair = shown(any_pair());
  const Draft result = merged(pair).draft;
  for (const Draft* side : {&pair.a, &pair.b}) {
    if (side->vv == result.vv) continue;  // one vector, two contents: reconcile takes the server's
    RC_ASSERT(merge(pair.base_or_null(), result, *side).draft == result);
    RC_ASSERT(!merge(nullptr, *side, result).conflict);
  }
}

RC_GTEST_PROP(MergeLaws, vectors_join_and_clocks_take_the_greater, ()) {
  const Pair pair = shown(any_pair());
  const Draft result = merged(pair).draft;
  RC_ASSERT(result.vv == joined(pair.a.vv, pair.b.vv));
  RC_ASSERT(result.cleared == joined(pair.a.cleared, pair.b.cleared));
  RC_ASSERT(result.logical_clock == std::max(pair.a.logical_clock, pair.b.logical_clock));
}

RC_GTEST_PROP(MergeLaws, merges_allocate_no_dot_and_invent_no_line, ()) {
  const Pair pair = shown(concurrent_pair());
  const Draft result = merged(pair).draft;
  RC_ASSERT(result.dot == pair.a.dot || result.dot == pair.b.dot);
  const auto known = [&](const Line& line) {
    return in_draft(pair.a, line) || in_draft(pair.b, line);
  };
  RC_ASSERT(std::ranges::all_of(result.lines, known));
  for (const Copy& copy : result.copies) RC_ASSERT(std::ranges::all_of(copy.lines, known));
}

RC_GTEST_PROP(MergeLaws, a_line_goes_only_if_cleared_or_removed_by_someone_who_knew_it, ()) {
  const Pair pair = shown(concurrent_pair());
  const Merged result = merged(pair);
  const auto check = [&](const Draft& mine, const Draft& other) {
    for (const Line& line : mine.lines) {
      const bool kept = in_draft(result.draft, line) || in_a_copy(result.displaced, line);
      const bool cleared = result.draft.cleared.covers(line.dot);
      const bool removed = other.vv.covers(line.dot) && !has(other.lines, line);
      // An equal line in its place will do, unless it is one that `mine` had already replaced.
      const auto stands_for = [&](const Line& there) {
        const bool outdated = mine.vv.covers(there.dot) && !other.vv.covers(line.dot);
        return there.text == line.text && !outdated;
      };
      const bool stands_in = std::ranges::any_of(result.draft.lines, stands_for);
      const bool only_blank = line.text.empty();
      RC_ASSERT(kept || cleared || removed || (stands_in && !result.conflict) || only_blank);
    }
  };
  check(pair.a, pair.b);
  check(pair.b, pair.a);
}

RC_GTEST_PROP(MergeLaws, nothing_cleared_is_anywhere_in_the_result, ()) {
  const Pair pair = shown(concurrent_pair());
  const Draft result = merged(pair).draft;
  const auto gone = [&](const Line& line) { return result.cleared.covers(line.dot); };
  RC_ASSERT(std::ranges::none_of(result.lines, gone));
  for (const Copy& copy : result.copies) RC_ASSERT(std::ranges::none_of(copy.lines, gone));
}

RC_GTEST_PROP(MergeLaws, every_known_copy_is_kept_or_in_the_text_or_displaced, ()) {
  const Pair pair = shown(concurrent_pair());
  const Merged result = merged(pair);
  for (const Draft* side : {&pair.a, &pair.b}) {
    for (const Copy& copy : side->copies) {
      const auto same = [&](const Copy& there) { return there.lines == copy.lines; };
      RC_ASSERT(std::ranges::any_of(result.draft.copies, same) ||
                std::ranges::any_of(result.displaced, same) ||
                all_lines_in(copy.lines, result.draft.lines));
    }
  }
}

RC_GTEST_PROP(MergeLaws, results_are_in_normal_form_and_read_back_equal, ()) {
  const Pair pair = shown(concurrent_pair());
  const Draft result = merged(pair).draft;
  const Result<Draft> read = decode_payload(encode_payload(result));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == result);
}

RC_GTEST_PROP(MergeLaws, without_a_base_only_equal_texts_merge_silently, ()) {
  const Pair pair = shown(concurrent_pair());
  const Merged result = merge(nullptr, pair.a, pair.b);
  const Lines a = survivors(pair.a.lines, result.draft.cleared);
  const Lines b = survivors(pair.b.lines, result.draft.cleared);
  const bool silent = a.empty() || b.empty() || texts_of(a) == texts_of(b) || all_lines_in(a, b) ||
                      all_lines_in(b, a);
  RC_ASSERT(silent || result.conflict);
  std::vector<Copy> copies = pair.a.copies;
  copies.insert(copies.end(), pair.b.copies.begin(), pair.b.copies.end());
  const bool copy_left = !surviving_copies(copies, result.draft.cleared).empty();
  RC_ASSERT(result.draft.lines.empty() == (a.empty() && b.empty() && !copy_left));
}

RC_GTEST_PROP(MergeLaws, copies_give_way_until_the_payload_fits, ()) {
  const Pair pair = shown(concurrent_pair());
  const auto bytes_max = 50 + below(150);
  const Draft result = merged(pair, {.payload_bytes_max = bytes_max}).draft;
  RC_ASSERT(result.copies.empty() || encode_payload(result).size() <= bytes_max);
}

RC_GTEST_PROP(MergeLaws, what_fits_is_never_made_to_exceed_by_merging_texts, ()) {
  const Pair pair = shown(concurrent_pair());
  const auto bytes_max = 50 + below(150);
  const Merged result = merged(pair, {.payload_bytes_max = bytes_max});
  const auto text_size = [](const Lines& lines) { return join_lines(lines).size(); };
  if (encode_payload(result.draft).size() > bytes_max) {
    std::size_t longest = std::max(text_size(pair.a.lines), text_size(pair.b.lines));
    for (const Draft* side : {&pair.a, &pair.b}) {
      for (const Copy& copy : side->copies) longest = std::max(longest, text_size(copy.lines));
    }
    RC_ASSERT(text_size(result.draft.lines) <= longest);
  }
}

// The same in other letters, whose order is the other way round.
Draft in_other_letters(Draft draft) {
  const auto disguise = [](Lines& lines) {
    for (Line& line : lines) {
      for (char& letter : line.text) {
        if (letter >= 'a' && letter <= 'z') letter = static_cast<char>('a' + 'z' - letter);
        if (letter >= '0' && letter <= '9') letter = static_cast<char>('0' + '9' - letter);
      }
    }
  };
  disguise(draft.lines);
  for (Copy& copy : draft.copies) disguise(copy.lines);
  std::ranges::sort(draft.copies);
  return draft;
}

RC_GTEST_PROP(MergeLaws, which_text_wins_does_not_depend_on_what_is_written, ()) {
  Pair pair = concurrent_pair();
  if (below(2) == 0) {  // both sides merged one save into their own
    const Dot shared = dot(99, 1);
    for (Draft* side : {&pair.a, &pair.b}) {
      side->vv.include(shared);
      side->dot = shared;
      side->logical_clock = 50;
    }
  }
  shown(pair);
  Pair disguised{pair.base, in_other_letters(pair.a), in_other_letters(pair.b)};
  if (pair.base) disguised.base = in_other_letters(*pair.base);
  const Merged result = merged(pair);
  const Merged other = merged(disguised);
  RC_CLASSIFY(result.conflict && pair.a.dot == pair.b.dot, "conflicting after one save");
  RC_ASSERT(other.conflict == result.conflict);
  RC_ASSERT(other.draft == in_other_letters(result.draft));
}

RC_GTEST_PROP(ReconcileLaws, covered_drafts_never_change_the_covering_one, ()) {
  const Pair pair = shown(any_pair());
  const Reconciled result = reconcile(&pair.a, pair.b, {});
  if (pair.b.vv.covers(pair.a.vv)) {
    RC_ASSERT(result.verdict == Verdict::adopt);
    RC_ASSERT(result.draft == pair.b);
  } else if (pair.a.vv.covers(pair.b.vv)) {
    RC_ASSERT(result.verdict == Verdict::keep);
    RC_ASSERT(result.draft == pair.a);
  } else {
    RC_ASSERT(result.verdict == Verdict::merge);
    RC_ASSERT(result.draft.vv == joined(pair.a.vv, pair.b.vv));
  }
}

RC_GTEST_PROP(ReconcileLaws, both_devices_of_a_pair_reach_equal_drafts, ()) {
  const Pair pair = shown(concurrent_pair());
  std::vector<Draft> ancestors;
  if (pair.base) ancestors.push_back(*pair.base);
  const Reconciled here = reconcile(&pair.a, pair.b, ancestors);
  const Reconciled there = reconcile(&pair.b, pair.a, ancestors);
  RC_ASSERT(here == there);
}

}  // namespace
}  // namespace dp::draft::test
