#include "sim/tape/tape.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/tape/core_random.h"
#include "sim/tape/keyed_draw.h"

namespace dp::sim {
namespace {

constexpr Site kSite = kDelayUpSite;

RC_GTEST_PROP(KeyedDraw, scaled_is_the_high_half_of_the_product, (std::uint64_t bits)) {
  const auto bound = *rc::gen::positive<std::uint64_t>();
  __extension__ using Wide = unsigned __int128;
  const auto expected = static_cast<std::uint64_t>((static_cast<Wide>(bits) * bound) >> 64);
  RC_ASSERT(scaled(bits, bound) == expected);
  RC_ASSERT(scaled(bits, bound) < bound);
}

TEST(KeyedDraw, values_are_pinned_for_all_compilers) {
  EXPECT_EQ(keyed_draw(0, 0, 0, 0), 0x238275BC38FCBE91u);
  EXPECT_EQ(keyed_draw(1, 2, 3, 4), 0x721ECF4652971CFCu);
}

TEST(Tape, equal_keys_have_equal_answers) {
  Tape a(7);
  Tape b(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.pick(kSite, 3, 1'000), b.pick(kSite, 3, 1'000));
  Tape other(8);
  int equal = 0;
  Tape again(7);
  for (int i = 0; i < 100; ++i) equal += other.pick(kSite, 3, 1'000) == again.pick(kSite, 3, 1'000);
  EXPECT_LT(equal, 5);
}

TEST(Tape, asking_elsewhere_does_not_move_the_answers_of_a_site) {
  Tape quiet(7);
  Tape busy(7);
  for (int i = 0; i < 50; ++i) {
    busy.pick(kDelayDownSite, 3, 10);
    busy.pick(kSite, 4, 10);
    busy.chance(strike_site(FaultKind::frame_dropped), 3, 500'000);
    EXPECT_EQ(quiet.pick(kSite, 3, 1u << 30), busy.pick(kSite, 3, 1u << 30));
  }
}

TEST(Tape, a_replaced_answer_leaves_all_others) {
  Tape plain(7);
  Tape changed(7);
  changed.set_override({kSite, 3, 5}, 0);
  for (std::uint32_t i = 0; i < 20; ++i) {
    const std::uint64_t expected = plain.pick(kSite, 3, 1u << 30);
    const std::uint64_t seen = changed.pick(kSite, 3, 1u << 30);
    if (i == 5) {
      EXPECT_NE(expected, 0u);
      EXPECT_EQ(seen, 0u);
    } else {
      EXPECT_EQ(seen, expected);
    }
  }
}

TEST(Tape, an_override_beyond_the_bound_is_the_largest_answer) {
  Tape tape(7);
  tape.set_override({kSite, 0, 0}, 99);
  EXPECT_EQ(tape.pick(kSite, 0, 10), 9u);
}

TEST(Tape, the_log_replays_the_run_and_holds_no_zeros) {
  Tape drawn(11);
  std::vector<std::uint64_t> answers;
  for (int i = 0; i < 200; ++i) answers.push_back(drawn.pick(kSite, 2, 3));
  for (int i = 0; i < 200; ++i) {
    answers.push_back(drawn.chance(strike_site(FaultKind::frame_dropped), 2, 300'000) ? 1 : 0);
  }
  Tape replay(999);  // another seed: only the log speaks
  replay.answer_zero_without_override(true);
  for (const Decision& decision : drawn.log()) {
    EXPECT_NE(decision.value, 0u);
    replay.set_override(decision.key, decision.value);
  }
  std::vector<std::uint64_t> again;
  for (int i = 0; i < 200; ++i) again.push_back(replay.pick(kSite, 2, 3));
  for (int i = 0; i < 200; ++i) {
    again.push_back(replay.chance(strike_site(FaultKind::frame_dropped), 2, 300'000) ? 1 : 0);
  }
  EXPECT_EQ(again, answers);
  EXPECT_EQ(drawn.decisions(), 400u);
  EXPECT_EQ(replay.log(), drawn.log());
}

TEST(Tape, a_family_switched_off_never_strikes_and_others_still_do) {
  Tape tape(3);
  tape.switch_off(Family::hostile);
  int dropped = 0;
  int crashed = 0;
  for (int i = 0; i < 300; ++i) {
    dropped += tape.chance(strike_site(FaultKind::frame_dropped), 2, 900'000);
    crashed += tape.chance(strike_site(FaultKind::device_crash), 2, 900'000);
  }
  EXPECT_EQ(dropped, 0);
  EXPECT_GT(crashed, 200);
}

TEST(Tape, chances_come_at_their_rate) {
  Tape tape(5);
  int struck = 0;
  for (int i = 0; i < 100'000; ++i) struck += tape.chance(kSite, 1, 50'000);
  EXPECT_NEAR(struck, 5'000, 350);  // five standard deviations
  EXPECT_FALSE(tape.chance(kSite, 1, 0));
  EXPECT_TRUE(tape.chance(kSite, 1, 1'000'000));
}

TEST(Site, every_fault_has_four_sites_of_its_own_and_names_tell_them_apart) {
  std::set<std::uint16_t> values;
  std::set<std::string> names;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    for (const Site site :
         {strike_site(kind), occurs_site(kind), when_site(kind), how_site(kind)}) {
      values.insert(site.value);
      names.insert(name(site));
      FaultKind back = FaultKind::disconnect;
      ASSERT_TRUE(is_fault_site(site, back));
      EXPECT_EQ(back, kind);
    }
  }
  EXPECT_EQ(values.size(), 4 * kFaultKindCount);
  EXPECT_EQ(names.size(), 4 * kFaultKindCount);
  FaultKind ignored;
  EXPECT_FALSE(is_fault_site(kDelayUpSite, ignored));
}

TEST(CoreRandom, draws_of_one_label_do_not_move_another) {
  DrawCounters quiet_counters{};
  DrawCounters busy_counters{};
  CoreRandom quiet(1, 2, quiet_counters);
  CoreRandom busy(1, 2, busy_counters);
  for (int i = 0; i < 20; ++i) {
    busy.u64(Draw::reconnect_jitter);
    EXPECT_EQ(quiet.u64(Draw::nonce), busy.u64(Draw::nonce));
  }
}

TEST(CoreRandom, nodes_and_later_draws_differ) {
  DrawCounters a{};
  DrawCounters b{};
  CoreRandom first(1, 2, a);
  CoreRandom second(1, 3, b);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) {
    seen.insert(first.u64(Draw::nonce));
    seen.insert(second.u64(Draw::nonce));
  }
  EXPECT_EQ(seen.size(), 200u);
}

}  // namespace
}  // namespace dp::sim
