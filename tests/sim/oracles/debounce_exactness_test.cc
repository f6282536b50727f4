// covers: R51, R52
#include "sim/oracles/debounce_exactness.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/oracles/oracle_set.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};
constexpr Micros kPause = 1'200 * kMillisecond;

// A phone on which sealing takes so long that what was asked for is written long after.
class SlowCipher : public testing::Test {
 protected:
  SlowCipher() : world_(calm_world(1)) {
    world_.attach(&laws_);
    type(world_, kPhone, chat(), "soup");
    world_.run_for(5 * kSecond);
    world_.set_seal_delay(kPhone, 10 * kSecond);
  }
  ~SlowCipher() override { world_.detach(&laws_); }

  ChatId chat() const { return world_.chat(0, 0); }
  void types(std::string text) { world_.act(kPhone, client::Edited{std::move(text)}); }
  // Typed on, and typed back, just before the text that was asked for is written.
  void types_back_to(const std::string& text, Micros left_us) {
    world_.run_for(left_us - 2 * kMillisecond);
    types(text + " and bread");
    world_.run_for(kMillisecond);
    types(text);
    EXPECT_NE(text_in(world_, kPhone, chat()), text);
    world_.run_for(500 * kMillisecond);
    EXPECT_EQ(text_in(world_, kPhone, chat()), text) << "written before its last pause ended";
  }
  void ends() {
    world_.run_for(30 * kSecond);
    world_.heal();
    EXPECT_TRUE(world_.quiesce()) << world_.pending();
    laws_.conclude(world_, true);
    for (const Violation& violation : laws_.violations()) {
      ADD_FAILURE() << violation.signature() << ": " << violation.seen;
    }
  }

  World world_;
  OracleSet laws_;
};

TEST_F(SlowCipher, a_pause_that_ends_after_a_logout_and_a_login_has_asked_for_its_text) {
  types("noodles");
  world_.run_for(kSecond);
  world_.logout(kPhone);
  world_.login(kPhone);
  types_back_to("noodles", kPause - kSecond + 10 * kSecond);
  ends();
}

TEST_F(SlowCipher, a_text_typed_while_logged_out_is_asked_for_when_its_pause_ends) {
  world_.logout(kPhone);
  types("noodles");
  world_.run_for(kSecond);
  world_.login(kPhone);
  types_back_to("noodles", kPause - kSecond + 10 * kSecond);
  ends();
}

TEST_F(SlowCipher, a_pause_that_ends_while_the_device_is_frozen_has_asked_for_its_text) {
  types("noodles");
  world_.run_for(kSecond);
  world_.set_power(kPhone, PowerState::paused);
  world_.run_for(2 * kSecond);
  world_.set_power(kPhone, PowerState::running);
  types_back_to("noodles", 10 * kSecond);
  ends();
}

class TwoDevices : public testing::Test {
 protected:
  TwoDevices() : world_(calm_world(2)) { world_.attach(&laws_); }
  ~TwoDevices() override { world_.detach(&laws_); }

  void types(std::string text) { world_.act(kPhone, client::Edited{std::move(text)}); }
  void ends() {
    world_.run_for(30 * kSecond);
    laws_.conclude(world_, true);
    for (const Violation& violation : laws_.violations()) {
      ADD_FAILURE() << violation.signature() << ": " << violation.seen;
    }
  }

  World world_;
  OracleSet laws_;
};

// Two texts are owed: a message, and what was made of it. Sending takes a line of the second away,
// and what is left is just what is being typed.
TEST_F(TwoDevices, what_sending_leaves_of_a_text_that_was_asked_for_is_not_early) {
  world_.set_write_delay(kPhone, 5 * kSecond);
  type(world_, kPhone, world_.chat(0, 0), "soup");
  world_.act(kPhone, client::SendPressed{});
  world_.run_for(kSecond);
  world_.set_write_delay(kPhone, kMillisecond);
  types("soup\nnoodles");
  world_.run_for(3'800 * kMillisecond);
  types("noodles");
  ends();
}

TEST_F(TwoDevices, an_emptied_editor_of_a_chat_deleted_elsewhere_owes_nothing) {
  const ChatId chat = world_.chat(0, 0);
  type(world_, kPhone, chat, "soup");
  world_.run_for(5 * kSecond);
  types("");
  world_.run_for(100 * kMillisecond);
  world_.act(DeviceId{1}, client::ChatDeletePressed{chat});
  ends();
  EXPECT_FALSE(world_.view(kPhone).current_chat);
}

// The law alone, told of people by a world and of saves by a test.
class Told : public testing::Test {
 protected:
  Told() : world_(calm_world(1)) {
    world_.attach(&law_);
    type(world_, kPhone, world_.chat(0, 0), "soup");
    world_.run_for(5 * kSecond);
  }
  ~Told() override { world_.detach(&law_); }

  void types(std::string text) { world_.act(kPhone, client::Edited{std::move(text)}); }
  bool is_red_for_a_save_of(const std::string& text) {
    const std::uint64_t before = law_.violation_count();
    const draft::Dot own{WriterId{77}, ++saves_};
    const draft::Draft nothing;
    const draft::Draft saved = draft::saved(nullptr, text, own, saves_);
    law_.slot_changed({.device = kPhone,
                       .slot = {0, world_.chat(0, 0)},
                       .cause = ChangeCause::person,
                       .before = nothing,
                       .after = saved,
                       .own = own,
                       .time_us = world_.now_us(),
                       .sequence = 0},
                      world_);
    return law_.violation_count() > before;
  }

  World world_;
  DebounceExactness law_;
  std::uint64_t saves_ = 0;
};

TEST_F(Told, a_save_before_the_pause_has_ended_is_red) {
  EXPECT_FALSE(is_red_for_a_save_of("soup"));  // that was owed
  types("noodles");
  world_.run_for(kPause - kMillisecond);
  EXPECT_TRUE(is_red_for_a_save_of("noodles"));
}

TEST_F(Told, after_a_logout_only_the_text_it_met_may_be_saved_early) {
  types("noodles");
  world_.run_for(kSecond);
  world_.logout(kPhone);
  types("rice");
  world_.login(kPhone);
  types("noodles and bread");
  EXPECT_FALSE(is_red_for_a_save_of("rice"));  // owed since the login
  EXPECT_TRUE(is_red_for_a_save_of("noodles and bread"));
  types("noodles");
  EXPECT_FALSE(is_red_for_a_save_of("noodles"));
  types("rice");
  EXPECT_FALSE(is_red_for_a_save_of("rice"));
  types("dumplings");
  EXPECT_TRUE(is_red_for_a_save_of("dumplings"));
}

TEST_F(Told, a_logout_between_two_texts_excuses_neither_of_them) {
  EXPECT_FALSE(is_red_for_a_save_of("soup"));
  world_.logout(kPhone);
  world_.login(kPhone);
  types("noodles");
  EXPECT_TRUE(is_red_for_a_save_of("noodles"));
}

}  // namespace
}  // namespace dp::sim
