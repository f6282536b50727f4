// What is bounded, what is asked for again, and what order things are shown in.
#include <gtest/gtest.h>

#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);

struct Bounds : testing::Test {
  Testbed bed{2};
  void start() {
    for (std::size_t i = 0; i < bed.size(); ++i) {
      bed.boot(i);
      bed.act(ChatOpened{kChat}, i);
    }
    bed.forget_effects();
  }
  std::vector<ChatId> order(std::size_t device = 0) {
    std::vector<ChatId> chats;
    for (const ChatListEntry& entry : bed.client(device).view().chats) {
      chats.push_back(entry.chat);
    }
    return chats;
  }
  wire::ChatDetails told(const ChatId& chat) const {
    wire::ChatDetails details;
    details.chat_id = chat;
    details.messages_v = 1;
    return details;
  }
  void list(std::vector<ChatId> chats, bool authoritative = true) {
    wire::InitialSyncResponse response;
    for (const ChatId& chat : chats) response.chats.push_back(told(chat));
    response.authoritative = authoritative;
    bed.say(response);
  }
};

TEST_F(Bounds, CopiesThatMakeATextTooLongToSendGoToTheArchiveAndTheTextIsSent) {
  Config config;
  config.max_draft_chars = 1'700;  // one kilobyte of payload
  bed = Testbed(2, config);
  start();
  bed.go_offline(1);
  bed.type_and_pause("one side " + std::string(200, 'a'));
  bed.type_and_pause("other side " + std::string(200, 'b'), 1);
  bed.go_online(1);
  bed.pass(5 * kSecond);
  ASSERT_EQ(bed.facts(kChat).local.copies.size(), 1u);
  bed.forget_effects();
  const std::string longer = bed.text(kChat) + "\n" + std::string(560, 'c');
  bed.type_and_pause(longer);
  EXPECT_EQ(draft::text_of(bed.open_at_server(kChat)), longer);
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_too_long), 0u);
  EXPECT_EQ(bed.notices(NoticeKind::copy_archived), 1u);
  EXPECT_EQ(bed.client(0).archive().size(), 1u);
  EXPECT_EQ(bed.client(1).archive().size(), 1u) << "every device that knew it keeps it";
  EXPECT_TRUE(bed.facts(kChat, 1).local.copies.empty());
}

TEST_F(Bounds, ATextTooLongByItselfKeepsItsCopies) {
  Config config;
  config.max_draft_chars = 1'700;
  bed = Testbed(2, config);
  start();
  bed.go_offline(1);
  bed.type_and_pause("one side");
  bed.type_and_pause("other side", 1);
  bed.go_online(1);
  bed.pass(5 * kSecond);
  ASSERT_EQ(bed.facts(kChat).local.copies.size(), 1u);
  bed.type_and_pause(std::string(3'000, 'c'));
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_too_long), 1u);
  EXPECT_EQ(bed.facts(kChat).local.copies.size(), 1u);
  EXPECT_TRUE(bed.client().archive().empty());
}

TEST_F(Bounds, AListingThatIsNotAuthoritativeIsAskedForAgain) {
  bed.server.authoritative = false;
  bed.boot();
  EXPECT_EQ(bed.sent<wire::InitialSyncRequest>().size(), 1u);
  EXPECT_EQ(bed.client().view().connection, Connection::online);
  EXPECT_NE(bed.client().pending(), "");
  bed.pass(12 * kSecond);
  EXPECT_EQ(bed.sent<wire::InitialSyncRequest>().size(), 2u);
  bed.server.authoritative = true;
  bed.pass(10 * kSecond);
  EXPECT_EQ(bed.client().pending(), "");
  bed.pass(kMinute);
  EXPECT_EQ(bed.sent<wire::InitialSyncRequest>().size(), 3u);
}

TEST_F(Bounds, TheListFollowsTheServersOrderAndDraftsAreOnTop) {
  start();
  const ChatId a = chat_named(2);
  const ChatId b = chat_named(3);
  const ChatId c = chat_named(4);
  list({c, a, b});
  EXPECT_EQ(order(), (std::vector<ChatId>{c, a, b}));
  bed.act(ChatOpened{b});
  bed.type_and_pause("draft");
  EXPECT_EQ(order(), (std::vector<ChatId>{b, c, a}));
  bed.act(ClearPressed{});
  bed.pass(kSecond);
  EXPECT_EQ(order(), (std::vector<ChatId>{c, a, b}));
  bed.forget_effects();
  list({b, c, a});
  EXPECT_EQ(order(), (std::vector<ChatId>{b, c, a}));
  EXPECT_GE(bed.seen<ChatListChanged>().size(), 1u);
  bed.go_offline();
  bed.crash();
  bed.device().network = false;
  bed.boot();
  EXPECT_EQ(order(), (std::vector<ChatId>{b, c, a})) << "also after a restart without a network";
}

TEST_F(Bounds, ABroadcastLostInsideAConnectionIsFoundWithinTheRecheckInterval) {
  start();
  bed.type_and_pause("one");
  ASSERT_EQ(bed.text(kChat, 1), "one");
  bed.device(1).lose_down = true;
  bed.type_and_pause("two");
  bed.device(1).lose_down = false;
  EXPECT_EQ(bed.text(kChat, 1), "one");
  const ConnEpoch before = *bed.device(1).connected;
  bed.pass(bed.config().recheck_interval_us);
  EXPECT_EQ(bed.text(kChat, 1), "two");
  EXPECT_EQ(*bed.device(1).connected, before) << "without a new connection";
}

TEST_F(Bounds, ARecheckThatFindsNothingNewAsksForNothingElse) {
  start();
  bed.type_and_pause("one");
  bed.forget_effects();
  bed.pass(2 * bed.config().recheck_interval_us + kMinute);
  EXPECT_EQ(bed.sent<wire::GetDraftVersions>().size(), 2u);
  EXPECT_TRUE(bed.sent<wire::GetChatDetails>().empty());
  EXPECT_TRUE(bed.sent<wire::UpdateDraft>().empty());
}

TEST_F(Bounds, TheMemoryOfDeletedChatsIsBoundedAndTheOldestGoes) {
  Config config;
  config.deleted_chats_max = 3;
  bed = Testbed(1, config);
  bed.boot();
  for (std::uint8_t i = 1; i <= 6; ++i) {
    bed.act(ChatOpened{chat_named(i)});
    bed.type_and_pause("text");
    bed.act(ChatDeletePressed{chat_named(i)});
    bed.pass(kSecond);
  }
  bed.act(ChatOpened{chat_named(40)});
  bed.type_and_pause("the marker goes with this write");
  bed.type_and_pause("and its rows with this one");
  const auto rows_of = [&](std::uint8_t i) {
    const SlotId id = *bed.cipher.row_id(bed.key, "slot/" + chat_named(i).text());
    return bed.device().disk.contains(hex_encode(id.bytes) + ".0") +
           bed.device().disk.contains(hex_encode(id.bytes) + ".1");
  };
  EXPECT_EQ(rows_of(1) + rows_of(2) + rows_of(3), 0);
  EXPECT_GT(rows_of(4), 0);
  EXPECT_GT(rows_of(6), 0);
  bed.crash();
  bed.forget_effects();
  bed.boot();
  EXPECT_EQ(bed.notices(NoticeKind::store_rolled_back), 0u);
  EXPECT_EQ(bed.notices(NoticeKind::store_row_damaged), 0u);
  EXPECT_EQ(bed.text(chat_named(40)), "and its rows with this one");
}

TEST_F(Bounds, AQueuedSendThatWasNeverOfferedGoesAtOnceAfterARestart) {
  start();
  bed.type_and_pause("hello");
  bed.go_offline();
  bed.act(SendPressed{});
  bed.pass(kSecond);
  bed.crash();
  bed.boot();
  bed.go_online();
  bed.pass(2 * kSecond);
  EXPECT_EQ(bed.server.messages.size(), 1u);
  EXPECT_FALSE(bed.server.slots[kChat].text);
  EXPECT_EQ(bed.client().pending(), "");
}

}  // namespace
}  // namespace dp::client
