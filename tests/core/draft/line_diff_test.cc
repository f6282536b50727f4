#include "core/draft/line_diff.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "tests/core/draft/drafts.h"

namespace dp::draft::test {
namespace {

constexpr DiffBudget kBudget;

LineDiff diff_texts(const Texts& before, const Texts& after, const DiffBudget& budget = kBudget) {
  const auto views = [](const Texts& texts) {
    return std::vector<std::string_view>(texts.begin(), texts.end());
  };
  return diff_lines(text_keys_of(views(before)), text_keys_of(views(after)), budget);
}

std::size_t shared_lines(const LineDiff& diff) {
  std::size_t count = 0;
  for (const SharedRun& run : diff.shared) count += run.count;
  return count;
}

// The textbook table, to compare with.
std::size_t longest_common(const Texts& a, const Texts& b) {
  std::vector<std::vector<std::size_t>> best(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      best[i][j] =
          a[i - 1] == b[j - 1] ? best[i - 1][j - 1] + 1 : std::max(best[i - 1][j], best[i][j - 1]);
    }
  }
  return best[a.size()][b.size()];
}

Texts numbered_lines(std::size_t count, const std::string& prefix) {
  Texts texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(prefix + std::to_string(i));
  return texts;
}

TEST(LineDiff, equal_texts_are_one_run_and_no_work) {
  const LineDiff diff = diff_texts({"a", "b"}, {"a", "b"});
  EXPECT_EQ(diff.shared, (std::vector<SharedRun>{{0, 0, 2}}));
  EXPECT_EQ(diff.steps, 0u);
}

TEST(LineDiff, finds_lines_around_a_change) {
  const LineDiff diff = diff_texts({"a", "b", "c", "d"}, {"a", "x", "c", "y", "d"});
  EXPECT_EQ(diff.shared, (std::vector<SharedRun>{{0, 0, 1}, {2, 2, 1}, {3, 4, 1}}));
}

TEST(LineDiff, texts_without_a_common_line_share_nothing) {
  EXPECT_TRUE(diff_texts({"a", "b"}, {"c"}).shared.empty());
  EXPECT_TRUE(diff_texts({}, {"c"}).shared.empty());
  EXPECT_TRUE(diff_texts({}, {}).shared.empty());
}

TEST(LineDiff, a_dot_is_part_of_a_line_if_asked_for) {
  const Lines before = {{"same", dot(1, 1)}};
  const Lines after = {{"same", dot(1, 2)}};
  EXPECT_TRUE(diff_lines(keys_of(before), keys_of(after)).shared.empty());
  EXPECT_EQ(diff_lines(text_keys_of(before), text_keys_of(after)).shared.size(), 1u);
}

RC_GTEST_PROP(LineDiffLaws, result_is_a_longest_common_subsequence, ()) {
  const auto word = rc::gen::element<std::string>("a", "b", "c", "");
  const auto before = *rc::gen::container<Texts>(word);
  const auto after = *rc::gen::container<Texts>(word);
  const LineDiff diff = diff_texts(before, after);
  std::size_t next_before = 0;
  std::size_t next_after = 0;
  for (const SharedRun& run : diff.shared) {
    RC_ASSERT(run.count > 0u);
    RC_ASSERT(run.before >= next_before);
    RC_ASSERT(run.after >= next_after);
    for (std::size_t i = 0; i < run.count; ++i) {
      RC_ASSERT(before.at(run.before + i) == after.at(run.after + i));
    }
    next_before = run.before + run.count;
    next_after = run.after + run.count;
  }
  RC_ASSERT(!diff.gave_up);
  RC_ASSERT(shared_lines(diff) == longest_common(before, after));
}

// The rule every implementation follows (DP-MERGE-021), by a table as simple as the sentence.
std::vector<std::pair<std::size_t, std::size_t>> by_the_rule(const Texts& a, const Texts& b) {
  std::vector<std::vector<std::size_t>> left(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      left[i][j] = a[i] == b[j] ? left[i + 1][j + 1] + 1 : std::max(left[i + 1][j], left[i][j + 1]);
    }
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      pairs.emplace_back(i++, j++);
    } else if (left[i + 1][j] > left[i][j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
  return pairs;
}

RC_GTEST_PROP(LineDiffLaws, of_equally_long_ones_it_is_the_one_of_the_specification, ()) {
  const auto word = rc::gen::element<std::string>("a", "b", "c");
  auto before = *rc::gen::container<Texts>(word);
  auto after = *rc::gen::container<Texts>(word);
  // Ends that differ, so that nothing but the middle is there.
  before.insert(before.begin(), "old");
  after.insert(after.begin(), "new");
  before.push_back("old end");
  after.push_back("new end");
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const SharedRun& run : diff_texts(before, after).shared) {
    for (std::size_t i = 0; i < run.count; ++i) {
      pairs.emplace_back(run.before + i, run.after + i);
    }
  }
  RC_ASSERT(pairs == by_the_rule(before, after));
}

TEST(LineDiffBounds, a_long_text_with_one_changed_line_costs_next_to_nothing) {
  const Texts before = numbered_lines(100'000, "line ");
  Texts after = before;
  after[50'000] = "changed";
  const LineDiff diff = diff_texts(before, after);
  EXPECT_EQ(shared_lines(diff), 99'999u);
  EXPECT_LE(diff.steps, 10u);
}

TEST(LineDiffBounds, few_changes_far_apart_cost_about_the_length_of_the_text) {
  const Texts before = numbered_lines(20'000, "line ");
  Texts after = before;
  after.front() = "first";
  after[10'000] = "middle";
  after.back() = "last";
  const LineDiff diff = diff_texts(before, after);
  EXPECT_EQ(shared_lines(diff), 19'997u);
  EXPECT_LE(diff.steps, 200'000u);
}

TEST(LineDiffBounds, a_pasted_replacement_of_everything_gives_up_early) {
  const LineDiff diff =
      diff_texts(numbered_lines(100'000, "old "), numbered_lines(100'000, "new "));
  EXPECT_TRUE(diff.gave_up);
  EXPECT_TRUE(diff.shared.empty());
  EXPECT_LE(diff.steps, (kBudget.edits_max + 1) * (kBudget.edits_max + 2) / 2);
}

TEST(LineDiffBounds, repetitive_texts_stop_at_the_step_limit) {
  Texts before(50'001, "same");
  for (std::size_t i = 0; i <= 50'000; i += 100) before[i] = "only here " + std::to_string(i);
  const Texts after(50'001, "same");
  const LineDiff diff = diff_texts(before, after, {.steps_max = 5'000});
  EXPECT_TRUE(diff.gave_up);
  EXPECT_GT(diff.steps, 5'000u);
  EXPECT_LE(diff.steps, 5'000u + 101u);
  EXPECT_LE(diff_texts(before, after).steps, kBudget.steps_max);
}

TEST(LineDiffBounds, giving_up_keeps_the_common_head_and_tail) {
  Texts before = numbered_lines(2'000, "old ");
  Texts after = numbered_lines(2'000, "new ");
  before.front() = after.front() = "head";
  before.back() = after.back() = "tail";
  const LineDiff diff = diff_texts(before, after);
  EXPECT_TRUE(diff.gave_up);
  EXPECT_EQ(diff.shared, (std::vector<SharedRun>{{0, 0, 1}, {1'999, 1'999, 1}}));
}

TEST(LineDiffBounds, a_middle_that_only_grew_too_much_is_not_even_numbered) {
  const LineDiff diff = diff_texts({"left", "x", "y"}, numbered_lines(1'000, "new "));
  EXPECT_TRUE(diff.gave_up);
  EXPECT_EQ(diff.steps, 0u);
}

TEST(LineDiffBounds, differences_up_to_the_limit_are_found_exactly) {
  const Texts before = numbered_lines(kBudget.edits_max, "line ");
  Texts after = before;
  for (std::size_t i = 1; i < kBudget.edits_max; i += 2) after[i] += " changed";
  const LineDiff diff = diff_texts(before, after);
  EXPECT_FALSE(diff.gave_up);
  EXPECT_EQ(shared_lines(diff), kBudget.edits_max / 2);
}

}  // namespace
}  // namespace dp::draft::test
