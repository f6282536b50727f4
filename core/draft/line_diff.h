// Which lines two texts have in common, in order: the basis of line dots and of merging.
//
// Guarantees: the result is a common subsequence; without `gave_up` it is a longest one. The work
// is bounded whatever the texts are: the common head and tail are set aside, the middle is compared
// by Myers' greedy algorithm, and a middle that takes more edits than the budget (a line removed or
// inserted is one), or more steps to search, counts as changed throughout.
// Deterministic.
// Does not: look inside lines, or recognise moved ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/draft/draft.h"

namespace dp::draft {

struct DiffBudget {
  std::size_t edits_max = 512;
  std::uint64_t steps_max = 4u << 20;  // overshot by no more than the length of one text
};

// What makes two lines the same line. Leave `dot` alone to compare texts only.
struct LineKey {
  std::string_view text;
  Dot dot;
  auto operator<=>(const LineKey&) const = default;
};
std::vector<LineKey> keys_of(const Lines& lines);       // text and dot
std::vector<LineKey> text_keys_of(const Lines& lines);  // text only
std::vector<LineKey> text_keys_of(std::span<const std::string_view> lines);

// `count` lines from `before` on equal as many from `after` on.
struct SharedRun {
  std::size_t before = 0;
  std::size_t after = 0;
  std::size_t count = 0;
  bool operator==(const SharedRun&) const = default;
};

struct LineDiff {
  std::vector<SharedRun> shared;  // ascending in both texts, never empty runs
  std::uint64_t steps = 0;        // work done on the middle, for tests of the bound
  bool gave_up = false;
};

LineDiff diff_lines(std::span<const LineKey> before, std::span<const LineKey> after,
                    const DiffBudget& budget = {});

}  // namespace dp::draft
