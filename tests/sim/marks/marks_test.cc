// Marks mean what they say: each is shown with a world that contains the situation and, where it is
// easily mistaken for another, with one that does not.
#include <gtest/gtest.h>

#include <set>

#include "sim/marks/mark_observer.h"
#include "sim/world/world.h"

namespace dp::sim {
namespace {

constexpr DeviceId kA{0};
constexpr DeviceId kB{1};

struct Pair {
  Pair() : world(config()) {
    world.attach(&observer);
    chat = world.chat(0, 0);
    world.run_for(2 * kSecond);
  }
  static WorldConfig config() {
    WorldConfig config;
    config.seed = 7;
    config.cipher = CipherMode::ideal;
    config.devices.assign(2, DeviceConfig{});
    return config;
  }
  void type(DeviceId device, std::string text) {
    world.act(device, client::ChatOpened{chat});
    world.act(device, client::Edited{std::move(text)});
  }
  void save(DeviceId device, std::string text) {
    type(device, std::move(text));
    world.run_for(3 * kSecond);
  }
  // Both devices change the text they share while neither hears of the other.
  void concurrently(std::string ours, std::string theirs) {
    world.set_online(kB, false);
    save(kA, std::move(ours));
    save(kB, std::move(theirs));
    world.set_online(kB, true);
    world.run_for(10 * kSecond);
  }
  bool has(Mark mark) const { return observer.marks().has(mark); }

  MarkObserver observer;
  World world;
  ChatId chat;
};

TEST(Marks, have_unique_names_and_a_sentence_each) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kMarkCount; ++i) {
    const MarkCard& one = card(static_cast<Mark>(i));
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_TRUE(one.meaning.ends_with('.')) << one.name;
    EXPECT_EQ(find_mark(one.name), static_cast<Mark>(i));
  }
  EXPECT_GE(kMarkCount, 120u);
  EXPECT_EQ(card(Mark::receipt_lost_and_replayed).name, "receipt_lost_and_replayed");
  EXPECT_EQ(card(Mark::merge_kept_a_copy).name, "merge_kept_a_copy");
  EXPECT_EQ(card(Mark::alarm_after_a_restart).name, "alarm_after_a_restart");
}

TEST(Marks, a_calm_save_is_none_of_the_rare_ones) {
  Pair pair;
  pair.save(kA, "hello");
  EXPECT_TRUE(pair.has(Mark::saved_after_a_pause));
  EXPECT_TRUE(pair.has(Mark::adopted_into_an_empty_slot));
  EXPECT_TRUE(pair.has(Mark::first_change_of_a_slot));
  for (const Mark mark : {Mark::receipt_lost, Mark::conflict_answered, Mark::merge_kept_a_copy,
                          Mark::crash_while_writing, Mark::keystroke_as_the_pause_ended,
                          Mark::broadcast_while_typing, Mark::job_lost}) {
    EXPECT_FALSE(pair.has(mark)) << card(mark).name;
  }
}

TEST(Marks, a_pause_is_told_to_the_millisecond) {
  const std::pair<Micros, Mark> cases[] = {
      {1'199 * kMillisecond, Mark::keystroke_just_before_the_pause_ended},
      {1'200 * kMillisecond, Mark::keystroke_as_the_pause_ended},
      {1'201 * kMillisecond, Mark::keystroke_just_after_the_pause_ended}};
  for (const auto& [pause_us, expected] : cases) {
    Pair pair;
    pair.type(kA, "hel");
    pair.world.run_for(pause_us);
    pair.world.act(kA, client::Edited{"hello"});
    for (const auto& [other_us, mark] : cases) {
      EXPECT_EQ(pair.has(mark), mark == expected) << pause_us << " " << card(mark).name;
    }
  }
}

TEST(Marks, lines_apart_merge_and_the_same_line_keeps_a_copy) {
  Pair apart;
  apart.save(kA, "one\ntwo\nthree\nfour\nfive");
  apart.concurrently("ONE\ntwo\nthree\nfour\nfive", "one\ntwo\nthree\nfour\nFIVE");
  EXPECT_TRUE(apart.has(Mark::merge_of_disjoint_lines));
  EXPECT_FALSE(apart.has(Mark::merge_kept_a_copy));
  EXPECT_FALSE(apart.has(Mark::same_line_changed_on_both_sides));

  Pair same;
  same.save(kA, "one\ntwo\nthree");
  same.concurrently("one\nTWO\nthree", "one\nzwei\nthree");
  EXPECT_TRUE(same.has(Mark::merge_kept_a_copy));
  EXPECT_TRUE(same.has(Mark::same_line_changed_on_both_sides));
  EXPECT_FALSE(same.has(Mark::merge_of_disjoint_lines));
  EXPECT_FALSE(same.has(Mark::neighbouring_lines_changed));

  Pair neighbours;
  neighbours.save(kA, "one\ntwo\nthree");
  neighbours.concurrently("ONE\ntwo\nthree", "one\nTWO\nthree");
  EXPECT_TRUE(neighbours.has(Mark::neighbouring_lines_changed));
  EXPECT_FALSE(neighbours.has(Mark::same_line_changed_on_both_sides));
}

TEST(Marks, a_clear_that_meets_an_edit_is_told_from_one_that_does_not) {
  Pair calm;
  calm.save(kA, "hello");
  calm.world.act(kA, client::ClearPressed{});
  calm.world.run_for(3 * kSecond);
  EXPECT_TRUE(calm.has(Mark::deletion_adopted));
  EXPECT_FALSE(calm.has(Mark::merge_of_a_clear_and_an_edit));

  Pair met;
  met.save(kA, "hello");
  met.world.set_online(kB, false);
  met.world.act(kA, client::ClearPressed{});
  met.world.run_for(3 * kSecond);
  met.save(kB, "hello\nworld");
  met.world.set_online(kB, true);
  met.world.run_for(10 * kSecond);
  EXPECT_TRUE(met.has(Mark::merge_of_a_clear_and_an_edit));
  EXPECT_TRUE(met.has(Mark::edit_survived_a_concurrent_clear));
}

TEST(Marks, a_lost_receipt_is_one_thing_and_its_replay_another) {
  Pair pair;
  pair.world.cut_at(kA, Direction::down, "draft_update_receipt");
  pair.type(kA, "hello");
  pair.world.run_until([&](const World&) { return pair.has(Mark::receipt_lost); },
                       pair.world.now_us() + 5 * kSecond);
  EXPECT_TRUE(pair.has(Mark::receipt_lost));
  EXPECT_FALSE(pair.has(Mark::receipt_lost_and_replayed));
  pair.world.run_for(10 * kSecond);
  // The server held the very envelope, so nothing had to be sent again.
  EXPECT_FALSE(pair.has(Mark::receipt_repeated));
}

TEST(Marks, crashes_are_told_by_what_was_under_way) {
  Pair idle;
  idle.save(kA, "hello");
  idle.world.crash(kA);
  idle.world.power_on(kA);
  EXPECT_FALSE(idle.has(Mark::crash_with_unsaved_text));
  EXPECT_FALSE(idle.has(Mark::crash_while_writing));

  Pair typing;
  typing.type(kA, "hello");
  typing.world.crash(kA);
  EXPECT_TRUE(typing.has(Mark::crash_with_unsaved_text));

  Pair writing;
  writing.world.set_write_delay(kA, 5 * kSecond);
  writing.save(kA, "hello");
  writing.world.crash(kA);
  EXPECT_TRUE(writing.has(Mark::crash_while_writing));
}

TEST(Marks, counts_of_shards_add_up_in_any_order) {
  MarkSet first;
  first.set(Mark::receipt_lost);
  MarkSet second;
  second.set(Mark::receipt_lost);
  second.set(Mark::job_lost);
  MarkCounts a;
  a.add(first);
  MarkCounts b;
  b.add(second);
  b.add(MarkSet{});
  MarkCounts ab = a;
  ab.merge(b);
  MarkCounts ba = b;
  ba.merge(a);
  EXPECT_EQ(ab, ba);
  EXPECT_EQ(ab.runs, 3u);
  EXPECT_EQ(ab.of(Mark::receipt_lost), 2u);
  EXPECT_EQ(ab.met(), 2u);
}

}  // namespace
}  // namespace dp::sim
