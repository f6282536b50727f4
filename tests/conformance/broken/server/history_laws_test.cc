// Each law on a record written by hand: the smallest that keeps it, and the smallest that breaks
// it.
#include "conformance/suites/server/history_laws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dp::conformance {
namespace {

using Kind = Observed::Kind;
constexpr Micros kWindowUs = 1'000;

class Story {
 public:
  Story& asked(std::string change, Version base, std::string content, std::size_t device = 0) {
    return add({.kind = Kind::asked,
                .device = device,
                .change = std::move(change),
                .base = base,
                .version = base + 1,
                .content = std::move(content)});
  }
  Story& stored(std::string change, Version version, std::size_t device = 0) {
    return add(
        {.kind = Kind::stored, .device = device, .change = std::move(change), .version = version});
  }
  Story& told(std::size_t device, Version version, std::string content) {
    return add(
        {.kind = Kind::told, .device = device, .version = version, .content = std::move(content)});
  }
  Story& shown(std::size_t device, Version version, std::string content) {
    const std::string question = "q" + std::to_string(record_.size());
    add({.kind = Kind::reading, .device = device, .change = question});
    return add({.kind = Kind::shown,
                .device = device,
                .change = question,
                .version = version,
                .content = std::move(content)});
  }
  Story& killed(Micros at_us) {
    now_us_ = at_us;
    return add({.kind = Kind::killed});
  }
  Story& add(Observed one) {
    one.at_us = now_us_;
    record_.push_back(std::move(one));
    return *this;
  }
  // Version 1 is "draft one", of change a.
  Story& begun() { return asked("a", 0, "draft one").stored("a", 1); }

  std::string broken_law() const {
    const auto broken = judge_history(record_, kWindowUs);
    return broken ? broken->law : "";
  }

 private:
  Record record_;
  Micros now_us_ = 0;
};

TEST(HistoryLaws, a_quiet_story_keeps_all_of_them) {
  Story story;
  story.begun().told(1, 1, "draft one").shown(1, 1, "draft one");
  story.asked("b", 1, "deleted two", 1).stored("b", 2, 1).told(0, 2, "deleted two");
  story.asked("c", 2, "draft three").stored("c", 3).shown(2, 3, "draft three");
  EXPECT_EQ(story.broken_law(), "");
}

TEST(HistoryLaws, two_changes_on_one_base_lose_one) {
  Story story;
  story.begun().asked("b", 1, "draft two", 0).asked("c", 1, "draft three", 1);
  story.stored("b", 2, 0).stored("c", 2, 1);
  EXPECT_EQ(story.broken_law(), "no_lost_text");
}

TEST(HistoryLaws, what_was_acknowledged_is_shown) {
  EXPECT_EQ(Story().begun().shown(1, 0, "").broken_law(), "no_lost_text");
}

TEST(HistoryLaws, what_was_asked_while_reading_need_not_be_shown) {
  Story story;
  story.add({.kind = Kind::reading, .device = 1, .change = "q"});
  story.begun().add({.kind = Kind::shown, .device = 1, .change = "q"});
  EXPECT_EQ(story.broken_law(), "");
}

TEST(HistoryLaws, a_deleted_draft_stays_deleted) {
  Story story;
  story.begun().asked("b", 1, "deleted two").stored("b", 2).shown(1, 1, "draft one");
  EXPECT_EQ(story.broken_law(), "no_resurrection");
}

TEST(HistoryLaws, a_sent_draft_stays_gone) {
  Story story;
  story.begun();
  story.add({.kind = Kind::asked,
             .change = "m",
             .base = 1,
             .version = 2,
             .content = "deleted two",
             .of_message = true});
  story.stored("m", 2).shown(1, 1, "draft one");
  EXPECT_EQ(story.broken_law(), "sent_is_gone");
}

TEST(HistoryLaws, a_message_is_stored_once) {
  Story story;
  story.add({.kind = Kind::asked,
             .change = "m",
             .base = 0,
             .version = 1,
             .content = "deleted one",
             .of_message = true});
  story.add({.kind = Kind::messaged, .change = "m"});
  Story twice = story;
  EXPECT_EQ(story.add({.kind = Kind::counted, .version = 1}).broken_law(), "");
  EXPECT_EQ(twice.add({.kind = Kind::counted, .version = 2}).broken_law(), "sent_is_gone");
}

TEST(HistoryLaws, news_of_a_slot_goes_forward) {
  Story story;
  story.begun().asked("b", 1, "draft two").stored("b", 2);
  story.told(1, 2, "draft two").told(1, 1, "draft one");
  EXPECT_EQ(story.broken_law(), "version_ledger");
}

TEST(HistoryLaws, other_bytes_are_not_authentic) {
  EXPECT_EQ(Story().begun().told(1, 1, "draft other").broken_law(), "authenticity");
}

TEST(HistoryLaws, a_device_does_not_go_back) {
  Story story;
  story.asked("a", 0, "draft one").told(1, 1, "draft one").shown(1, 0, "");
  EXPECT_EQ(story.broken_law(), "session_guarantees");
}

TEST(HistoryLaws, in_the_end_all_see_the_same) {
  Story story;
  story.asked("a", 0, "draft one").add({.kind = Kind::ended});
  story.shown(0, 1, "draft one").shown(1, 0, "");
  EXPECT_EQ(story.broken_law(), "convergence");
}

TEST(HistoryLaws, strangers_hear_nothing) {
  EXPECT_EQ(Story().begun().add({.kind = Kind::foreign, .device = 4}).broken_law(), "isolation");
}

TEST(HistoryLaws, a_kill_may_cost_what_is_younger_than_the_window_and_nothing_older) {
  Story young;
  young.begun().killed(kWindowUs - 1).shown(1, 0, "");
  EXPECT_EQ(young.broken_law(), "");
  Story old;
  old.begun().killed(kWindowUs).shown(1, 0, "");
  EXPECT_EQ(old.broken_law(), "no_lost_text");
}

TEST(HistoryLaws, a_graceful_stop_costs_nothing) {
  Story story;
  story.begun().add({.kind = Kind::stopped}).shown(1, 0, "");
  EXPECT_EQ(story.broken_law(), "no_lost_text");
}

TEST(HistoryLaws, a_number_that_a_kill_cost_is_free_again) {
  Story story;
  story.begun().killed(1).shown(1, 0, "").asked("b", 0, "draft two", 1).stored("b", 1, 1);
  story.shown(0, 1, "draft two");
  EXPECT_EQ(story.broken_law(), "");
}

}  // namespace
}  // namespace dp::conformance
