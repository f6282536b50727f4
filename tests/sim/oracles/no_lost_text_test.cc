// What people did in one world is held against what another one is left with, which no client of
// ours would ever bring about: the second world lost what the first had.
// covers: CONV-02, R71
#include "sim/oracles/no_lost_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};
constexpr DeviceId kLaptop{1};

// A world of two devices and one chat, and what its people saved.
struct Lived : Observer {
  Lived() : world(calm_world(2)) { world.attach(this); }
  ~Lived() override { world.detach(this); }
  Lived(const Lived&) = delete;
  Lived& operator=(const Lived&) = delete;
  void observe(const TraceEvent& event, const World& at) override {
    history.observe(event, at);
    law.observe(event, at);
  }

  ChatId chat() const { return world.chat(0, 0); }
  void saves(DeviceId device, std::string text) {
    type(world, device, chat(), std::move(text));
    world.run_for(5 * kSecond);
  }
  std::string text(DeviceId device) const { return text_in(world, device, chat()); }
  // The dot of a device's so-manieth act.
  draft::Dot dot(DeviceId device, std::uint64_t number) const {
    const auto all = history.saves().find({0, chat()});
    if (all == history.saves().end()) return {};
    for (const Save& save : all->second) {
      if (save.device == device && save.dot.sequence == number) return save.dot;
    }
    return {};
  }

  World world;
  SlotHistory history;
  NoLostText law{history};
};

struct Loss {
  std::string site;
  DeviceId device;
  std::string expected;
  bool operator==(const Loss&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Loss& loss) {
  return out << loss.site << " d" << loss.device.index << " " << loss.expected;
}
Loss lost_line(DeviceId device, const std::string& line) {
  return {"line_lost", device, "\"" + line + "\" in the text, a copy or an archive"};
}

std::vector<Loss> losses(const Lived& lived, const World& left) {
  NoLostText law = lived.law;
  law.at_quiescence(left);
  std::vector<Loss> found;
  for (const Violation& violation : law.violations()) {
    found.push_back({violation.site, device_of(*violation.node), violation.expected});
  }
  return found;
}
bool are_lost_saves(const std::vector<Loss>& found, DeviceId device, std::size_t count) {
  const auto is_one = [&](const Loss& loss) {
    return loss.site == "save_not_in_head" && loss.device == device;
  };
  return found.size() == count && std::ranges::all_of(found, is_one);
}

using Nothing = std::vector<Loss>;

TEST(NoLostText, a_line_that_is_nowhere_is_red_and_one_that_is_left_is_not) {
  Lived lived;
  lived.saves(kPhone, "noodles\nrice");
  Lived left;
  left.saves(kPhone, "bread\nrice");
  EXPECT_EQ(losses(lived, lived.world), Nothing{});
  EXPECT_EQ(losses(lived, left.world), std::vector{lost_line(kPhone, "noodles")});
}

TEST(NoLostText, a_save_that_nobody_has_is_red) {
  Lived lived;
  lived.saves(kLaptop, "rice");
  lived.saves(kPhone, "rice\nnoodles");
  Lived left;
  left.saves(kLaptop, "rice");
  const std::vector<Loss> found = losses(lived, left.world);
  EXPECT_TRUE(are_lost_saves(found, kPhone, 1)) << testing::PrintToString(found);
}

// ---- two people type the same -------------------------------------------------------------------

// `first` types while offline what `second` types too. The two are one line on `first` when
// `second`, who has not heard of it, types something else.
struct TypedAlike : Lived {
  TypedAlike(DeviceId first, DeviceId second) {
    world.run_for(kSecond);
    world.set_online(first, false);
    saves(first, "noodles");
    saves(second, "noodles");
    world.hold_at(first, Direction::up, "sync_offline_changes");
    world.set_online(first, true);
    world.run_for(5 * kSecond);
  }
  void takes_out(DeviceId first, DeviceId second) {
    saves(second, "rice");
    world.release_held(first);
    world.run_for(5 * kSecond);
  }
};

// As many saves of each, and only "rice" is left.
struct OnlyRice : Lived {
  OnlyRice(DeviceId first, DeviceId second) {
    saves(first, "bread");
    saves(second, "soup");
    saves(second, "rice");
    EXPECT_EQ(text(first), "rice");
  }
};

class Twins : public testing::TestWithParam<bool> {
 protected:
  DeviceId first_ = GetParam() ? kPhone : kLaptop;
  DeviceId second_ = GetParam() ? kLaptop : kPhone;
};

TEST_P(Twins, who_takes_out_the_larger_dot_takes_the_merged_line_with_it) {
  TypedAlike lived(first_, second_);
  ASSERT_EQ(lived.text(first_), "noodles");
  lived.takes_out(first_, second_);
  EXPECT_EQ(losses(lived, lived.world), Nothing{});

  const bool larger_is_taken_out = lived.dot(first_, 1) < lived.dot(second_, 1);
  const OnlyRice left(first_, second_);
  const std::vector<Loss> found = losses(lived, left.world);
  if (larger_is_taken_out) {
    EXPECT_EQ(lived.text(first_), "rice");
    EXPECT_EQ(found, Nothing{});
  } else {  // a conflict: the smaller dot takes nothing with it
    EXPECT_EQ(found, std::vector{lost_line(first_, "noodles")});
  }
}

TEST_P(Twins, a_line_typed_by_two_that_nobody_took_out_is_red_for_both) {
  TypedAlike lived(first_, second_);
  lived.world.release_held(first_);
  lived.world.run_for(5 * kSecond);
  EXPECT_EQ(losses(lived, lived.world), Nothing{});
  const OnlyRice left(first_, second_);
  std::vector<Loss> found = losses(lived, left.world);
  std::ranges::sort(found, {}, &Loss::device);
  EXPECT_EQ(found, (std::vector{lost_line(kPhone, "noodles"), lost_line(kLaptop, "noodles")}));
}

TEST_P(Twins, who_typed_it_again_beside_the_one_that_was_there_has_another_line) {
  Lived lived;
  lived.saves(second_, "noodles");
  lived.world.set_online(first_, false);
  lived.saves(first_, "noodles\nnoodles");
  lived.saves(second_, "rice");
  lived.world.set_online(first_, true);
  lived.world.run_for(5 * kSecond);
  EXPECT_EQ(losses(lived, lived.world), Nothing{});
  const OnlyRice left(first_, second_);
  EXPECT_EQ(losses(lived, left.world), std::vector{lost_line(first_, "noodles")});
}

// The same with a clear, whichever dot is larger; in the world that is left it covers that one
// line.
TEST_P(Twins, a_clear_takes_what_was_typed_alike_and_nothing_else) {
  Lived left;
  left.saves(second_, "soup");
  left.saves(second_, "");
  left.saves(first_, "bread");
  for (const std::string line : {"noodles", "dumplings"}) {
    Lived lived;
    lived.world.run_for(kSecond);
    lived.world.set_online(first_, false);
    lived.saves(first_, "noodles");
    lived.saves(second_, line);
    lived.saves(second_, "");
    const bool alike = line == "noodles";
    EXPECT_EQ(losses(lived, left.world),
              alike ? Nothing{} : std::vector{lost_line(first_, "noodles")});
  }
}

TEST_P(Twins, a_line_goes_with_no_other_line_that_is_taken_out) {
  Lived lived;
  lived.world.run_for(kSecond);
  lived.world.set_online(first_, false);
  lived.saves(first_, "noodles");
  lived.saves(second_, "dumplings");
  lived.saves(second_, "rice");
  const OnlyRice left(first_, second_);
  EXPECT_EQ(losses(lived, left.world), std::vector{lost_line(first_, "noodles")});
}

INSTANTIATE_TEST_SUITE_P(EitherOrder, Twins, testing::Bool(), [](const auto& order) {
  return order.param ? std::string("phone_first") : std::string("laptop_first");
});

// ---- devices that are lost ----------------------------------------------------------------------

TEST(NoLostText, what_only_a_wiped_store_had_is_nobodys_loss) {
  Lived lived;
  lived.saves(kLaptop, "rice");
  lived.world.set_online(kPhone, false);
  lived.saves(kPhone, "noodles");
  Lived left;
  left.saves(kLaptop, "rice");
  EXPECT_TRUE(are_lost_saves(losses(lived, left.world), kPhone, 1));
  lived.world.wipe_store(kPhone);
  lived.world.set_online(kPhone, true);
  lived.world.run_for(5 * kSecond);
  EXPECT_EQ(losses(lived, left.world), Nothing{});
  EXPECT_EQ(losses(lived, lived.world), Nothing{});
}

TEST(NoLostText, a_wiped_store_takes_nothing_with_it_that_the_others_have) {
  Lived lived;
  lived.saves(kPhone, "noodles");
  lived.world.wipe_store(kPhone);
  lived.world.run_for(5 * kSecond);
  EXPECT_EQ(losses(lived, lived.world), Nothing{});
  Lived left;
  left.saves(kPhone, "bread");
  EXPECT_EQ(losses(lived, left.world), std::vector{lost_line(kPhone, "noodles")});
}

TEST(NoLostText, what_only_a_device_had_that_is_switched_off_for_good_is_nobodys_loss) {
  Lived lived;
  lived.world.run_for(kSecond);
  lived.world.set_online(kPhone, false);
  lived.saves(kPhone, "noodles");
  lived.saves(kLaptop, "rice");
  Lived left;
  left.world.set_online(kPhone, false);
  left.saves(kLaptop, "rice");
  EXPECT_TRUE(are_lost_saves(losses(lived, left.world), kPhone, 1));
  left.world.heal({kLaptop});
  EXPECT_EQ(losses(lived, left.world), Nothing{});
}

// The phone's words are too long to be kept beside the laptop's: a merge puts them into the phone's
// archive, and the phone goes for good. `is_told` is false for a phone that crashed before it could
// say what it has put away.
struct PutAway : Lived {
  explicit PutAway(bool is_told) : told(is_told) {
    for (const char* text : {"rice", "rice and", "rice and peas"}) saves(kLaptop, text);
    world.set_online(kPhone, false);
    saves(kLaptop, "beans");
    saves(kLaptop, "lentils");
    saves(kPhone, words);
    world.set_online(kPhone, true);
    world.run_for(20 * kSecond);
    EXPECT_TRUE(text(kPhone) == "lentils");
    EXPECT_EQ(world.archive(kPhone).size(), 1u);
  }
  void observe(const TraceEvent& event, const World& at) override {
    history.observe(event, at);
    if (told || event.kind != EventKind::notice) law.observe(event, at);
  }
  std::vector<Loss> losses_without_the_phone() {
    world.heal({kLaptop});
    EXPECT_TRUE(world.quiesce()) << world.pending();
    return losses(*this, world);
  }
  std::string words = std::string(20'000, 'w');
  bool told;
};

TEST(NoLostText, what_a_device_had_put_away_goes_with_it) {
  EXPECT_EQ(PutAway(true).losses_without_the_phone(), Nothing{});
}

TEST(NoLostText, what_it_never_said_it_had_put_away_is_found_when_it_connects_again) {
  PutAway silent(false);
  silent.world.crash(kPhone);
  silent.world.power_on(kPhone);
  silent.world.run_for(20 * kSecond);
  EXPECT_EQ(silent.losses_without_the_phone(), Nothing{});
}

TEST(NoLostText, what_is_in_no_archive_that_anybody_knows_of_is_red) {
  PutAway silent(false);
  EXPECT_EQ(silent.losses_without_the_phone(), std::vector{lost_line(kPhone, silent.words)});
}

// A store on which a bit has rotted is not looked at until it is opened again, so the first look at
// it shows at once what its device heard from others and what only it has.
struct Rotted : Lived {
  Rotted(DeviceId lost, DeviceId other) {
    saves(lost, "soup\nbread\nmilk");
    world.rot(lost, 0, 5);
    world.rot(other, 0, 5);
    world.set_online(lost, false);
    saves(other, "rice\nsoup\nbread\nmilk");
    saves(lost, "soup\nbread\nmilk\nnoodles");
    world.hold_at(lost, Direction::up, "sync_offline_changes");
    world.set_online(lost, true);
    world.run_for(2 * kSecond);
    EXPECT_EQ(text(lost), "rice\nsoup\nbread\nmilk\nnoodles");
    world.crash(lost);
    world.power_on(lost);
    world.set_online(lost, false);
    world.run_for(kSecond);
    EXPECT_EQ(text(lost), "rice\nsoup\nbread\nmilk\nnoodles");
    world.wipe_store(lost);
    world.set_online(lost, true);
    world.run_for(10 * kSecond);
    EXPECT_EQ(text(lost), "rice\nsoup\nbread\nmilk");
  }
};

class Rot : public Twins {};

TEST_P(Rot, a_save_that_joined_others_words_with_a_line_of_a_lost_store_owes_only_the_words) {
  Rotted lived(first_, second_);
  EXPECT_EQ(losses(lived, lived.world), Nothing{});

  Lived left;
  left.saves(first_, "soup\nbread\nmilk");
  left.saves(second_, "tea\nsoup\nbread\nmilk");
  const auto& saves = lived.history.saves().at({0, lived.chat()});
  const auto joined = std::ranges::find_if(saves, [&](const Save& save) {
    return save.device == first_ && save.draft.lines.size() == 5;
  });
  ASSERT_NE(joined, saves.end());
  const bool named_by_the_others = joined->dot.writer == left.dot(second_, 1).writer;
  EXPECT_EQ(named_by_the_others, left.dot(second_, 1) < left.dot(first_, 1));
  EXPECT_EQ(losses(lived, left.world),
            named_by_the_others ? std::vector{lost_line(first_, "rice")} : Nothing{});
}

// The same first look at a device that nothing happened to: its save joins words of a laptop that
// is not looked at.
TEST_P(Rot, a_save_of_a_device_that_is_well_owes_each_of_its_lines) {
  Lived lived;
  lived.saves(first_, "soup\nbread\nmilk");
  lived.world.rot(second_, 0, 5);
  type(lived.world, second_, lived.chat(), "rice\nsoup\nbread\nmilk");
  lived.world.run_for(kSecond);
  lived.saves(first_, "soup\nbread\nmilk\nnoodles");
  ASSERT_EQ(lived.text(first_), "rice\nsoup\nbread\nmilk\nnoodles");
  EXPECT_EQ(losses(lived, lived.world), Nothing{});

  Lived left;
  left.saves(first_, "soup\nbread\nmilk");
  left.saves(second_, "rice\nsoup\nbread\nmilk");
  const std::vector<Loss> found = losses(lived, left.world);
  if (left.dot(second_, 1) < left.dot(first_, 1)) {
    EXPECT_EQ(found, std::vector{lost_line(first_, "noodles")});
  } else {
    EXPECT_TRUE(are_lost_saves(found, first_, 1)) << testing::PrintToString(found);
  }
}

INSTANTIATE_TEST_SUITE_P(EitherOrder, Rot, testing::Bool(), [](const auto& order) {
  return order.param ? std::string("phone_first") : std::string("laptop_first");
});

}  // namespace
}  // namespace dp::sim
