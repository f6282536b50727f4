#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/campaign/silence.h"
#include "sim/marks/mark.h"
#include "tests/sim/campaign/tallies.h"

namespace dp::sim {
namespace {

using testing::HasSubstr;

TEST(Summary, is_read_as_it_was_written_after_the_lines_of_runs) {
  const FuzzSummary summary = summary_of_seeds(3, 8);
  const auto read = read_summary("s", "{\"seed\":3}\n{\"seed\":4}\n" + summary_json(summary));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->identity, summary.identity);
  EXPECT_EQ(read->done, summary.done);
  EXPECT_EQ(read->tally, summary.tally);
  EXPECT_TRUE(read->complete);
}

TEST(Summary, shards_add_up_to_the_whole) {
  const auto sum = merged({{"a", summary_of_seeds(1, 4)}, {"b", summary_of_seeds(5, 9)}});
  ASSERT_TRUE(sum) << sum.error();
  EXPECT_EQ(sum->done.ranges(), (std::vector<SeedRange>{{1, 9}}));
  EXPECT_EQ(sum->tally.runs, 9u);
  EXPECT_EQ(sum->tally.failures.begin()->second, (FailureCount{1, 5}));
  EXPECT_EQ(read_summary("m", summary_json(*sum))->tally, sum->tally);
}

TEST(Summary, overlapping_shards_are_refused_by_name) {
  const auto sum = merged({{"a.jsonl", summary_of_seeds(1, 4)},
                           {"b.jsonl", summary_of_seeds(5, 9)},
                           {"c.jsonl", summary_of_seeds(9, 12)}});
  ASSERT_FALSE(sum);
  EXPECT_EQ(
      sum.error(),
      "b.jsonl and c.jsonl both ran seeds of 9..12, which would count twice: leave one of them "
      "out");
}

TEST(Summary, other_programs_and_mixes_are_refused_by_name) {
  FuzzSummary other = summary_of_seeds(5, 9);
  other.identity.maker.version = "9.9";
  const auto sum = merged({{"a", summary_of_seeds(1, 4)}, {"b", other}});
  ASSERT_FALSE(sum);
  EXPECT_THAT(sum.error(), HasSubstr("b does not belong to a"));
  EXPECT_THAT(sum.error(), HasSubstr("9.9"));
}

TEST(Summary, an_unfinished_shard_leaves_the_whole_unfinished) {
  FuzzSummary part = summary_of_seeds(5, 9);
  part.complete = false;
  EXPECT_FALSE(merged({{"a", summary_of_seeds(1, 4)}, {"b", part}})->complete);
}

TEST(Summary, what_is_no_summary_is_said_to_be_none) {
  for (const char* text : {"", "{}", "{\"seed\":1}\n", "[1]", "{\"format\":\"x/1\"}"}) {
    const auto read = read_summary("file.jsonl", text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error(), HasSubstr("file.jsonl: "));
  }
  std::string torn = summary_json(summary_of_seeds(1, 4));
  torn.resize(torn.size() / 2);
  EXPECT_FALSE(read_summary("torn", torn));
}

TEST(Summary, of_a_million_runs_with_nights_of_400_days_is_read_back) {
  FuzzSummary summary;
  summary.identity = identity();
  summary.done.add({1, 1'000'000});
  summary.tally.runs = summary.tally.marks.runs = 1'000'000;
  RunOutcome outcome;
  outcome.result.simulated_us = 400 * kDay;
  CampaignTally one;
  one.add(FuzzCase{}, outcome, MarkSet{});
  summary.tally.simulated_s = 1'000'000 * one.simulated_s;
  const auto read = read_summary("whole.json", summary_json(summary));
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(read->tally.simulated_s, 34'560'000'000'000U);
  EXPECT_THAT(summary_text(summary), HasSubstr(" 73000000d simulated"));  // and no more
}

// A summary of so many runs in which every fault had an effect and every mark was met.
FuzzSummary loud_summary(std::uint64_t runs) {
  FuzzSummary out;
  out.identity = identity();
  out.identity.mix = "default";
  out.done.add({1, runs});
  out.tally.runs = out.tally.marks.runs = runs;
  for (FaultCount& count : out.tally.faults) count = {1, 1, 1};
  for (std::uint64_t& count : out.tally.marks.runs_with) count = 1;
  return out;
}

TEST(Silence, a_fault_that_never_had_an_effect_is_named_from_a_thousand_runs_on) {
  const auto mute = [](std::uint64_t runs) {
    FuzzSummary summary = loud_summary(runs);
    summary.tally.faults[static_cast<std::size_t>(FaultKind::bit_rot)] = {9, 3, 0};
    return summary;
  };
  EXPECT_TRUE(silence_of(loud_summary(kRunsForFaults)).empty());
  EXPECT_TRUE(silence_of(mute(kRunsForFaults - 1)).empty());
  EXPECT_EQ(silence_of(mute(kRunsForFaults)).faults, (std::vector<std::string>{"bit_rot"}));
  EXPECT_THAT(summary_json(mute(kRunsForFaults)), HasSubstr("\"faults\":[\"bit_rot\"]"));
  EXPECT_THAT(summary_text(mute(kRunsForFaults)), HasSubstr("bit_rot had no effect"));
  FuzzSummary without = mute(kRunsForFaults);
  without.identity.without = {Family::disk};
  EXPECT_TRUE(silence_of(without).empty());
}

TEST(Silence, a_mark_that_none_of_the_first_ten_thousand_seeds_met_is_named) {
  const auto mute = [](SeedRange done) {
    FuzzSummary summary = loud_summary(done.last - done.first + 1);
    summary.done = {};
    summary.done.add(done);
    summary.tally.marks.runs_with[0] = 0;
    return summary;
  };
  const std::string mark(card(static_cast<Mark>(0)).name);
  EXPECT_EQ(silence_of(mute({1, kSeedsForMarks})).marks, (std::vector<std::string>{mark}));
  EXPECT_EQ(silence_of(mute({1, 9 * kSeedsForMarks})).marks, (std::vector<std::string>{mark}));
  EXPECT_TRUE(silence_of(mute({1, kSeedsForMarks - 1})).empty());
  EXPECT_TRUE(silence_of(mute({2, 9 * kSeedsForMarks})).empty());
}

TEST(Summary, a_law_that_compared_nothing_is_said) {
  FuzzSummary summary = summary_of_seeds(1, 4);
  summary.tally.comparisons["focus_rule"] = 0;
  EXPECT_THAT(summary_text(summary), HasSubstr("focus_rule compared nothing"));
  EXPECT_THAT(summary_text(summary_of_seeds(1, 6)), HasSubstr("first with seed 5"));
}

}  // namespace
}  // namespace dp::sim
