#include "sim/capsule/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sim/capsule/failure_story.h"

namespace dp::sim {
namespace {

constexpr std::size_t kTimeWidth = 13;

FuzzCase house(std::uint64_t seed) {
  FuzzCase one;
  one.mix = "house";
  one.seed = seed;
  return one;
}

// Complains when somebody presses send: present in some runs and not in others.
class NobodySends : public Oracle {
 public:
  const OracleCard& card() const override {
    static const OracleCard card{"nobody_sends", "made up", "everything else", {}};
    return card;
  }
  bool applies(const World&) const override { return true; }
  void at_quiescence(const World&) override {}
  void observe(const TraceEvent& event, const World&) override {
    if (event.kind != EventKind::person || event.name != "send_pressed") return;
    violated({.oracle = {},
              .site = "sent",
              .detail = "a message",
              .time_us = event.time_us,
              .sequence = event.sequence,
              .node = event.node,
              .expected = "silence",
              .seen = "a message"});
  }
};

Capsule recorded(const FuzzCase& one, bool with_law) {
  NobodySends law;
  JudgeOptions options;
  options.detailed = true;
  options.checkpoints = true;
  if (with_law) options.more_laws.push_back(&law);
  const RunOutcome outcome = judge_case(one, options);
  return capsule_after({"1", "1"}, one, outcome, outcome.signature(), {});
}

TEST(Replay, of_a_passing_run_holds_with_the_same_digest) {
  const Replay again = replay(recorded(house(3), false));
  EXPECT_EQ(again.end, ReplayEnd::held);
  EXPECT_FALSE(again.divergence);
}

TEST(Replay, reproduces_a_violation) {
  const Capsule capsule = recorded(house(3), true);
  ASSERT_EQ(capsule.outcome->signature, "nobody_sends/sent/a message");
  NobodySends law;
  JudgeOptions options;
  options.more_laws.push_back(&law);
  const Replay again = replay(capsule, options);
  EXPECT_EQ(again.end, ReplayEnd::reproduced);
  EXPECT_EQ(again.signature, capsule.outcome->signature);
}

TEST(Replay, of_a_capsule_without_an_outcome_says_what_is_found_now) {
  EXPECT_EQ(replay(capsule_before({"1", "1"}, house(3))).end, ReplayEnd::held);
}

TEST(Story, tells_everything_up_to_the_violation_and_nothing_after) {
  NobodySends law;
  JudgeOptions options;
  options.more_laws.push_back(&law);
  const RunOutcome outcome = judge_case(house(3), options);
  const auto story = story_of(house(3), outcome, outcome.signature());
  ASSERT_GT(story.size(), 10u);
  EXPECT_LE(story.size(), kStoryLinesMax);
  EXPECT_THAT(story.back(), testing::HasSubstr("person: send_pressed"));
  // A law that judges at the end names no event: then everything is told.
  RunOutcome at_rest = outcome;
  at_rest.violations.front().sequence = 0;
  EXPECT_NE(story_of(house(3), at_rest, outcome.signature()).back(), story.back());
}

// Devices compare versions for ever: what they say again once nobody acts any more is only counted.
TEST(Story, tells_what_goes_on_for_ever_once) {
  NobodySends law;
  JudgeOptions options;
  options.more_laws.push_back(&law);
  RunOutcome outcome = judge_case(house(3), options);
  outcome.violations.front().sequence = 0;
  const auto story = story_of(house(3), outcome, outcome.signature());
  EXPECT_THAT(story.back(), testing::MatchesRegex("\\.\\.\\. and [0-9]+ times more of the same"));
  std::set<std::string> said;
  for (auto line = story.rbegin() + 1; line != story.rbegin() + 6; ++line) {
    const std::string what = line->substr(kTimeWidth);
    EXPECT_TRUE(said.insert(what).second) << what;
  }
}

// The drawn decisions are in the capsule, so a program that draws otherwise plays the same run.
TEST(Replay, uses_the_decisions_that_were_written_down) {
  Capsule capsule = recorded(house(3), false);
  ASSERT_TRUE(capsule.drawn);
  const Decision gone = capsule.drawn->back();
  capsule.drawn->pop_back();
  const Replay again = replay(capsule);
  EXPECT_EQ(again.end, ReplayEnd::diverged);
  for (const Decision& decision : again.outcome.decisions) EXPECT_NE(decision, gone);
}

// The decisions of a pair are those of its second run up to the difference: its first run has more.
TEST(Replay, of_a_pair_asks_its_seed_for_what_was_drawn) {
  FuzzCase one;
  one.mix = "two-run";
  one.seed = 6;
  JudgeOptions options;
  options.detailed = true;
  options.checkpoints = true;
  RunOutcome outcome = judge_case(one, options);
  outcome.decisions.resize(outcome.decisions.size() / 2);
  Capsule capsule = capsule_after({"1", "1"}, one, outcome, "", {});
  EXPECT_EQ(replay(capsule).end, ReplayEnd::held);
  // What it failed by is no part of the digest, and has to come again too.
  capsule.outcome->signature = "two_run/view_differs/made up";
  const Replay again = replay(capsule);
  EXPECT_EQ(again.end, ReplayEnd::diverged);
  EXPECT_EQ(again.signature, "");
}

// Without its first keystroke a run is the same up to it: the place is found to the event.
TEST(Replay, names_the_event_at_which_the_runs_differ) {
  FuzzCase one = house(3);
  one.reduction = {true, recorded(one, false).drawn.value(), {}, {}};
  Capsule capsule = recorded(one, false);
  ASSERT_EQ(capsule.outcome->checkpoints.every, 1u);
  auto& decisions = capsule.one.reduction.decisions;
  const auto person = std::ranges::find_if(
      decisions, [](const Decision& decision) { return decision.key.site == kPersonTextSite; });
  ASSERT_NE(person, decisions.end());
  person->value /= 3;
  const Replay again = replay(capsule);
  ASSERT_TRUE(again.divergence);
  const Divergence& place = *again.divergence;
  EXPECT_EQ(place.first_event, place.last_event);
  ASSERT_EQ(place.lines.size(), 1u);
  EXPECT_THAT(place.lines.front(), testing::HasSubstr(" person "));
  EXPECT_THAT(place.lines.front(), testing::HasSubstr(std::to_string(place.first_event)));
}

}  // namespace
}  // namespace dp::sim
