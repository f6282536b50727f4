// Sending a message: it goes once, its draft goes with it, and nothing unseen goes along.
#include <gtest/gtest.h>

#include "core/crypto/padding.h"
#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);

struct Sending : testing::Test {
  Testbed bed{2};
  Sending() {
    for (std::size_t i = 0; i < 2; ++i) {
      bed.boot(i);
      bed.act(ChatOpened{kChat}, i);
    }
    bed.forget_effects();
  }
  std::string at_server() const { return draft::text_of(bed.open_at_server(kChat)); }
  void type_elsewhere(std::string text) { bed.type_and_pause(std::move(text), 1); }
};

TEST_F(Sending, AMessageConsumesItsDraftEverywhereInOneStep) {
  bed.type_and_pause("hello");
  EXPECT_EQ(bed.client(1).view().editor_text, "hello");
  bed.act(SendPressed{});
  const auto messages = bed.sent<wire::ChatMessageAdded>();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_TRUE(messages[0].encrypted_tombstone.has_value());
  EXPECT_FALSE(messages[0].preserve_draft);
  EXPECT_EQ(bed.client(0).view().editor_text, "");
  EXPECT_EQ(bed.client(1).view().editor_text, "");
  EXPECT_EQ(bed.text(kChat, 0), "");
  EXPECT_EQ(bed.text(kChat, 1), "");
  EXPECT_EQ(bed.client().pending(), "");
  EXPECT_EQ(bed.open_at_server(kChat).operation, draft::Operation::sent);
}

TEST_F(Sending, TheMessageIsSealedAsItsOwnKind) {
  bed.type("for their eyes");
  bed.act(SendPressed{});
  ASSERT_EQ(bed.server.messages.size(), 1u);
  const Bytes envelope = *base64_decode(bed.server.messages.begin()->second);
  const SlotId slot = *bed.cipher.slot_id(bed.key, kChat);
  const auto opened =
      bed.cipher.open({bed.key, bed.config().account, crypto::Kind::message, slot}, envelope);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(as_text(*crypto::unpad(crypto::Kind::message, opened->plaintext)), "for their eyes");
  EXPECT_EQ(opened->header.version, 0u);
}

TEST_F(Sending, UnsavedTextIsSentWithoutAPause) {
  bed.type("quick");
  bed.act(SendPressed{});
  EXPECT_EQ(bed.server.messages.size(), 1u);
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat), "");
}

TEST_F(Sending, PressedTwiceOnOneTextItIsSentOnce) {
  bed.device().hold_seals = true;
  bed.type("once");
  bed.act(SendPressed{});
  bed.act(SendPressed{});
  bed.release();
  EXPECT_EQ(bed.server.messages.size(), 1u);
}

TEST_F(Sending, OfflineTheDraftStaysUntilTheReceiptAndTheEditorIsFree) {
  bed.type_and_pause("hello");
  bed.go_offline();
  bed.act(SendPressed{});
  EXPECT_EQ(bed.client().view().editor_text, "");
  EXPECT_EQ(bed.text(kChat), "hello");
  EXPECT_EQ(bed.notices(NoticeKind::send_queued), 1u);
  bed.crash();
  bed.boot();
  bed.act(ChatOpened{kChat});
  EXPECT_EQ(bed.text(kChat), "hello");
  EXPECT_EQ(bed.client().view().editor_text, "") << "it is on its way, not to be sent again";
  bed.go_online();
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.messages.size(), 1u);
  EXPECT_EQ(bed.text(kChat), "");
  EXPECT_EQ(bed.text(kChat, 1), "");
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Sending, SeveralQueuedMessagesGoInOrder) {
  bed.go_offline();
  for (const char* text : {"one", "two", "three"}) {
    bed.type(text);
    bed.act(SendPressed{});
  }
  bed.forget_effects();
  bed.go_online();
  bed.pass(kMinute);
  EXPECT_EQ(bed.sent<wire::ChatMessageAdded>().size(), 3u);
  EXPECT_EQ(bed.server.messages.size(), 3u);
  EXPECT_EQ(bed.text(kChat), "");
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Sending, TheSameTextTypedAgainAfterASendIsANewDraft) {
  bed.go_offline();
  bed.type("ok");
  bed.act(SendPressed{});
  bed.type_and_pause("ok");
  bed.go_online();
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.messages.size(), 1u);
  EXPECT_EQ(bed.text(kChat), "ok");
  EXPECT_EQ(bed.text(kChat, 1), "ok");
}

TEST_F(Sending, TextTypedOnWhileTheSendIsSealedKeepsOnlyWhatIsNew) {
  bed.type_and_pause("first line");
  bed.device().hold_seals = true;
  bed.act(SendPressed{});
  bed.type("first line\nsecond line");
  bed.release();
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.messages.size(), 1u);
  EXPECT_EQ(bed.text(kChat), "second line");
  EXPECT_EQ(bed.client().view().editor_text, "second line");
  EXPECT_EQ(at_server(), "second line");
}

TEST_F(Sending, R48AnOlderSnapshotDoesNotBringASentDraftBack) {
  bed.type_and_pause("sent text");
  const FakeSlot old = bed.server.slots[kChat];
  bed.act(SendPressed{});
  bed.say(wire::ChatDraftUpdated{kChat, old.text, old.preview, old.version, 1}, 1);
  bed.say(wire::ChatDetails{kChat, old.version, old.text, old.preview, {}, 0, 1}, 1);
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat, 1), "");
  EXPECT_EQ(bed.client(1).view().editor_text, "");
}

TEST_F(Sending, R48AReallyNewerEditComesBack) {
  bed.type_and_pause("sent text");
  bed.act(SendPressed{});
  type_elsewhere("a new thought");
  EXPECT_EQ(bed.text(kChat), "a new thought");
}

TEST_F(Sending, R57SendingKeepsTheChat) {
  bed.type("hello");
  bed.act(SendPressed{});
  for (std::size_t i = 0; i < 2; ++i) {
    const View view = bed.client(i).view();
    ASSERT_EQ(view.chats.size(), 1u) << i;
    EXPECT_FALSE(view.chats[0].has_draft);
    EXPECT_FALSE(view.chats[0].draft_only);
  }
}

TEST_F(Sending, R72ASentLineDoesNotReturnAndAnUnseenOneStays) {
  bed.device().lose_down = true;
  bed.type_and_pause("a1");  // accepted, receipt lost
  bed.go_offline();
  bed.act(SendPressed{});  // queued
  type_elsewhere("a1\nb1");
  bed.device().lose_down = false;
  bed.go_online();
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.messages.size(), 1u);
  EXPECT_EQ(bed.text(kChat, 0), "b1");
  EXPECT_EQ(bed.text(kChat, 1), "b1");
  EXPECT_TRUE(bed.facts(kChat).local.copies.empty());
}

TEST_F(Sending, R73ClearedLinesDoNotReturnInsideTheOthersCopy) {
  bed.type_and_pause("cleared line");
  bed.go_offline();
  bed.act(ClearPressed{});
  bed.type_and_pause("typed anew");
  type_elsewhere("cleared line\nb's edit");
  bed.go_online();
  bed.pass(kMinute);
  for (std::size_t i = 0; i < 2; ++i) {
    const draft::Draft local = bed.facts(kChat, i).local;
    std::string everything = draft::text_of(local);
    for (const draft::Copy& copy : local.copies) everything += draft::join_lines(copy.lines);
    EXPECT_EQ(everything.find("cleared line"), std::string::npos) << i << ": " << everything;
    EXPECT_NE(everything.find("typed anew"), std::string::npos);
    EXPECT_NE(everything.find("b's edit"), std::string::npos);
  }
}

TEST_F(Sending, R76ASendWithAnOutdatedBaseDeletesNoUnseenEdit) {
  bed.type_and_pause("a");
  bed.device(0).hold_down = true;  // the broadcast is still on its way
  type_elsewhere("a\nunseen");
  bed.act(SendPressed{});
  bed.release();
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.messages.size(), 1u);
  EXPECT_EQ(at_server(), "unseen");
  EXPECT_EQ(bed.text(kChat, 0), "unseen");
  EXPECT_EQ(bed.text(kChat, 1), "unseen");
}

TEST_F(Sending, ALostMessageReceiptLeadsToOneMessage) {
  bed.type_and_pause("hello");
  bed.device().lose_down = true;
  bed.act(SendPressed{});
  bed.drop_connection();
  bed.device().lose_down = false;
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.messages.size(), 1u);
  EXPECT_EQ(bed.text(kChat), "");
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Sending, ALostMessageFrameIsRepeatedIdentically) {
  bed.type_and_pause("hello");
  bed.device().lose_up = true;
  bed.act(SendPressed{});
  bed.device().lose_up = false;
  bed.pass(kMinute);
  const auto messages = bed.sent<wire::ChatMessageAdded>();
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0], messages[1]);
  EXPECT_EQ(bed.server.messages.size(), 1u);
  EXPECT_EQ(bed.text(kChat, 1), "");
}

TEST_F(Sending, ARefusedMessageLeavesTheDraft) {
  bed.type_and_pause("too much for a message");
  bed.server.refuse_next = wire::ErrorCode::message_too_long;
  bed.act(SendPressed{});
  bed.pass(kMinute);
  EXPECT_TRUE(bed.server.messages.empty());
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_refused), 1u);
  EXPECT_EQ(bed.text(kChat), "too much for a message");
  EXPECT_EQ(bed.client().view().editor_text, "too much for a message");
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Sending, ARefusedMessageAfterNewTypingGoesToTheArchive) {
  bed.type_and_pause("refused later");
  bed.go_offline();
  bed.act(SendPressed{});
  bed.type_and_pause("next thought");
  bed.server.refuse_next = wire::ErrorCode::message_too_long;
  bed.go_online();
  bed.pass(kMinute);
  ASSERT_EQ(bed.client().archive().size(), 1u);
  EXPECT_EQ(draft::join_lines(bed.client().archive()[0].lines), "refused later");
  EXPECT_EQ(bed.text(kChat), "next thought");
}

TEST_F(Sending, ARetryableRefusalOfAMessageIsTriedAgain) {
  bed.type_and_pause("patience");
  bed.server.refuse_next = wire::ErrorCode::storage_unavailable;
  bed.act(SendPressed{});
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.messages.size(), 1u);
  EXPECT_EQ(bed.text(kChat), "");
}

TEST_F(Sending, AFailedQueueWriteSendsNothingAndKeepsTheText) {
  bed.type_and_pause("unsent");
  bed.device().fail_store = true;
  bed.act(SendPressed{});
  EXPECT_EQ(bed.client().view().editor_text, "unsent");
  EXPECT_EQ(bed.text(kChat), "unsent");
  bed.device().fail_store = false;
  bed.pass(kMinute);
  EXPECT_TRUE(bed.server.messages.empty());
  EXPECT_EQ(bed.text(kChat), "unsent");
}

}  // namespace
}  // namespace dp::client
