#include "core/draft/line_diff.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace dp::draft {
namespace {

using Number = std::int32_t;

// Furthest distance from the end of `before` reached on each diagonal with a given edit count,
// where positions are counted from the ends of both texts and a diagonal is before - after.
class Frontier {
 public:
  explicit Frontier(Number reach) : reach_(reach), x_(2 * static_cast<std::size_t>(reach) + 1) {}
  Number& operator[](Number diagonal) { return x_[place_of(diagonal)]; }
  Number at(Number diagonal) const { return x_[place_of(diagonal)]; }

 private:
  std::size_t place_of(Number diagonal) const {
    return static_cast<std::size_t>(std::ptrdiff_t{reach_} + diagonal);
  }

  Number reach_;
  std::vector<Number> x_;
};

// On this diagonal, does the best path with `edits` edits come from an insertion (diagonal + 1)?
bool from_insertion(const Frontier& frontier, Number edits, Number diagonal) {
  if (diagonal == -edits) return true;
  if (diagonal == edits) return false;
  return frontier.at(diagonal - 1) < frontier.at(diagonal + 1);
}

// Lines as small numbers, equal exactly when the lines are.
std::pair<std::vector<Number>, std::vector<Number>> numbered(std::span<const LineKey> before,
                                                             std::span<const LineKey> after) {
  std::map<LineKey, Number> names;
  const auto number = [&names](std::span<const LineKey> lines) {
    std::vector<Number> out;
    out.reserve(lines.size());
    for (const LineKey& line : lines) {
      const auto fresh = static_cast<Number>(names.size());
      out.push_back(names.try_emplace(line, fresh).first->second);
    }
    return out;
  };
  std::vector<Number> a = number(before);
  std::vector<Number> b = number(after);
  return {std::move(a), std::move(b)};
}

class Middle {
 public:
  Middle(std::span<const LineKey> before, std::span<const LineKey> after, const DiffBudget& budget)
      : numbers_(numbered(before, after)), budget_(budget) {}

  // A difference in length alone may exceed the budget; then numbering the lines is wasted.
  static bool worth_it(std::size_t before, std::size_t after, const DiffBudget& budget) {
    return std::max(before, after) - std::min(before, after) <= budget.edits_max;
  }

  // Number of edits of a shortest edit script, or nothing when the budget is spent.
  std::optional<Number> search() {
    const std::size_t lines = a().size() + b().size();
    const auto edits_max = static_cast<Number>(std::min(lines, budget_.edits_max));
    Frontier frontier(edits_max + 1);
    for (Number edits = 0; edits <= edits_max; ++edits) {
      trail_.push_back(Frontier(edits + 1));
      for (Number k = -edits; k <= edits; k += 2) {
        const Number x = advance(frontier, edits, k);
        frontier[k] = x;
        if (x >= a_end() && x - k >= b_end()) return edits;
        if (steps_ > budget_.steps_max) return std::nullopt;
      }
      for (Number k = -edits; k <= edits; ++k) trail_.back()[k] = frontier.at(k);
    }
    return std::nullopt;
  }

  // Matched pairs of positions, ascending; call after a successful search. Of the longest common
  // subsequences the one that every implementation takes (DP-MERGE-021): read from the start, an
  // unequal pair passes over the line of `after`, unless only passing over that of `before` leaves
  // as much in common.
  std::vector<std::pair<Number, Number>> matches(Number edits) const {
    std::vector<std::pair<Number, Number>> pairs;
    Number x = 0;
    Number y = 0;
    while (x < a_end() && y < b_end()) {
      if (is_match(x, y)) {
        pairs.emplace_back(x++, y++);
      } else if (--edits; can_finish(x, y + 1, edits)) {
        ++y;
      } else {
        ++x;
      }
    }
    return pairs;
  }

  std::uint64_t steps() const { return steps_; }

 private:
  const std::vector<Number>& a() const { return numbers_.first; }
  const std::vector<Number>& b() const { return numbers_.second; }
  Number a_end() const { return static_cast<Number>(a().size()); }
  Number b_end() const { return static_cast<Number>(b().size()); }

  bool is_match(Number x, Number y) const {
    return a()[static_cast<std::size_t>(x)] == b()[static_cast<std::size_t>(y)];
  }

  // Whether the rest of both texts from there on is at most `edits` edits apart.
  bool can_finish(Number x, Number y, Number edits) const {
    const Number from_end = a_end() - x;
    const Number k = from_end - (b_end() - y);
    if (k < -edits || k > edits) return false;
    return from_end <= trail_[static_cast<std::size_t>(edits)].at(k);
  }

  Number advance(const Frontier& frontier, Number edits, Number k) {
    Number x = 0;
    if (edits > 0) {
      x = from_insertion(frontier, edits, k) ? frontier.at(k + 1) : frontier.at(k - 1) + 1;
    }
    const Number start = x;
    while (x < a_end() && x - k < b_end() && is_match(a_end() - 1 - x, b_end() - 1 - (x - k))) {
      ++x;
    }
    steps_ += 1 + static_cast<std::uint64_t>(x - start);
    return x;
  }

  std::pair<std::vector<Number>, std::vector<Number>> numbers_;
  const DiffBudget& budget_;
  std::vector<Frontier> trail_;  // one frontier per edit count: what can still be finished
  std::uint64_t steps_ = 0;
};

void append_run(std::vector<SharedRun>& runs, SharedRun run) {
  if (run.count == 0) return;
  if (!runs.empty()) {
    SharedRun& last = runs.back();
    if (last.before + last.count == run.before && last.after + last.count == run.after) {
      last.count += run.count;
      return;
    }
  }
  runs.push_back(run);
}

}  // namespace

std::vector<LineKey> keys_of(const Lines& lines) {
  std::vector<LineKey> keys;
  keys.reserve(lines.size());
  for (const Line& line : lines) keys.push_back({line.text, line.dot});
  return keys;
}

std::vector<LineKey> text_keys_of(const Lines& lines) {
  std::vector<LineKey> keys;
  keys.reserve(lines.size());
  for (const Line& line : lines) keys.push_back({line.text, {}});
  return keys;
}

std::vector<LineKey> text_keys_of(std::span<const std::string_view> lines) {
  std::vector<LineKey> keys;
  keys.reserve(lines.size());
  for (const std::string_view line : lines) keys.push_back({line, {}});
  return keys;
}

LineDiff diff_lines(std::span<const LineKey> before, std::span<const LineKey> after,
                    const DiffBudget& budget) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }

  LineDiff diff;
  append_run(diff.shared, {0, 0, head});
  const auto middle_before = before.subspan(head, before.size() - head - tail);
  const auto middle_after = after.subspan(head, after.size() - head - tail);
  if (!Middle::worth_it(middle_before.size(), middle_after.size(), budget)) {
    diff.gave_up = !middle_before.empty() && !middle_after.empty();
  } else if (!middle_before.empty() && !middle_after.empty()) {
    Middle middle(middle_before, middle_after, budget);
    const std::optional<Number> edits = middle.search();
    diff.steps = middle.steps();
    diff.gave_up = !edits;
    if (edits) {
      for (const auto& [x, y] : middle.matches(*edits)) {
        append_run(diff.shared,
                   {head + static_cast<std::size_t>(x), head + static_cast<std::size_t>(y), 1});
      }
    }
  }
  append_run(diff.shared, {before.size() - tail, after.size() - tail, tail});
  return diff;
}

}  // namespace dp::draft
