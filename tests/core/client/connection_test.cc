// The connection: pauses between attempts, keep-alive, and the order of the first questions.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);

struct Connecting : testing::Test {
  Testbed bed;
};

TEST_F(Connecting, PausesDoubleFromOneToThirtySecondsWithJitter) {
  bed.device().refuse_connections = true;
  bed.boot();
  Micros full = kSecond;
  for (int attempt = 0; attempt < 10; ++attempt) {
    ASSERT_TRUE(bed.device().timer_us.has_value());
    const Micros pause = *bed.device().timer_us - bed.time_us;
    EXPECT_GE(pause, full / 2) << attempt;
    EXPECT_LE(pause, full) << attempt;
    full = std::min(full * 2, 30 * kSecond);
    bed.pass(pause);
  }
  EXPECT_EQ(bed.seen<ConnOpen>().size(), 11u);
}

TEST_F(Connecting, AnAnsweredRequestResetsThePause) {
  bed.device().refuse_connections = true;
  bed.boot();
  bed.pass(kMinute);
  bed.device().refuse_connections = false;
  bed.pass(kMinute);
  ASSERT_EQ(bed.client().view().connection, Connection::online);
  bed.drop_connection();
  EXPECT_LE(*bed.device().timer_us - bed.time_us, kSecond);
}

TEST_F(Connecting, AConnectionThatAnswersNothingResetsNothing) {
  bed.boot();
  bed.drop_connection();
  bed.device().lose_down = true;
  Micros last = 0;
  for (int attempt = 0; attempt < 4; ++attempt) {
    bed.pass(*bed.device().timer_us - bed.time_us);
    ASSERT_TRUE(bed.device().connected.has_value());
    const ConnEpoch epoch = *bed.device().connected;
    bed.device().connected.reset();
    bed.act(ConnClosed{epoch, 1011});
    const Micros pause = *bed.device().timer_us - bed.time_us;
    EXPECT_GT(pause, last / 2);
    last = pause;
  }
  EXPECT_GT(last, 4 * kSecond);
}

TEST_F(Connecting, AnInvalidSessionIsNotRetriedUntilThePersonSignsIn) {
  bed.boot();
  bed.drop_connection();
  bed.device().lose_down = true;
  bed.pass(kSecond);
  const ConnEpoch epoch = *bed.device().connected;
  bed.device().connected.reset();
  bed.act(ConnClosed{epoch, 1008});
  EXPECT_EQ(bed.client().view().connection, Connection::signed_out);
  EXPECT_EQ(bed.notices(NoticeKind::session_invalid), 1u);
  bed.forget_effects();
  bed.act(NetHint{true});
  bed.pass(kDay);
  EXPECT_TRUE(bed.seen<ConnOpen>().empty());
  bed.device().lose_down = false;
  bed.unlock();
  EXPECT_EQ(bed.client().view().connection, Connection::online);
}

TEST_F(Connecting, WhileThePlatformSaysThereIsNoNetworkNothingIsTried) {
  bed.boot();
  bed.act(NetHint{false});
  bed.drop_connection();
  bed.forget_effects();
  bed.pass(kHour);
  EXPECT_TRUE(bed.seen<ConnOpen>().empty());
  bed.act(NetHint{true});
  EXPECT_EQ(bed.client().view().connection, Connection::online);
}

TEST_F(Connecting, PingsKeepAQuietConnectionAndSilenceEndsIt) {
  bed.boot();
  bed.forget_effects();
  bed.pass(100 * kSecond);
  EXPECT_EQ(bed.sent<wire::Ping>().size(), 4u);
  EXPECT_TRUE(bed.seen<ConnClose>().empty());
  bed.device().lose_down = true;
  bed.pass(35 * kSecond);
  EXPECT_EQ(bed.seen<ConnClose>().size(), 1u);
}

TEST_F(Connecting, TrafficPostponesThePing) {
  bed.boot();
  bed.act(ChatOpened{kChat});
  bed.forget_effects();
  for (int i = 0; i < 5; ++i) {
    bed.type_and_pause("edit " + std::to_string(i));
    bed.pass(20 * kSecond);
  }
  EXPECT_TRUE(bed.sent<wire::Ping>().empty());
}

TEST_F(Connecting, VersionsAreAskedInPagesOfTwoHundred) {
  bed.device().network = false;
  bed.boot();
  for (int i = 0; i < 450; ++i) {
    std::array<std::uint8_t, 16> bytes{};
    bytes[0] = static_cast<std::uint8_t>(i);
    bytes[1] = static_cast<std::uint8_t>(i >> 8);
    bed.act(ChatOpened{ChatId::from_random(bytes)});
    bed.type("x");
  }
  bed.act(Blurred{});
  bed.go_online();
  const auto pages = bed.sent<wire::GetDraftVersions>();
  ASSERT_EQ(pages.size(), 3u);
  EXPECT_EQ(pages[0].chats.size(), 200u);
  EXPECT_EQ(pages[1].chats.size(), 200u);
  EXPECT_EQ(pages[2].chats.size(), 50u);
  EXPECT_EQ(bed.server.writes, 450u);
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Connecting, AFetchIsSkippedOnlyIfVersionAndHashAreThoseOfTheBase) {
  bed.boot();
  bed.act(ChatOpened{kChat});
  bed.type_and_pause("known");
  bed.drop_connection();
  bed.pass(2 * kSecond);
  EXPECT_TRUE(bed.sent<wire::GetChatDetails>().empty());
  FakeSlot& slot = bed.server.slots[kChat];
  slot.hash[0] ^= 1;  // as if another envelope were there
  bed.drop_connection();
  bed.pass(2 * kSecond);
  EXPECT_EQ(bed.sent<wire::GetChatDetails>().size(), 1u);
}

TEST_F(Connecting, NoChangeOfASlotIsSentBeforeItsStateReply) {
  bed.boot();
  bed.act(ChatOpened{kChat});
  bed.type_and_pause("one");
  bed.drop_connection();
  bed.device().hold_down = true;
  bed.pass(2 * kSecond);
  bed.forget_effects();
  bed.type_and_pause("two");
  EXPECT_TRUE(bed.seen<ConnSend>().empty());
  bed.release();
  EXPECT_EQ(draft::text_of(bed.open_at_server(kChat)), "two");
}

TEST_F(Connecting, AnUnavailableSlotIsAskedForAgainAndTheOthersGoOn) {
  bed.boot();
  for (std::uint8_t i = 1; i <= 2; ++i) {
    bed.act(ChatOpened{chat_named(i)});
    bed.type_and_pause("one");
  }
  bed.go_offline();
  for (std::uint8_t i = 1; i <= 2; ++i) {
    bed.act(ChatOpened{chat_named(i)});
    bed.type_and_pause("two");
  }
  bed.server.unavailable.insert(chat_named(1));
  bed.go_online();
  EXPECT_EQ(draft::text_of(bed.open_at_server(chat_named(1))), "one");
  EXPECT_EQ(draft::text_of(bed.open_at_server(chat_named(2))), "two");
  bed.server.unavailable.clear();
  bed.pass(10 * kSecond);
  EXPECT_EQ(draft::text_of(bed.open_at_server(chat_named(1))), "two");
}

TEST_F(Connecting, AnUnansweredStateQuestionEndsInAnotherConnection) {
  bed.boot();
  bed.act(ChatOpened{kChat});
  bed.type_and_pause("one");
  bed.device().lose_down = true;
  bed.drop_connection();
  bed.pass(kSecond);
  bed.forget_effects();
  bed.pass(10 * kSecond);
  EXPECT_EQ(bed.seen<ConnClose>().size(), 1u);
}

TEST_F(Connecting, LockingEndsTheConnection) {
  bed.boot();
  bed.act(Locked{});
  EXPECT_EQ(bed.seen<ConnClose>().size(), 1u);
  EXPECT_EQ(bed.client().view().connection, Connection::offline);
  bed.forget_effects();
  bed.pass(kHour);
  EXPECT_TRUE(bed.seen<ConnOpen>().empty());
}

TEST_F(Connecting, AnotherDevicesChatsAreDiscoveredByTheListing) {
  Testbed two(2);
  two.boot(0);
  two.act(ChatOpened{kChat}, 0);
  two.type_and_pause("already there", 0);
  two.boot(1);
  EXPECT_EQ(two.text(kChat, 1), "already there");
  EXPECT_EQ(two.client(1).view().chats.size(), 1u);
}

TEST_F(Connecting, R22APartialListingDeletesNothing) {
  bed.boot();
  bed.act(ChatOpened{kChat});
  bed.type_and_pause("kept");
  bed.say(wire::InitialSyncResponse{{}, true, {}, std::nullopt});
  bed.say(wire::DraftVersionsResponse{});
  EXPECT_EQ(bed.text(kChat), "kept");
  EXPECT_EQ(bed.client().view().chats.size(), 1u);
}

TEST_F(Connecting, APageTokenIsFollowed) {
  bed.boot();
  bed.forget_effects();
  bed.say(wire::InitialSyncResponse{{}, false, {}, "c42"});
  const auto asked = bed.sent<wire::InitialSyncRequest>();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].page_token, "c42");
}

}  // namespace
}  // namespace dp::client
