// The real programs on real sockets and files: two devices, one server, and what befalls them.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/conformance/hosts/household.h"
#include "tests/conformance/hosts/http_get.h"

namespace dp::hosts::testing {
namespace {

using Json = nlohmann::json;

class TwoDevices : public ::testing::Test {
 protected:
  TwoDevices() {
    home_.start_server();
    phone_ = home_.start_device("phone");
    laptop_ = home_.start_device("laptop");
    phone_->expect({{"event", "state"}, {"connection", "online"}});
    laptop_->expect({{"event", "state"}, {"connection", "online"}});
  }

  // A draft that the phone began and both devices have open.
  void share_draft(const std::string& text) {
    phone_->tell("new");
    phone_->tell("set " + text);
    chat_ = phone_->expect({{"event", "state"}, {"saved", true}, {"synced", true}, {"version", 1}})
                .value("chat", "");
    laptop_->expect({{"event", "draft"}, {"chat", chat_}});
    laptop_->tell("open " + chat_);
    laptop_->expect({{"event", "editor"}, {"chat", chat_}});
  }

  void both_show(const std::string& text) {
    for (LivingProgram* device : {phone_.get(), laptop_.get()}) {
      device->tell("wait");
      device->expect({{"event", "waited"}, {"settled", true}});
      device->tell("show");
      EXPECT_EQ(device->expect({{"event", "shown"}}).value("text", "?"), text);
    }
  }

  Household home_;
  std::unique_ptr<LivingProgram> phone_;
  std::unique_ptr<LivingProgram> laptop_;
  std::string chat_;
};

TEST_F(TwoDevices, WhatIsTypedOnOneIsSeenOnTheOther) {
  share_draft("noodles at one?");
  phone_->tell("type  And dumplings!");
  laptop_->expect(
      {{"event", "editor"}, {"chat", chat_}, {"text", "noodles at one? And dumplings!"}});
  laptop_->tell("line I am in");
  phone_->expect({{"event", "editor"}, {"text", "noodles at one? And dumplings!\nI am in"}});
}

TEST_F(TwoDevices, EditsMadeWhileTheServerIsDeadMeetWhenItIsBack) {
  share_draft("one\\ntwo\\nthree");
  home_.server().kill_9();
  phone_->expect({{"event", "state"}, {"connection", "offline"}});
  laptop_->expect({{"event", "state"}, {"connection", "offline"}});
  phone_->tell("set ONE\\ntwo\\nthree");
  laptop_->tell("set one\\ntwo\\nTHREE");
  phone_->expect({{"event", "state"}, {"saved", true}, {"synced", false}});
  laptop_->expect({{"event", "state"}, {"saved", true}, {"synced", false}});
  home_.start_server();
  phone_->expect({{"event", "editor"}, {"text", "ONE\ntwo\nTHREE"}});
  laptop_->expect({{"event", "editor"}, {"text", "ONE\ntwo\nTHREE"}});
  both_show("ONE\ntwo\nTHREE");
}

TEST_F(TwoDevices, WhatTheServerAcknowledgedSurvivesItsKilling) {
  share_draft("first");
  laptop_->kill_9();  // so that no device can tell the server again
  phone_->tell("set second");
  phone_->expect({{"event", "state"}, {"saved", true}, {"synced", true}, {"version", 2}});
  phone_->tell("quit");
  EXPECT_EQ(phone_->exit_code(), 0);
  await_health(home_.port(), "\"durable\":true");
  home_.server().kill_9();
  home_.start_server();
  laptop_ = home_.start_device("laptop");
  laptop_->tell("open " + chat_);
  laptop_->expect({{"event", "editor"}, {"chat", chat_}, {"text", "second"}});
}

TEST_F(TwoDevices, ASentDraftIsGoneEverywhereAndItsChatStays) {
  share_draft("shall we?");
  phone_->tell("send");
  phone_->expect({{"event", "state"}, {"synced", true}, {"version", 2}});
  laptop_->expect({{"event", "editor"}, {"chat", chat_}, {"text", ""}});
  laptop_->tell("list");
  const Json chats = laptop_->expect({{"event", "chats"}}).value("chats", Json::array());
  ASSERT_EQ(chats.size(), 1u);
  EXPECT_EQ(chats[0].value("draft", true), false);
}

TEST_F(TwoDevices, AClearedDraftIsGoneEverywhere) {
  share_draft("never mind");
  phone_->tell("clear");
  laptop_->expect({{"event", "editor"}, {"chat", chat_}, {"text", ""}});
  both_show("");
}

TEST_F(TwoDevices, ADeviceThatIsKilledKeepsWhatItSaidWasSaved) {
  share_draft("kept");
  phone_->tell("offline");
  phone_->expect({{"event", "state"}, {"connection", "offline"}});
  phone_->tell("set kept through the crash");
  phone_->expect({{"event", "state"}, {"saved", true}, {"synced", false}});
  phone_->kill_9();
  phone_ = home_.start_device("phone", {"--offline"});
  phone_->tell("open " + chat_);
  phone_->expect({{"event", "editor"}, {"text", "kept through the crash"}});
  phone_->tell("online");
  laptop_->expect({{"event", "editor"}, {"text", "kept through the crash"}});
}

TEST_F(TwoDevices, AGracefulStopTellsEverybodyAndEndsWithZero) {
  share_draft("good night");
  home_.server().signal(SIGTERM);
  EXPECT_EQ(home_.server().exit_code(), 0);
  phone_->expect({{"event", "state"}, {"connection", "offline"}});
  home_.start_server();
  phone_->tell("wait");
  phone_->expect({{"event", "waited"}, {"settled", true}});
}

TEST_F(TwoDevices, ATokenThatIsTakenBackSignsTheDeviceOut) {
  home_.folder().write("server/profile.json", R"({"accounts": [{"name": "alice", "tokens": []}]})");
  home_.server().kill_9();
  home_.start_server();
  phone_->expect({{"event", "notice"}, {"kind", "session_invalid"}});
  phone_->expect({{"event", "state"}, {"connection", "signed_out"}});
}

TEST_F(TwoDevices, AnAuthorityThatCannotBeAskedIsTriedAgain) {
  const std::string profile = home_.at("server/profile.json");
  std::filesystem::rename(profile, profile + ".away");
  phone_->tell("offline");
  phone_->expect({{"event", "state"}, {"connection", "offline"}});
  phone_->tell("online");
  phone_->expect({{"event", "state"}, {"connection", "reconciling"}});  // the upgrade is complete
  phone_->expect({{"event", "state"}, {"connection", "offline"}});
  std::filesystem::rename(profile + ".away", profile);
  phone_->expect({{"event", "state"}, {"connection", "online"}});
  phone_->tell("quit");
  EXPECT_EQ(phone_->output().find("session_invalid"), std::string::npos);
}

}  // namespace
}  // namespace dp::hosts::testing
