// What of the field dialect need not agree, and what beside it still must. A device is looked at
// while others are ahead of it, which at the end of an honest run never is.
// covers: CONV-01
#include "sim/oracles/convergence.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/server/database_table.h"
#include "core/vocabulary/bytes.h"
#include "tests/sim/world/observed.h"

namespace dp::sim {
namespace {

constexpr DeviceId kPhone{0};
constexpr DeviceId kLaptop{1};

class FieldAccount : public testing::Test {
 protected:
  FieldAccount() : world_(config()) {
    world_.attach(&law_);
    world_.run_for(kSecond);
  }
  ~FieldAccount() override { world_.detach(&law_); }

  static WorldConfig config() {
    WorldConfig config = calm_world(2, CipherMode::real);
    config.accounts[0].dialect = Dialect::field;
    return config;
  }
  ChatId chat(std::size_t ordinal = 0) const { return world_.chat(0, ordinal); }
  void saves(DeviceId device, std::string text, std::size_t ordinal = 0) {
    type(world_, device, chat(ordinal), std::move(text));
    world_.run_for(5 * kSecond);
  }
  std::string text(DeviceId device, std::size_t ordinal = 0) const {
    return text_in(world_, device, chat(ordinal));
  }
  // The next text of a device is changed on its way to the server, which cannot see that.
  void spoils_next(DeviceId device) {
    world_.set_rewrite(device, Direction::up, [done = false](std::string_view frame) mutable {
      std::string out(frame);
      const std::string_view field = R"("encrypted_draft_md":")";
      const std::size_t at = out.find(field);
      if (at != std::string::npos && !done) {
        char& letter = out[at + field.size() + 20];
        letter = letter == 'A' ? 'B' : 'A';
        done = true;
      }
      return std::vector{out};
    });
  }
  const server::DraftRow& row(std::size_t ordinal = 0) const {
    return world_.database().drafts().at({world_.account_id(0), chat(ordinal)});
  }
  bool row_opens(std::size_t ordinal = 0) const {
    const auto bytes = base64_decode(*row(ordinal).draft);
    return bytes && world_.audit_open_field(0, *bytes);
  }
  std::vector<std::string> red() {
    Convergence law = law_;
    law.at_quiescence(world_);
    applies_ = law.applies(world_);
    compared_ = law.comparisons();
    std::vector<std::string> sites;
    for (const Violation& violation : law.violations()) sites.push_back(violation.site);
    return sites;
  }
  static std::vector<std::string> nothing() { return {}; }

  World world_;
  Convergence law_;
  bool applies_ = false;
  std::uint64_t compared_ = 0;
};

TEST_F(FieldAccount, devices_that_agree_are_judged_and_not_red) {
  saves(kPhone, "noodles");
  EXPECT_EQ(text(kLaptop), "noodles");
  EXPECT_EQ(red(), nothing());
  EXPECT_TRUE(applies_);
  EXPECT_EQ(compared_, 3U) << "a version of each, and a text of the two";
}

TEST_F(FieldAccount, a_device_that_missed_a_text_is_red_for_version_and_text) {
  saves(kPhone, "noodles");
  world_.set_online(kLaptop, false);
  saves(kPhone, "rice");
  EXPECT_EQ(red(), (std::vector<std::string>{"field_version_differs", "field_devices_differ"}));
}

TEST_F(FieldAccount, a_text_that_was_spoiled_on_its_way_up_need_not_be_agreed_about) {
  saves(kPhone, "noodles");
  spoils_next(kPhone);
  saves(kPhone, "rice");
  ASSERT_FALSE(row_opens());
  ASSERT_NE(text(kLaptop), text(kPhone));
  EXPECT_EQ(red(), nothing());
  EXPECT_FALSE(applies_);
  EXPECT_EQ(compared_, 0U);
}

TEST_F(FieldAccount, beside_a_spoiled_text_another_chat_must_be_agreed_about) {
  spoils_next(kPhone);
  saves(kPhone, "noodles");
  ASSERT_FALSE(row_opens());
  saves(kPhone, "soup", 1);
  EXPECT_EQ(red(), nothing());
  EXPECT_TRUE(applies_);
  world_.set_online(kLaptop, false);
  saves(kPhone, "rice", 1);
  ASSERT_TRUE(row_opens(1));
  EXPECT_EQ(red(), (std::vector<std::string>{"field_version_differs", "field_devices_differ"}));
}

TEST_F(FieldAccount, once_a_readable_text_is_stored_the_slot_must_be_agreed_about_again) {
  spoils_next(kPhone);
  saves(kPhone, "noodles");
  ASSERT_FALSE(row_opens());
  world_.set_online(kLaptop, false);
  saves(kPhone, "rice");
  ASSERT_TRUE(row_opens());
  world_.set_online(kLaptop, true);
  world_.run_for(5 * kSecond);
  EXPECT_EQ(text(kLaptop), "rice");
  EXPECT_EQ(red(), nothing());
  world_.set_online(kLaptop, false);
  saves(kPhone, "bread");
  EXPECT_EQ(red(), (std::vector<std::string>{"field_version_differs", "field_devices_differ"}));
}

TEST_F(FieldAccount, the_auditor_reads_with_the_keys_of_one_account) {
  WorldConfig both = config();
  both.accounts.push_back({Dialect::field, {}});
  World world(both);
  world.run_for(kSecond);
  type(world, kPhone, world.chat(0, 0), "noodles");
  world.run_for(5 * kSecond);
  const auto bytes = base64_decode(*world.database().drafts().begin()->second.draft);
  ASSERT_TRUE(bytes);
  EXPECT_TRUE(world.audit_open_field(0, *bytes));
  EXPECT_FALSE(world.audit_open_field(1, *bytes));
}

TEST_F(FieldAccount, a_deleted_draft_that_a_device_still_holds_is_red) {
  saves(kPhone, "noodles");
  world_.set_online(kLaptop, false);
  saves(kPhone, "");
  ASSERT_TRUE(row().deleted);
  EXPECT_EQ(red(), (std::vector<std::string>{"field_devices_differ"}));
}

TEST_F(FieldAccount, a_chat_that_was_deleted_need_not_be_agreed_about) {
  saves(kPhone, "noodles");
  world_.set_online(kLaptop, false);
  world_.act(kPhone, client::ChatDeletePressed{chat()});
  world_.run_for(5 * kSecond);
  EXPECT_EQ(text(kLaptop), "noodles");
  EXPECT_EQ(red(), nothing());
  EXPECT_EQ(compared_, 0U);
}

}  // namespace
}  // namespace dp::sim
