// Laws of adding campaigns up: however the seeds were divided, in whatever order the parts come,
// and wherever a journal was cut.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/sim/campaign/tallies.h"

namespace dp::sim {
namespace {

constexpr std::uint64_t kSeeds = 40;

// Ranges that share the seeds 1..kSeeds out among them, in any order.
std::vector<SeedRange> any_division() {
  std::vector<SeedRange> parts;
  for (std::uint64_t first = 1; first <= kSeeds;) {
    const std::uint64_t last = *rc::gen::inRange<std::uint64_t>(first, kSeeds + 1);
    parts.push_back({first, last});
    first = last + 1;
  }
  for (std::size_t i = parts.size(); i > 1; --i) {
    const auto other = *rc::gen::inRange<std::size_t>(0, i);
    std::swap(parts[i - 1], parts[other]);
  }
  return parts;
}

RC_GTEST_PROP(MergeLaws, parts_of_any_division_in_any_order_are_the_whole, ()) {
  std::vector<NamedSummary> parts;
  for (const SeedRange& range : any_division()) {
    FuzzSummary part = summary_of_seeds(range.first, range.last);
    part.tally.wall_us = 0;
    part.tally.faults = {};
    part.tally.comparisons.clear();
    parts.push_back({"part", part});
  }
  const auto sum = merged(parts);
  RC_ASSERT(sum.has_value());
  FuzzSummary whole = summary_of_seeds(1, kSeeds);
  whole.tally.wall_us = 0;
  whole.tally.faults = {};
  whole.tally.comparisons.clear();
  RC_ASSERT(sum->done == whole.done);
  RC_ASSERT(sum->tally == whole.tally);
  RC_ASSERT(summary_json(*sum) == summary_json(whole));
}

RC_GTEST_PROP(MergeLaws, a_part_that_is_there_twice_is_refused, ()) {
  std::vector<NamedSummary> parts;
  for (const SeedRange& range : any_division()) {
    parts.push_back({"part", summary_of_seeds(range.first, range.last)});
  }
  parts.push_back(parts[*rc::gen::inRange<std::size_t>(0, parts.size())]);
  RC_ASSERT(!merged(parts).has_value());
}

RC_GTEST_PROP(MergeLaws, a_journal_cut_anywhere_is_its_whole_lines, ()) {
  std::string text = journal_head(identity());
  const std::size_t head = text.size();
  for (const SeedRange& range : any_division()) {
    text += journal_line(range, tally_of_seeds(range.first, range.last));
  }
  const auto at = *rc::gen::inRange<std::size_t>(head, text.size() + 1);
  const auto cut = read_journal("journal", std::string_view(text).substr(0, at));
  RC_ASSERT(cut.has_value());
  RC_ASSERT(cut->whole_bytes == text.rfind('\n', at - 1) + 1);
  RC_ASSERT(cut->total.runs == cut->done.count());
  const auto again = read_journal("journal", std::string_view(text).substr(0, cut->whole_bytes));
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->total == cut->total);
}

// Memory is one entry for each signature, however often and in whatever order it is seen.
RC_GTEST_PROP(MergeLaws, failures_are_counted_by_signature_and_keep_their_first_seed, ()) {
  CampaignTally tally;
  std::map<std::string, FailureCount> expected;
  const int failures = *rc::gen::inRange(1, 200);
  for (int i = 0; i < failures; ++i) {
    const std::string signature = "law/site/" + std::to_string(*rc::gen::inRange(0, 4));
    const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1'000);
    tally.add_failure(signature, seed);
    FailureCount& count = expected[signature];
    count.first_seed = count.runs == 0 ? seed : std::min(count.first_seed, seed);
    ++count.runs;
  }
  RC_ASSERT(tally.failures == expected);
  RC_ASSERT(tally.failures.size() <= 4u);
}

}  // namespace
}  // namespace dp::sim
