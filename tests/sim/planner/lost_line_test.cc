// covers: CONV-02
#include "sim/planner/lost_line.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace dp::sim {
namespace {

using draft::Draft;

constexpr WriterId kPhone{1};
constexpr WriterId kLaptop{2};

Draft next(const Draft* before, std::string_view text, WriterId writer, std::uint64_t sequence) {
  return draft::saved(before, text, {writer, sequence},
                      before == nullptr ? 1 : before->logical_clock + 1);
}

// A merge that was left with this text, and with no copy.
draft::Merged left_with(std::string_view text, const Draft& a, const Draft& b) {
  draft::Merged merged;
  merged.draft = next(nullptr, text, WriterId{9}, 1);
  merged.draft.vv = draft::joined(a.vv, b.vv);
  return merged;
}

std::string lost(const draft::Merged& merged, const MergedPair& pair) {
  const auto line = lost_line(merged, pair);
  return line ? line->text : "";
}

TEST(LostLine, a_line_that_is_nowhere_and_that_nobody_took_out_is_lost) {
  const Draft a = next(nullptr, "noodles\nrice", kPhone, 1);
  const Draft b = next(nullptr, "bread", kLaptop, 1);
  EXPECT_EQ(lost(left_with("bread\nrice", a, b), {a, b}), "noodles");
  EXPECT_EQ(lost(left_with("bread\nrice\nnoodles", a, b), {a, b}), "");
  draft::Merged merged = left_with("bread", a, b);
  merged.draft.copies.push_back({1, kPhone, a.lines});
  EXPECT_EQ(lost(merged, {a, b}), "");
  merged.displaced = std::move(merged.draft.copies);
  merged.draft.copies.clear();
  EXPECT_EQ(lost(merged, {a, b}), "");
  merged.displaced.clear();
  EXPECT_EQ(lost(merged, {a, b}), "noodles");
}

TEST(LostLine, what_the_other_side_knew_and_has_no_more_is_not_lost) {
  const Draft base = next(nullptr, "noodles\nrice", kPhone, 1);
  const Draft a = next(&base, "noodles\nrice\nmilk", kPhone, 2);
  const Draft b = next(&base, "rice\nbread", kLaptop, 1);
  EXPECT_EQ(lost(left_with("rice\nmilk\nbread", a, b), {a, b, &base}), "");
  EXPECT_EQ(lost(left_with("rice\nbread", a, b), {a, b, &base}), "milk");
  EXPECT_EQ(lost(left_with("milk\nbread", a, b), {a, b, &base}), "rice") << "either still has it";
  EXPECT_EQ(lost(left_with("rice\nmilk", a, b), {b, a, &base}), "bread");
}

TEST(LostLine, of_equal_lines_of_one_save_each_side_may_take_out_one) {
  const Draft base = next(nullptr, "ready\ncall\nready", kPhone, 1);
  const Draft a = next(&base, "call\nready", kPhone, 2);
  const Draft b = next(&base, "ready\ncall", kLaptop, 1);
  EXPECT_EQ(lost(left_with("call", a, b), {a, b, &base}), "");
  EXPECT_EQ(lost(left_with("call", a, b), {b, a, &base}), "");
  EXPECT_EQ(lost(left_with("ready", a, b), {a, b, &base}), "call");
}

TEST(LostLine, equal_lines_that_the_other_side_still_has_all_of_are_lost) {
  const Draft base = next(nullptr, "ready\ncall\nready", kPhone, 1);
  const Draft a = next(&base, "ready\ncall\nready\nmilk", kPhone, 2);
  const Draft b = next(&base, "bread\nready\ncall\nready", kLaptop, 1);
  EXPECT_EQ(lost(left_with("bread\ncall\nmilk", a, b), {a, b, &base}), "ready");
  EXPECT_EQ(lost(left_with("bread\ncall\nmilk", a, b), {a, b}), "ready");
}

TEST(LostLine, what_a_clear_of_either_side_covers_is_not_lost) {
  const Draft base = next(nullptr, "noodles", kPhone, 1);
  const Draft a = next(&base, "noodles\nmilk", kPhone, 2);
  const Draft b = draft::consumed(&base, draft::Operation::clear, {kLaptop, 1}, 2);
  EXPECT_EQ(lost(left_with("milk", a, b), {a, b, &base}), "");
  EXPECT_EQ(lost(left_with("noodles", a, b), {a, b, &base}), "milk");
}

RC_GTEST_PROP(LostLine, no_merge_of_two_texts_loses_a_line_of_either, ()) {
  const auto text =
      rc::gen::map(rc::gen::container<std::vector<std::string>>(
                       rc::gen::element<std::string>("ready", "call", "milk", "noodles", "rice")),
                   [](const std::vector<std::string>& lines) {
                     std::string joined = "first";
                     for (const std::string& line : lines) joined += "\n" + line;
                     return joined;
                   });
  const Draft base = next(nullptr, *text, kPhone, 1);
  const Draft a = next(&base, *text, kPhone, 2);
  const Draft b = next(&base, *text, kLaptop, 1);
  for (const Draft* ancestor : {&base, static_cast<const Draft*>(nullptr)}) {
    const draft::Merged merged = draft::merge(ancestor, a, b);
    RC_ASSERT(lost(merged, {a, b, ancestor}).empty());
    RC_ASSERT(lost(merged, {b, a, ancestor}).empty());
  }
}

}  // namespace
}  // namespace dp::sim
