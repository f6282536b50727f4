#include "sim/campaign/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/campaign/tallies.h"

namespace dp::sim {
namespace {

using testing::HasSubstr;

std::string three_lines() {
  return journal_head(identity()) + journal_line({1, 4}, tally_of_seeds(1, 4)) +
         journal_line({5, 9}, tally_of_seeds(5, 9));
}

TEST(Journal, adds_up_what_its_lines_say) {
  const auto journal = read_journal("j", three_lines());
  ASSERT_TRUE(journal) << journal.error();
  EXPECT_EQ(journal->identity, identity());
  EXPECT_EQ(journal->done.ranges(), (std::vector<SeedRange>{{1, 9}}));
  CampaignTally both = tally_of_seeds(1, 4);
  both.add(tally_of_seeds(5, 9));
  EXPECT_EQ(journal->total, both);
  EXPECT_EQ(journal->total.failures.begin()->second.first_seed, 5u);
  EXPECT_EQ(journal->whole_bytes, three_lines().size());
}

TEST(Journal, a_torn_tail_costs_the_last_line_and_nothing_else) {
  const std::string text = three_lines();
  const std::size_t two_lines = text.rfind('\n', text.size() - 2) + 1;
  for (std::size_t length = two_lines; length < text.size(); ++length) {
    const auto journal = read_journal("j", text.substr(0, length));
    ASSERT_TRUE(journal) << length << journal.error();
    EXPECT_EQ(journal->done.count(), 4u);
    EXPECT_EQ(journal->whole_bytes, two_lines);
  }
}

TEST(Journal, garbage_is_named_with_its_line) {
  const std::string head = journal_head(identity());
  EXPECT_THAT(read_journal("j", head + "garbage\n").error(), HasSubstr("j:2: "));
  EXPECT_THAT(read_journal("j", "garbage\n").error(), HasSubstr("j:1: "));
  EXPECT_THAT(read_journal("j", "").error(), HasSubstr("j:1: "));
  const std::string twice = three_lines() + journal_line({9, 9}, tally_of_seeds(9, 9));
  EXPECT_THAT(read_journal("j", twice).error(), HasSubstr("second time"));
  const std::string wrong = head + journal_line({1, 5}, tally_of_seeds(1, 4));
  EXPECT_THAT(read_journal("j", wrong).error(), HasSubstr("number of runs"));
  std::string newer = head;
  newer.replace(newer.find("journal/1"), 9, "journal/9");
  EXPECT_THAT(read_journal("j", newer).error(), HasSubstr("journal/9"));
}

TEST(Journal, belongs_to_one_program_and_mix) {
  CampaignIdentity other = identity();
  EXPECT_EQ(mismatch(identity(), other), "");
  other.mix = "house";
  EXPECT_THAT(mismatch(identity(), other), HasSubstr("house"));
  other = identity();
  other.maker.build = "ffff";
  EXPECT_THAT(mismatch(identity(), other), HasSubstr("ffff"));
  other = identity();
  other.maker.version = "9";
  EXPECT_THAT(mismatch(identity(), other), HasSubstr("version"));
  other = identity();
  other.without = {Family::disk};
  EXPECT_THAT(mismatch(identity(), other), HasSubstr("disk"));
}

}  // namespace
}  // namespace dp::sim
