#include <gtest/gtest.h>

#include "sim/tape/tape.h"

namespace dp::sim {
namespace {

const Site kStrike = strike_site(FaultKind::device_crash);
const DecisionKey kDeed{kPersonSite, 2, 8};

TapeOrders met(Appointment appointment) {
  TapeOrders orders;
  orders.only_these = true;
  orders.decisions = {{kDeed, 1}};
  orders.appointments = {std::move(appointment)};
  return orders;
}

bool asked_at(Tape& tape, Micros now_us) {
  tape.set_now(now_us);
  return tape.chance(kStrike, 3, 1);
}

TEST(Appointment, meets_the_first_question_at_its_time_after_a_deed_however_many_came_before) {
  for (int before = 0; before < 3; ++before) {
    Tape tape(1, met({{{kStrike, 3, 77}, 1}, kDeed, 5 * kSecond, 0}));
    for (int i = 0; i < before; ++i) EXPECT_FALSE(asked_at(tape, 50 * kSecond));
    tape.set_now(60 * kSecond);
    EXPECT_TRUE(tape.chance_at(kDeed, 1));
    EXPECT_FALSE(asked_at(tape, 64 * kSecond));
    EXPECT_TRUE(asked_at(tape, 66 * kSecond));
    EXPECT_FALSE(asked_at(tape, 66 * kSecond));
    EXPECT_EQ(tape.log().back().key,
              (DecisionKey{kStrike, 3, static_cast<std::uint32_t>(before + 1)}));
  }
}

TEST(Appointment, without_its_deed_it_meets_nothing) {
  TapeOrders orders = met({{{kStrike, 3, 0}, 1}, kDeed, 0, 0});
  orders.decisions.clear();
  Tape tape(1, orders);
  EXPECT_FALSE(tape.chance_at(kDeed, 1'000'000));
  EXPECT_FALSE(asked_at(tape, kSecond));
  EXPECT_TRUE(tape.log().empty());
}

TEST(Appointment, passes_over_its_neighbours_and_other_nodes) {
  Tape tape(1, met({{{kStrike, 3, 0}, 1}, std::nullopt, kSecond, 2}));
  EXPECT_FALSE(asked_at(tape, kSecond));
  EXPECT_FALSE(tape.chance(kStrike, 4, 1));
  EXPECT_FALSE(asked_at(tape, kSecond));
  EXPECT_TRUE(asked_at(tape, kSecond));
}

// What is logged, said again as plain decisions, is the same run.
TEST(Appointment, becomes_a_plain_decision) {
  const auto live = [](Tape& tape) {
    std::vector<bool> answers;
    for (Micros at_us = 0; at_us < 9 * kSecond; at_us += kSecond) {
      answers.push_back(asked_at(tape, at_us));
    }
    return answers;
  };
  Tape first(1, met({{{kStrike, 3, 0}, 1}, std::nullopt, 4 * kSecond, 0}));
  const std::vector<bool> answers = live(first);
  TapeOrders plain;
  plain.only_these = true;
  plain.decisions = first.log();
  Tape second(1, plain);
  EXPECT_EQ(live(second), answers);
  EXPECT_TRUE(answers[4]);
}

TEST(Place, tells_when_and_among_how_many_a_counted_question_was_asked) {
  Tape tape(7);
  tape.set_now(3 * kSecond);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(tape.chance(kStrike, 3, 1'000'000));
  EXPECT_TRUE(tape.chance_at(kDeed, 1'000'000));
  ASSERT_EQ(tape.places().size(), tape.log().size());
  EXPECT_EQ(tape.places()[0], (Place{3 * kSecond, 0, true}));
  EXPECT_EQ(tape.places()[2], (Place{3 * kSecond, 2, true}));
  EXPECT_EQ(tape.places()[3], (Place{3 * kSecond, 0, false}));
}

}  // namespace
}  // namespace dp::sim
