// Laws of line-disjoint merging, over forks of any text.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "core/draft/three_way.h"
#include "tests/core/draft/drafts.h"

namespace dp::draft::test {
namespace {

// Few words and short texts, so that lines repeat and changes meet.
std::string any_text() {
  std::string text;
  const int lines = *rc::gen::inRange(1, 6);
  for (int line = 0; line < lines; ++line) {
    if (line > 0) text += '\n';
    text += *rc::gen::element<std::string>("a", "b", "c", "");
  }
  return text + "\nend";  // never the empty text, which is a deletion
}

// A text that keeps some lines of another, so that the two have something in common.
std::string edited_text(const std::string& before) {
  std::string text;
  std::size_t from = 0;
  while (from <= before.size()) {
    const std::size_t end = std::min(before.find('\n', from), before.size());
    const int what = *rc::gen::inRange(0, 6);
    if (what != 0) text += before.substr(from, end - from) + "\n";
    if (what == 1) text += *rc::gen::element<std::string>("a", "x", "y") + "\n";
    from = end + 1;
  }
  return text + "end";
}

struct Fork {
  Author ann{.writer = 1};
  Author ben{.writer = 2};
  Author cid{.writer = 3};
  Draft base = ann.saves(nullptr, any_text());
  Draft b = ben.saves(base, edited_text(join_lines(base.lines)));
  Draft c = cid.saves(base, edited_text(join_lines(base.lines)));

  Side ours() const { return {b.lines, b.vv}; }
  Side theirs() const { return {c.lines, c.vv}; }
};

bool has(const Lines& lines, const Line& line) {
  return std::ranges::find(lines, line) != lines.end();
}
bool has_text(const Lines& lines, const std::string& text) {
  return std::ranges::find(lines, text, &Line::text) != lines.end();
}

RC_GTEST_PROP(ThreeWayLaws, the_two_sides_may_change_places, ()) {
  const Fork fork;
  RC_ASSERT(merged_lines(fork.base.lines, fork.ours(), fork.theirs()) ==
            merged_lines(fork.base.lines, fork.theirs(), fork.ours()));
}

RC_GTEST_PROP(ThreeWayLaws, a_side_that_changed_nothing_lets_the_other_stand, ()) {
  const Fork fork;
  const Side unchanged{fork.base.lines, fork.base.vv};
  RC_ASSERT(merged_lines(fork.base.lines, unchanged, fork.theirs()) == fork.c.lines);
}

RC_GTEST_PROP(ThreeWayLaws, no_line_is_invented_and_none_is_left_out_that_nobody_removed, ()) {
  const Fork fork;
  const std::optional<Lines> merged = merged_lines(fork.base.lines, fork.ours(), fork.theirs());
  if (!merged) return;
  for (const Line& line : *merged) RC_ASSERT(has(fork.b.lines, line) || has(fork.c.lines, line));
  for (const auto& [mine, other] : {std::pair{&fork.b, &fork.c}, {&fork.c, &fork.b}}) {
    for (const Line& line : mine->lines) {
      if (has(*merged, line)) continue;
      const bool removed = has(fork.base.lines, line) && !has(other->lines, line);
      RC_ASSERT(removed || has_text(*merged, line.text));
    }
  }
}

RC_GTEST_PROP(ThreeWayLaws, texts_that_are_equal_join_and_read_the_same, ()) {
  Fork fork;
  const Draft same = fork.cid.saves(fork.base, join_lines(fork.b.lines));
  RC_ASSERT(same_texts(fork.b.lines, same.lines));
  const Lines joined = joined_lines(fork.ours(), {same.lines, same.vv});
  RC_ASSERT(join_lines(joined) == join_lines(fork.b.lines));
  RC_ASSERT(joined == joined_lines({same.lines, same.vv}, fork.ours()));
}

}  // namespace
}  // namespace dp::draft::test
