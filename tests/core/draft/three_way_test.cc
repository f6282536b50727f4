#include "core/draft/three_way.h"

#include <gtest/gtest.h>

#include "tests/core/draft/drafts.h"

namespace dp::draft::test {
namespace {

// Ann writes the base; ben and cid change it at the same time.
struct Fork {
  explicit Fork(std::string_view base_text, std::string_view ben_text, std::string_view cid_text)
      : base(ann.saves(nullptr, base_text)),
        b(ben.saves(base, ben_text)),
        c(cid.saves(base, cid_text)) {}

  std::optional<std::string> merged() const {
    const std::optional<Lines> one = merged_lines(base.lines, {b.lines, b.vv}, {c.lines, c.vv});
    const std::optional<Lines> other = merged_lines(base.lines, {c.lines, c.vv}, {b.lines, b.vv});
    EXPECT_EQ(one, other);
    if (!one) return std::nullopt;
    return join_lines(*one);
  }

  Author ann{.writer = 1};
  Author ben{.writer = 2};
  Author cid{.writer = 3};
  Draft base;
  Draft b;
  Draft c;
};

TEST(ThreeWay, changes_of_lines_apart_from_each_other_both_stand) {
  EXPECT_EQ(Fork("1\n2\n3", "1b\n2\n3", "1\n2\n3c").merged(), "1b\n2\n3c");
}

TEST(ThreeWay, changes_of_neighbouring_lines_touch) {
  EXPECT_EQ(Fork("1\n2\n3", "1b\n2\n3", "1\n2c\n3").merged(), std::nullopt);
}

TEST(ThreeWay, an_insertion_next_to_a_changed_line_touches) {
  EXPECT_EQ(Fork("1\n2\n3", "1b\n2\n3", "1\nnew\n2\n3").merged(), std::nullopt);
}

TEST(ThreeWay, an_insertion_one_line_away_from_a_change_stands) {
  EXPECT_EQ(Fork("1\n2\n3", "1b\n2\n3", "1\n2\nnew\n3").merged(), "1b\n2\nnew\n3");
}

TEST(ThreeWay, insertions_at_one_place_touch) {
  EXPECT_EQ(Fork("1\n2", "1\nben\n2", "1\ncid\n2").merged(), std::nullopt);
}

TEST(ThreeWay, both_appending_different_lines_touch) {
  EXPECT_EQ(Fork("1", "1\nben", "1\ncid").merged(), std::nullopt);
}

TEST(ThreeWay, both_making_the_same_change_join) {
  EXPECT_EQ(Fork("1\n2\n3", "1\nsame\n3", "1\nsame\n3").merged(), "1\nsame\n3");
  EXPECT_EQ(Fork("1\n2\n3", "1\n3", "1\n3").merged(), "1\n3");
  EXPECT_EQ(Fork("1\n2", "1\nsame\n2", "1\nsame\n2").merged(), "1\nsame\n2");
}

TEST(ThreeWay, removing_a_line_the_other_left_alone_removes_it) {
  EXPECT_EQ(Fork("1\n2\n3", "1\n2", "0\n1\n2\n3").merged(), "0\n1\n2");
}

TEST(ThreeWay, removing_a_line_the_other_changed_is_a_conflict) {
  EXPECT_EQ(Fork("1\n2\n3", "1\n3", "1\n2c\n3").merged(), std::nullopt);
}

TEST(ThreeWay, repeated_lines_are_matched_in_order) {
  EXPECT_EQ(Fork("x\nx\nx\nx\nx", "0\nx\nx\nx\nx\nx", "x\nx\nx\nx\nx\n9").merged(),
            "0\nx\nx\nx\nx\nx\n9");
}

TEST(ThreeWay, trailing_newline_is_a_line_of_its_own) {
  EXPECT_EQ(Fork("1\n2\n3", "1b\n2\n3", "1\n2\n3\n").merged(), "1b\n2\n3\n");
}

TEST(ThreeWay, a_changed_line_end_is_a_changed_line) {
  EXPECT_EQ(Fork("1\n2\n3", "1\r\n2\n3", "1\n2\n3c").merged(), "1\r\n2\n3c");
  EXPECT_EQ(Fork("1\n2\n3", "1\r\n2\n3", "1c\n2\n3").merged(), std::nullopt);
}

TEST(ThreeWay, a_line_typed_anew_counts_as_changed) {
  Fork fork("1\n2\n3", "1\n2\n3", "1\n3");
  const Draft gone = fork.ben.saves(fork.base, "1\n3");
  fork.b = fork.ben.saves(gone, "1\n2\n3");
  EXPECT_EQ(fork.merged(), std::nullopt);  // cid removed a "2" that is not the one ben typed
}

TEST(ThreeWay, of_two_dots_for_one_text_the_one_news_to_the_other_side_names_it) {
  const Fork fork("same", "same", "same");
  const Line old_line{"same", dot(9, 1)};
  const Line new_line{"same", dot(2, 5)};
  const VersionVector knows_old = vector_of({dot(9, 1)});
  const VersionVector knows_both = vector_of({dot(9, 1), dot(2, 5)});
  EXPECT_EQ(joined_line(old_line, knows_old, new_line, knows_both), new_line);
  EXPECT_EQ(joined_line(new_line, knows_both, old_line, knows_old), new_line);
}

TEST(ThreeWay, of_two_concurrent_dots_for_one_text_the_greater_names_it) {
  const Line one{"same", dot(2, 7)};
  const Line other{"same", dot(3, 1)};
  const VersionVector knows_one = vector_of({one.dot});
  const VersionVector knows_other = vector_of({other.dot});
  EXPECT_EQ(joined_line(one, knows_one, other, knows_other), other);
  EXPECT_EQ(joined_line(other, knows_other, one, knows_one), other);
}

}  // namespace
}  // namespace dp::draft::test
