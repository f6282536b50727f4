#include "core/draft/draft.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/core/draft/drafts.h"

namespace dp::draft::test {
namespace {

std::vector<Dot> dots_of(const Draft& draft) {
  std::vector<Dot> dots;
  for (const Line& line : draft.lines) dots.push_back(line.dot);
  return dots;
}

std::string round_trip(std::string_view text) {
  Lines lines;
  for (const std::string_view line : split_lines(text)) lines.push_back({std::string(line), {}});
  return join_lines(lines);
}

TEST(Lines, a_newline_separates_so_a_trailing_one_ends_in_an_empty_line) {
  EXPECT_TRUE(split_lines("").empty());
  EXPECT_EQ(split_lines("a"), (std::vector<std::string_view>{"a"}));
  EXPECT_EQ(split_lines("a\n"), (std::vector<std::string_view>{"a", ""}));
  EXPECT_EQ(split_lines("\n"), (std::vector<std::string_view>{"", ""}));
  EXPECT_EQ(split_lines("a\n\nb"), (std::vector<std::string_view>{"a", "", "b"}));
}

TEST(Lines, carriage_returns_and_nul_stay_in_their_line) {
  const std::string text("a\r\nb\0c\n", 7);
  EXPECT_EQ(split_lines(text),
            (std::vector<std::string_view>{"a\r", std::string_view("b\0c", 3), ""}));
  EXPECT_EQ(round_trip(text), text);
}

RC_GTEST_PROP(LinesLaws, join_undoes_split, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::element('a', '\n', '\r', '\0', '\xC3', '\xA9', ' '));
  RC_ASSERT(round_trip(text) == text);
}

TEST(Saved, the_first_save_names_every_line) {
  Author ann;
  const Draft draft = ann.saves(nullptr, "one\ntwo");
  EXPECT_EQ(dots_of(draft), (std::vector<Dot>{dot(1, 1), dot(1, 1)}));
  EXPECT_EQ(draft.vv, vector_of({dot(1, 1)}));
  EXPECT_EQ(draft.dot, dot(1, 1));
  EXPECT_EQ(draft.operation, Operation::set);
  EXPECT_TRUE(draft.cleared.empty());
}

TEST(Saved, only_changed_lines_take_the_new_dot) {
  Author ann;
  const Draft first = ann.saves(nullptr, "one\ntwo\nthree\nfour");
  const Draft second = ann.saves(first, "one\n2\nthree\nfour\nfive");
  EXPECT_EQ(dots_of(second),
            (std::vector<Dot>{dot(1, 1), dot(1, 2), dot(1, 1), dot(1, 1), dot(1, 2)}));
}

TEST(Saved, a_line_typed_again_after_it_was_gone_is_a_new_line) {
  Author ann;
  const Draft first = ann.saves(nullptr, "one\ntwo");
  const Draft without = ann.saves(first, "two");
  const Draft again = ann.saves(without, "one\ntwo");
  EXPECT_EQ(dots_of(again), (std::vector<Dot>{dot(1, 3), dot(1, 1)}));
}

TEST(Saved, of_equal_lines_as_many_keep_their_dots_as_were_there) {
  Author ann;
  const Draft first = ann.saves(nullptr, "x\nx");
  const Draft more = ann.saves(first, "x\nx\nx\nx");
  EXPECT_EQ(std::ranges::count(dots_of(more), dot(1, 1)), 2);
  EXPECT_EQ(std::ranges::count(dots_of(more), dot(1, 2)), 2);
}

TEST(Saved, a_line_end_of_another_kind_changes_the_line) {
  Author ann;
  const Draft first = ann.saves(nullptr, "one\ntwo");
  const Draft windows = ann.saves(first, "one\r\ntwo");
  EXPECT_EQ(dots_of(windows), (std::vector<Dot>{dot(1, 2), dot(1, 1)}));
}

TEST(Saved, saving_the_same_text_is_still_a_save_that_others_can_know) {
  Author ann;
  const Draft first = ann.saves(nullptr, "one");
  const Draft second = ann.saves(first, "one");
  EXPECT_EQ(second.lines, first.lines);
  EXPECT_TRUE(second.vv.covers(dot(1, 2)));
}

TEST(Saved, carries_copies_cleared_and_unknown_fields_over) {
  Author ann;
  Draft first = ann.saves(nullptr, "one");
  first.copies = {{7, WriterId{1}, {{"lost", dot(1, 1)}}}};
  first.unknown = {{200, {1, 2, 3}}};
  first.cleared = vector_of({dot(1, 0)});
  const Draft second = ann.saves(first, "two");
  EXPECT_EQ(second.copies, first.copies);
  EXPECT_EQ(second.unknown, first.unknown);
  EXPECT_EQ(second.cleared, first.cleared);
}

TEST(Saved, an_empty_text_is_a_clear) {
  Author ann;
  Author twin;
  const Draft first = ann.saves(nullptr, "one");
  twin.next();
  EXPECT_EQ(ann.saves(first, ""), twin.clears(first));
}

TEST(Saved, only_line_ends_are_a_text) {
  Author ann;
  const Draft draft = ann.saves(nullptr, "\n");
  EXPECT_EQ(draft.operation, Operation::set);
  EXPECT_EQ(text_of(draft), "\n");
}

TEST(Saved, a_hostile_clock_stops_at_the_largest_number) {
  Author ann;
  Draft first = ann.saves(nullptr, "one");
  first.logical_clock = kDraftNumberMax;
  EXPECT_EQ(ann.saves(first, "two").logical_clock, kDraftNumberMax);
}

TEST(Consumed, clear_and_sent_leave_nothing_and_clear_all_they_knew) {
  Author ann;
  Author ben{.writer = 2};
  const Draft first = ann.saves(nullptr, "one");
  const Draft second = ben.saves(first, "one\ntwo");
  for (const Operation operation : {Operation::clear, Operation::sent}) {
    const Draft gone = consumed(&second, operation, dot(1, 2), 9);
    EXPECT_EQ(gone.operation, operation);
    EXPECT_TRUE(gone.is_tombstone());
    EXPECT_TRUE(gone.lines.empty());
    EXPECT_TRUE(gone.copies.empty());
    EXPECT_EQ(gone.vv, vector_of({dot(1, 2), dot(2, 1)}));
    EXPECT_EQ(gone.cleared, gone.vv);
    EXPECT_EQ(gone.logical_clock, 9u);
  }
}

TEST(Consumed, typing_anew_after_a_clear_keeps_what_was_cleared) {
  Author ann;
  const Draft first = ann.saves(nullptr, "one");
  const Draft gone = ann.clears(first);
  const Draft anew = ann.saves(gone, "one");
  EXPECT_EQ(dots_of(anew), (std::vector<Dot>{dot(1, 3)}));
  EXPECT_EQ(anew.cleared, vector_of({dot(1, 2)}));
}

TEST(Consumed, a_slot_that_never_had_a_draft_can_be_cleared) {
  const Draft gone = consumed(nullptr, Operation::clear, dot(1, 1), 1);
  EXPECT_EQ(gone.cleared, vector_of({dot(1, 1)}));
}

RC_GTEST_PROP(SavedLaws, the_text_is_kept_and_unchanged_lines_keep_their_dots, ()) {
  const std::vector<Draft> family = any_family();
  const Draft& before = family[below(family.size())];
  const Texts texts = edited(texts_of(before.lines), any_persons_step());
  const std::string text = text_from(texts);
  RC_PRE(!text.empty());
  const Draft after = saved(&before, text, dot(500, 1), before.logical_clock + 1);
  RC_ASSERT(text_of(after) == text);
  RC_ASSERT(after.vv == joined(before.vv, vector_of({dot(500, 1)})));
  std::size_t fresh = 0;
  for (const Line& line : after.lines) {
    const bool old = std::ranges::find(before.lines, line) != before.lines.end();
    RC_ASSERT(old || line.dot == dot(500, 1));
    fresh += line.dot == dot(500, 1) ? 1 : 0;
  }
  // One act of ours changes at most two lines, unless it writes the whole text anew.
  RC_ASSERT(fresh <= 2u);
}

}  // namespace
}  // namespace dp::draft::test
