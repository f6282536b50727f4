#include "core/draft/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/draft/payload.h"
#include "tests/core/draft/drafts.h"

namespace dp::draft::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class MergeTest : public testing::Test {
 protected:
  Author ann{.writer = 1};
  Author ben{.writer = 2};
  Author cid{.writer = 3};
};

TEST_F(MergeTest, disjoint_changes_of_one_base_merge_without_a_copy) {
  const Draft base = ann.saves(nullptr, "1\n2\n3");
  const Draft b = ben.saves(base, "1b\n2\n3");
  const Draft c = cid.saves(base, "1\n2\n3c");
  const Merged merged = merge(&base, b, c);
  EXPECT_EQ(text_of(merged.draft), "1b\n2\n3c");
  EXPECT_FALSE(merged.conflict);
  EXPECT_THAT(merged.draft.copies, IsEmpty());
  EXPECT_EQ(merged.draft.lines[0].dot, dot(2, 1));
  EXPECT_EQ(merged.draft.lines[1].dot, dot(1, 1));
  EXPECT_EQ(merged.draft.lines[2].dot, dot(3, 1));
}

TEST_F(MergeTest, the_later_logical_clock_wins_a_conflict_and_the_loser_is_kept_whole) {
  const Draft base = ann.saves(nullptr, "1\n2");
  const Draft first = ben.saves(base, "1\n2b");
  const Draft b = ben.saves(first, "1\n2bb");  // clock 3
  const Draft c = cid.saves(base, "1\n2c");    // clock 2
  const Merged merged = merge(&base, b, c);
  EXPECT_TRUE(merged.conflict);
  EXPECT_EQ(text_of(merged.draft), "1\n2bb");
  ASSERT_THAT(merged.draft.copies, SizeIs(1));
  EXPECT_EQ(merged.draft.copies[0], (Copy{2, WriterId{3}, c.lines}));
  EXPECT_EQ(merged.draft.logical_clock, 3u);
  EXPECT_EQ(merged.draft.dot, b.dot);
  EXPECT_THAT(merged.displaced, IsEmpty());
}

TEST_F(MergeTest, at_equal_clocks_the_greater_writer_id_wins) {
  const Draft base = ann.saves(nullptr, "1");
  const Draft b = ben.saves(base, "b");
  const Draft c = cid.saves(base, "c");
  EXPECT_EQ(text_of(merge(&base, b, c).draft), "c");
  EXPECT_EQ(text_of(merge(&base, c, b).draft), "c");
}

TEST_F(MergeTest, without_a_base_equal_texts_join) {
  const Draft a = ann.saves(nullptr, "same\ntext");
  const Draft b = ben.saves(nullptr, "same\ntext");
  const Merged merged = merge(nullptr, a, b);
  EXPECT_EQ(text_of(merged.draft), "same\ntext");
  EXPECT_FALSE(merged.conflict);
  EXPECT_THAT(merged.draft.copies, IsEmpty());
  EXPECT_EQ(merged.draft.lines[0].dot, dot(2, 1));
}

TEST_F(MergeTest, without_a_base_any_difference_is_a_conflict) {
  const Draft a = ann.saves(nullptr, "1\n2\n3");
  const Draft b = ben.saves(nullptr, "1\n2\n3b");
  const Merged merged = merge(nullptr, a, b);
  EXPECT_TRUE(merged.conflict);
  EXPECT_EQ(text_of(merged.draft), "1\n2\n3b");
  ASSERT_THAT(merged.draft.copies, SizeIs(1));
  EXPECT_EQ(join_lines(merged.draft.copies[0].lines), "1\n2\n3");
}

TEST_F(MergeTest, a_loser_whose_lines_all_stand_in_the_winner_leaves_no_copy) {
  const Draft base = ann.saves(nullptr, "1\n2\n3");
  const Draft shorter = ben.saves(base, "1\n3");
  const Draft longer = cid.saves(base, "1\n2\nnew\n3");  // touches the removed line
  const Merged merged = merge(&base, shorter, longer);
  EXPECT_EQ(text_of(merged.draft), "1\n2\nnew\n3");
  EXPECT_FALSE(merged.conflict);
  EXPECT_THAT(merged.draft.copies, IsEmpty());
}

TEST_F(MergeTest, a_clear_takes_what_it_knew_and_an_unseen_edit_survives) {
  const Draft base = ann.saves(nullptr, "1\n2");
  const Draft gone = ann.clears(base);
  const Draft edited = ben.saves(base, "1\n2\n3");
  const Merged merged = merge(&base, gone, edited);
  EXPECT_EQ(text_of(merged.draft), "3");
  EXPECT_EQ(merged.draft.operation, Operation::set);
  EXPECT_FALSE(merged.conflict);
  EXPECT_EQ(merged.draft.cleared, gone.cleared);
}

TEST_F(MergeTest, a_clear_and_an_edit_that_only_removed_lines_end_empty) {
  const Draft base = ann.saves(nullptr, "1\n2");
  const Draft gone = ann.sends(base);
  const Draft edited = ben.saves(base, "1");
  const Merged merged = merge(&base, gone, edited);
  EXPECT_EQ(merged.draft.operation, Operation::clear);
  EXPECT_THAT(merged.draft.lines, IsEmpty());
  EXPECT_THAT(merged.draft.copies, IsEmpty());
  EXPECT_EQ(merged.draft.vv, joined(gone.vv, edited.vv));
  EXPECT_TRUE(merged.draft.dot == gone.dot || merged.draft.dot == edited.dot);
}

TEST_F(MergeTest, two_clears_stay_a_clear) {
  const Draft base = ann.saves(nullptr, "1");
  const Merged merged = merge(&base, ann.clears(base), ben.sends(base));
  EXPECT_EQ(merged.draft.operation, Operation::clear);
  EXPECT_EQ(merged.draft.cleared, vector_of({dot(1, 2), dot(2, 1)}));
}

TEST_F(MergeTest, cleared_lines_leave_the_base_too) {
  // Ann clears "1 2" and starts again; ben, who knows nothing of it, changed "2".
  const Draft base = ann.saves(nullptr, "1\n2");
  const Draft gone = ann.clears(base);
  const Draft anew = ann.saves(gone, "fresh");
  const Draft edited = ben.saves(base, "1\n2b");
  const Merged merged = merge(&base, anew, edited);
  EXPECT_EQ(text_of(merged.draft), "fresh");  // clock 3 against 2
  ASSERT_THAT(merged.draft.copies, SizeIs(1));
  EXPECT_EQ(join_lines(merged.draft.copies[0].lines), "2b");
}

TEST_F(MergeTest, a_cleared_line_of_the_base_does_not_make_its_neighbours_conflict) {
  const Draft first = ann.saves(nullptr, "1");
  const Draft base = ann.saves(first, "1\n2\n3");
  const Draft cid_clears = cid.clears(first);  // knows the first line only
  const Draft b = ben.saves(merge(&first, base, cid_clears).draft, "2\n3\nben's");
  const Draft a = ann.saves(base, "1\n2 changed\n3");
  const Merged merged = merge(&base, a, b);
  EXPECT_EQ(text_of(merged.draft), "2 changed\n3\nben's");
  EXPECT_FALSE(merged.conflict);
}

TEST_F(MergeTest, cleared_lines_leave_the_copies_and_what_left_is_displaced) {
  const Draft base = ann.saves(nullptr, "1");
  const Draft b = ben.saves(base, "1b\nmore");
  const Draft b2 = ben.saves(b, "1b\nmore\nlast");
  const Draft c = cid.saves(base, "1c");
  const Draft c2 = cid.saves(c, "1cc");
  const Draft c3 = cid.saves(c2, "1ccc");
  const Draft both = merge(&base, b2, c3).draft;  // cid's text, ben's as a copy
  ASSERT_THAT(both.copies, SizeIs(1));
  const Draft sent = ann.sends(b);  // ann knows ben's first save only
  const Merged merged = merge(&base, both, sent);
  EXPECT_EQ(text_of(merged.draft), "1ccc");
  ASSERT_THAT(merged.draft.copies, SizeIs(1));
  EXPECT_EQ(join_lines(merged.draft.copies[0].lines), "last");
  EXPECT_EQ(merged.displaced, both.copies);
}

TEST_F(MergeTest, blank_lines_alone_do_not_outlive_a_clear) {
  const Draft base = ann.saves(nullptr, "1");
  const Draft gone = ann.sends(base);
  const Draft edited = ben.saves(base, "1\n\n");
  EXPECT_TRUE(merge(&base, gone, edited).draft.is_tombstone());
}

TEST_F(MergeTest, a_text_of_line_ends_alone_is_still_a_text) {
  const Draft a = ann.saves(nullptr, "\n");
  const Draft b = ben.saves(nullptr, "\n");
  EXPECT_EQ(text_of(merge(nullptr, a, b).draft), "\n");
}

TEST_F(MergeTest, a_merge_that_leaves_one_empty_line_is_empty) {
  const Draft base = ann.saves(nullptr, "1\n\n2");
  const Merged merged = merge(&base, ben.saves(base, "1\n"), cid.saves(base, "\n2"));
  EXPECT_TRUE(merged.draft.is_tombstone());
  EXPECT_THAT(merged.draft.lines, IsEmpty());
}

TEST_F(MergeTest, a_side_that_clearing_emptied_is_no_conflict) {
  const Draft base = ann.saves(nullptr, "1\n2");
  const Draft anew = ben.saves(ben.clears(base), "anew");
  Draft shorter = cid.saves(base, "1");
  shorter.logical_clock = 9;
  const Merged merged = merge(nullptr, anew, shorter);
  EXPECT_EQ(text_of(merged.draft), "anew");
  EXPECT_FALSE(merged.conflict);
  EXPECT_THAT(merged.draft.copies, IsEmpty());
}

TEST_F(MergeTest, sides_that_end_in_one_save_are_ordered_by_what_they_include) {
  // Two devices each merged cid's latest save into something of their own.
  const Draft a = ann.saves(nullptr, "a");
  const Draft b = ben.saves(nullptr, "b");
  Draft c = cid.saves(nullptr, "c");
  c.logical_clock = 9;
  const Draft ac = merge(nullptr, a, c).draft;
  Draft bc = merge(nullptr, b, c).draft;
  ASSERT_EQ(ac.dot, bc.dot);
  for (const char* more : {"~", "!"}) {  // a greater text than "c" and a smaller one
    bc.lines = {{more, dot(2, 1)}};
    const Merged merged = merge(nullptr, ac, bc);
    EXPECT_EQ(merged, merge(nullptr, bc, ac));
    EXPECT_EQ(text_of(merged.draft), more) << "its writers have the larger numbers";
  }
}

TEST_F(MergeTest, an_empty_text_takes_the_newest_copy) {
  Draft with_copies = ben.saves(nullptr, "text");
  const Dot older = ben.next();
  const Dot newer = ben.next();
  with_copies.vv.include(newer);
  with_copies.copies = {{4, WriterId{2}, {{"old", older}}}, {5, WriterId{2}, {{"new", newer}}}};
  Draft knows_text = with_copies;
  knows_text.vv = vector_of({dot(2, 1)});
  knows_text.copies.clear();
  const Draft gone = ann.clears(knows_text);
  const Merged merged = merge(nullptr, with_copies, gone);
  EXPECT_EQ(text_of(merged.draft), "new");
  EXPECT_EQ(merged.draft.operation, Operation::set);
  ASSERT_THAT(merged.draft.copies, SizeIs(1));
  EXPECT_EQ(join_lines(merged.draft.copies[0].lines), "old");
  EXPECT_THAT(merged.displaced, IsEmpty());
}

TEST_F(MergeTest, copies_of_both_sides_are_kept_once_and_in_order) {
  const Draft base = ann.saves(nullptr, "1\n2\n3");
  Draft b = ben.saves(base, "1b\n2\n3");
  Draft c = cid.saves(base, "1\n2\n3c");
  const Copy shared{2, WriterId{1}, {{"shared", dot(1, 1)}}};
  const Copy shared_later{3, WriterId{1}, {{"shared", dot(1, 1)}}};
  const Copy bens{1, WriterId{2}, {{"ben's", dot(2, 1)}}};
  const Copy cids{9, WriterId{3}, {{"cid's", dot(3, 1)}}};
  b.copies = {bens, shared};
  c.copies = {shared_later, cids};
  const Merged merged = merge(&base, b, c);
  EXPECT_EQ(merged.draft.copies, (std::vector<Copy>{bens, shared_later, cids}));
  EXPECT_FALSE(merged.conflict);
}

TEST_F(MergeTest, a_copy_whose_lines_stand_in_the_text_goes_quietly) {
  const Draft base = ann.saves(nullptr, "1\n2\n3");
  Draft b = ben.saves(base, "1b\n2\n3");
  const Draft c = cid.saves(base, "1\n2\n3c");
  b.copies = {{1, WriterId{1}, {{"2", dot(1, 1)}}}};
  const Merged merged = merge(&base, b, c);
  EXPECT_THAT(merged.draft.copies, IsEmpty());
  EXPECT_THAT(merged.displaced, IsEmpty());
}

TEST_F(MergeTest, a_copy_with_the_text_but_other_dots_stays) {
  const Draft base = ann.saves(nullptr, "1\n2\n3");
  Draft b = ben.saves(base, "1b\n2\n3");
  const Draft c = cid.saves(base, "1\n2\n3c");
  b.copies = {{1, WriterId{2}, {{"2", dot(2, 1)}}}};
  EXPECT_THAT(merge(&base, b, c).draft.copies, SizeIs(1));
}

Draft with_many_copies(Author& author, const Draft& base, std::size_t count, std::size_t bytes) {
  Draft draft = author.saves(base, "changed by " + std::to_string(author.writer));
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = std::to_string(author.writer * 100 + i);
    text.resize(bytes, '.');
    draft.copies.push_back({10 + i, WriterId{author.writer}, {{text, draft.dot}}});
  }
  return draft;
}

TEST_F(MergeTest, at_most_eight_copies_stay_and_the_oldest_are_displaced) {
  const Draft base = ann.saves(nullptr, "1");
  const Draft b = with_many_copies(ben, base, 6, 10);
  const Draft c = with_many_copies(cid, base, 6, 10);
  const Merged merged = merge(&base, b, c);
  ASSERT_THAT(merged.draft.copies, SizeIs(kCopiesMax));
  EXPECT_EQ(merged.draft.copies.front().logical_clock, 12u);
  ASSERT_THAT(merged.displaced, SizeIs(5));  // 12 copies and the loser's text, 8 stay
  EXPECT_EQ(merged.displaced.front(), (Copy{b.logical_clock, WriterId{2}, b.lines}));
  EXPECT_TRUE(merged.conflict);
}

TEST_F(MergeTest, copies_stay_within_sixteen_kilobytes) {
  const Draft base = ann.saves(nullptr, "1");
  const Draft b = with_many_copies(ben, base, 3, 5000);
  const Draft c = with_many_copies(cid, base, 2, 5000);
  const Merged merged = merge(&base, b, c);
  ASSERT_THAT(merged.draft.copies, SizeIs(4));  // three of 5,001 bytes, and the short loser
  EXPECT_THAT(merged.displaced, SizeIs(2));
}

TEST_F(MergeTest, a_loser_too_long_for_a_copy_is_displaced_whole) {
  const Draft base = ann.saves(nullptr, "1");
  const Draft b = ben.saves(base, std::string(kCopiesBytesMax, 'b'));
  const Draft c = cid.saves(base, "c");
  const Merged merged = merge(&base, b, c);
  EXPECT_TRUE(merged.conflict);
  EXPECT_EQ(text_of(merged.draft), "c");
  EXPECT_THAT(merged.draft.copies, IsEmpty());
  ASSERT_THAT(merged.displaced, SizeIs(1));
  EXPECT_EQ(merged.displaced[0].lines, b.lines);
  const Draft just_fits = Author{.writer = 2}.saves(base, std::string(kCopiesBytesMax - 1, 'b'));
  EXPECT_THAT(merge(&base, just_fits, c).draft.copies, SizeIs(1));
}

TEST_F(MergeTest, a_clean_merge_too_large_to_seal_is_a_conflict) {
  const std::string long_line(300, '.');
  const Draft base = ann.saves(nullptr, "1\n2\n3");
  const Draft b = ben.saves(base, "1" + long_line + "\n2\n3");
  const Draft c = cid.saves(base, "1\n2\n3" + long_line);
  EXPECT_FALSE(merge(&base, b, c, {.payload_bytes_max = 800}).conflict);
  const Merged tight = merge(&base, b, c, {.payload_bytes_max = 600});
  EXPECT_TRUE(tight.conflict);
  EXPECT_EQ(tight.draft.lines, c.lines);
  EXPECT_LE(encode_payload(tight.draft).size(), 600u);
  ASSERT_THAT(tight.displaced, SizeIs(1));  // no room for the copy either
  EXPECT_EQ(tight.displaced[0].lines, b.lines);
}

TEST_F(MergeTest, copies_are_shed_oldest_first_when_a_long_text_leaves_no_room) {
  const Draft base = ann.saves(nullptr, "1");
  Draft draft = with_many_copies(ben, base, 3, 100);
  const std::vector<Copy> copies = draft.copies;
  const std::size_t bytes = encode_payload(draft).size();
  EXPECT_THAT(shed_copies(draft, {.payload_bytes_max = bytes}), IsEmpty());
  EXPECT_EQ(shed_copies(draft, {.payload_bytes_max = bytes - 1}), (std::vector<Copy>{copies[0]}));
  EXPECT_EQ(draft.copies, (std::vector<Copy>{copies[1], copies[2]}));
}

TEST_F(MergeTest, unknown_fields_merge_like_values_with_a_base) {
  const auto with = [](Draft draft, std::vector<UnknownField> unknown) {
    draft.unknown = std::move(unknown);
    return draft;
  };
  const Draft base = with(ann.saves(nullptr, "1\n2\n3"), {{20, {1}}, {21, {1}}, {22, {1}}});
  const Draft b = with(ben.saves(base, "1b\n2\n3"), {{20, {2}}, {22, {7}}, {30, {3}}, {40, {4}}});
  const Draft c = with(cid.saves(base, "1\n2\n3c"), {{20, {1}}, {21, {1}}, {30, {9}}});
  // 20 changed by b alone; 21 removed by b alone; 22 changed by b, removed by c; 30 new in both,
  // c wins; 40 new in b.
  const std::vector<UnknownField> expected = {{20, {2}}, {22, {7}}, {30, {9}}, {40, {4}}};
  EXPECT_EQ(merge(&base, b, c).draft.unknown, expected);
  EXPECT_EQ(merge(&base, c, b).draft.unknown, expected);
}

TEST_F(MergeTest, bounded_work_on_long_texts) {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += std::to_string(i) + "\n";
  const Draft base = ann.saves(nullptr, text);
  const Draft b = ben.saves(base, "first\n" + text);
  const Draft c = cid.saves(base, text + "last");
  const MergeLimits roomy{.payload_bytes_max = 1u << 20};
  EXPECT_EQ(text_of(merge(&base, b, c, roomy).draft), "first\n" + text + "last");
  const Draft pasted = cid.saves(base, std::string(100'000, 'x'));
  EXPECT_TRUE(merge(&base, b, pasted, roomy).conflict);
}

}  // namespace
}  // namespace dp::draft::test
