// The chat list: drafts on top, draft-only chats, deletion, and the previews it is drawn with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);

struct ChatList : testing::Test {
  Testbed bed{2};
  ChatList() {
    bed.boot(0);
    bed.boot(1);
    bed.act(ChatOpened{kChat});
    bed.forget_effects();
  }
  void give_messages(std::uint8_t number) {
    bed.say(wire::ChatMessageReceived{chat_named(number), {"m" + std::to_string(number)}, "AAAA"});
  }
};

TEST_F(ChatList, R19DraftsAreOnTopAndNothingElseMoves) {
  for (std::uint8_t i = 1; i <= 5; ++i) give_messages(i);
  const auto before = bed.client().view().chats;
  bed.act(ChatOpened{chat_named(4)});
  bed.type_and_pause("draft");
  bed.act(ChatOpened{chat_named(2)});
  bed.type_and_pause("draft");
  const auto with = bed.client().view().chats;
  ASSERT_EQ(with.size(), 5u);
  std::vector<ChatId> order;
  for (const ChatListEntry& entry : with) order.push_back(entry.chat);
  EXPECT_EQ(order, (std::vector{chat_named(2), chat_named(4), chat_named(1), chat_named(3),
                                chat_named(5)}));
  bed.type_and_pause("draft, edited");
  EXPECT_EQ(bed.client().view().chats, with);
  bed.act(ClearPressed{});
  bed.act(ChatOpened{chat_named(4)});
  bed.act(ClearPressed{});
  EXPECT_EQ(bed.client().view().chats, before);
}

TEST_F(ChatList, R20ADraftOnlyChatComesAndGoesEverywhere) {
  bed.type_and_pause("only a draft");
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(bed.client(i).view().chats.size(), 1u);
    EXPECT_TRUE(bed.client(i).view().chats[0].draft_only);
  }
  bed.type_and_pause("");
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(bed.client(i).view().chats.empty());
}

TEST_F(ChatList, AMessageMakesADraftOnlyChatAChat) {
  bed.type_and_pause("draft");
  give_messages(1);
  EXPECT_FALSE(bed.client().view().chats[0].draft_only);
  bed.crash();
  bed.boot();
  EXPECT_FALSE(bed.client().view().chats[0].draft_only);
}

TEST_F(ChatList, DeletingAChatRemovesItAndItsDraftEverywhere) {
  bed.type_and_pause("draft");
  bed.act(ChatOpened{kChat}, 1);
  bed.act(ChatDeletePressed{kChat}, 0);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(bed.client(i).view().chats.empty());
    EXPECT_EQ(bed.client(i).view().editor_text, "");
    EXPECT_TRUE(bed.client(i).archive().empty()) << "everything was acknowledged";
    EXPECT_EQ(bed.client(i).pending(), "");
  }
}

TEST_F(ChatList, ADeletionThatWasRefusedIsOfferedAgainOnTheNextConnection) {
  bed.type_and_pause("draft");
  bed.server.refuse_deletion_next = wire::ErrorCode::unknown_type;
  bed.act(ChatDeletePressed{kChat}, 0);
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.chat_deletions, 1) << "the same connection would say the same";
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_refused), 1u);
  EXPECT_FALSE(bed.client(1).view().chats.empty());
  EXPECT_EQ(bed.client(0).pending(), "") << "nothing to wait for on this connection";
  bed.drop_connection(0);
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.chat_deletions, 2);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(bed.client(i).view().chats.empty());
}

// A key pressed wakes the slot, which must remember that this connection has said no.
TEST_F(ChatList, ADeletionThatWasRefusedIsNotOfferedAgainWhenSomebodyTypesThere) {
  bed.type_and_pause("draft");
  bed.server.refuse_deletion_next = wire::ErrorCode::unknown_type;
  bed.act(ChatDeletePressed{kChat}, 0);
  bed.act(ChatOpened{kChat}, 0);
  bed.type("d", 0);
  bed.type("dr", 0);
  EXPECT_EQ(bed.server.chat_deletions, 1);
  bed.type("", 0);
  bed.drop_connection(0);
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.chat_deletions, 2);
}

TEST_F(ChatList, SomebodyElsesChatIsNotDeletedForEver) {
  bed.type_and_pause("draft");
  bed.server.refuse_deletion_next = wire::ErrorCode::chat_forbidden;
  bed.act(ChatDeletePressed{kChat}, 0);
  bed.go_offline();
  bed.go_online();
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.chat_deletions, 1);
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_refused), 1u);
  EXPECT_TRUE(bed.client(0).view().chats.empty());
}

TEST_F(ChatList, R50AFailedQueueWriteAbortsTheDeletionOfAChat) {
  bed.type_and_pause("draft");
  bed.device().fail_store = true;
  bed.act(ChatDeletePressed{kChat});
  bed.device().fail_store = false;
  bed.pass(kMinute);
  EXPECT_EQ(bed.client().view().chats.size(), 1u);
  EXPECT_EQ(bed.text(kChat), "draft");
  EXPECT_FALSE(bed.server.deleted.contains(kChat));
}

TEST_F(ChatList, DeletedElsewhereUnsyncedAndUnsavedTextGoesToTheArchive) {
  bed.type_and_pause("acknowledged");
  bed.go_offline();
  bed.type_and_pause("acknowledged\nunsynced");
  bed.act(ChatDeletePressed{kChat}, 1);
  bed.type("unsaved");
  bed.go_online();
  const auto archive = bed.client().archive();
  ASSERT_EQ(archive.size(), 2u);
  EXPECT_EQ(draft::join_lines(archive[0].lines), "acknowledged\nunsynced");
  EXPECT_EQ(draft::join_lines(archive[1].lines), "unsaved");
  EXPECT_EQ(archive[0].reason, "chat_deleted_kept_text");
  EXPECT_EQ(bed.notices(NoticeKind::chat_deleted_kept_text), 1u);
  EXPECT_TRUE(bed.client().view().chats.empty());
}

TEST_F(ChatList, AMessageQueuedForADeletedChatGoesToTheArchive) {
  bed.type_and_pause("to be sent");
  bed.go_offline();
  bed.act(SendPressed{});
  bed.act(ChatDeletePressed{kChat}, 1);
  bed.go_online();
  bed.pass(kMinute);
  ASSERT_GE(bed.client().archive().size(), 1u);
  EXPECT_EQ(draft::join_lines(bed.client().archive()[0].lines), "to be sent");
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(ChatList, ALateBroadcastDoesNotBringADeletedChatBack) {
  bed.type_and_pause("draft");
  const FakeSlot slot = bed.server.slots[kChat];
  bed.act(ChatDeletePressed{kChat}, 1);
  bed.say(wire::ChatDraftUpdated{kChat, slot.text, slot.preview, slot.version, 1});
  EXPECT_TRUE(bed.client().view().chats.empty());
  bed.crash();
  bed.boot();
  bed.say(wire::ChatDraftUpdated{kChat, slot.text, slot.preview, slot.version, 1});
  EXPECT_TRUE(bed.client().view().chats.empty());
}

TEST_F(ChatList, TextTypedIntoAChatThatIsGoneIsKeptInTheArchive) {
  bed.type_and_pause("draft");
  bed.act(ChatDeletePressed{kChat}, 1);
  bed.act(ChatOpened{kChat});
  bed.type_and_pause("typed too late");
  bed.act(Blurred{});
  ASSERT_EQ(bed.client().archive().size(), 1u);
  EXPECT_EQ(draft::join_lines(bed.client().archive()[0].lines), "typed too late");
  EXPECT_TRUE(bed.client().view().chats.empty());
  EXPECT_EQ(bed.client().pending(), "");
}

// The end of the chat is being written while its person clears the editor and types on: neither the
// clear nor the write may take along what came after them (seed 331,968 of the default mix).
TEST_F(ChatList, DeletedElsewhereWordsTypedAfterAClearAreKept) {
  bed.type_and_pause("first words");
  bed.type("first words, and more");
  bed.device().hold_store = true;
  bed.act(ChatDeletePressed{kChat}, 1);
  bed.act(ClearPressed{});
  bed.type("quite other words");
  bed.release();
  const auto archive = bed.client().archive();
  ASSERT_EQ(archive.size(), 2u);
  EXPECT_EQ(draft::join_lines(archive[0].lines), "first words, and more");
  EXPECT_EQ(draft::join_lines(archive[1].lines), "quite other words");
  EXPECT_EQ(bed.notices(NoticeKind::chat_deleted_kept_text), 2u);
  EXPECT_EQ(bed.client().view().editor_text, "");
}

TEST_F(ChatList, DeletedElsewhereWordsTypedAfterASaveAreKept) {
  bed.type_and_pause("first words");
  bed.device().hold_store = true;
  bed.type_and_pause("first words, and more");
  bed.act(ChatDeletePressed{kChat}, 1);
  bed.type_and_pause("second words");
  bed.type("third words");
  bed.release();
  std::vector<std::string> kept;
  for (const ArchivedText& text : bed.client().archive()) {
    kept.push_back(draft::join_lines(text.lines));
  }
  EXPECT_THAT(kept, testing::Contains("third words"));
}

// What is being cleared still stands in the editor: it is no text of its own.
TEST_F(ChatList, DeletedElsewhereWordsBeingClearedAreNotKeptTwice) {
  bed.type_and_pause("first words");
  bed.device().hold_store = true;
  bed.type_and_pause("never synced");
  bed.act(ClearPressed{});
  bed.act(ChatDeletePressed{kChat}, 1);
  bed.release();
  const auto archive = bed.client().archive();
  ASSERT_EQ(archive.size(), 1u);
  EXPECT_EQ(draft::join_lines(archive[0].lines), "never synced");
  EXPECT_EQ(bed.client().view().editor_text, "");
}

// The same words again are in the archive already; they leave the editor all the same.
TEST_F(ChatList, TheSameTextTypedIntoAChatThatIsGoneIsSaidToBeKeptAgain) {
  bed.type_and_pause("draft");
  bed.act(ChatDeletePressed{kChat}, 1);
  for (std::size_t time = 1; time <= 2; ++time) {
    bed.act(ChatOpened{kChat});
    bed.type_and_pause("typed too late");
    EXPECT_EQ(bed.client().view().editor_text, "");
    EXPECT_EQ(bed.client().archive().size(), 1u);
    EXPECT_EQ(bed.notices(NoticeKind::chat_deleted_kept_text), time);
    bed.act(ChatClosed{});
  }
}

TEST_F(ChatList, PreviewsAreFreshForTheirTimeOnly) {
  bed.type_and_pause("  some\n\ttext  ");
  EXPECT_FALSE(bed.client().cached_preview(kChat, bed.now()).has_value());
  bed.act(PreviewsNeeded{});
  EXPECT_EQ(bed.client().cached_preview(kChat, bed.now()), "some text");
  bed.pass(15 * kMinute - 1);
  EXPECT_TRUE(bed.client().cached_preview(kChat, bed.now()).has_value());
  bed.pass(1);
  EXPECT_FALSE(bed.client().cached_preview(kChat, bed.now()).has_value());
}

TEST_F(ChatList, APreviewIsSealedWithTheDraftItBelongsTo) {
  bed.type_and_pause("preview me");
  const FakeSlot& slot = bed.server.slots[kChat];
  const Bytes envelope = *base64_decode(*slot.preview);
  const auto header = crypto::parse_header(envelope);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->kind, crypto::Kind::preview);
  EXPECT_EQ(header->version, slot.version);
  EXPECT_EQ(header->parent, slot.hash);
}

TEST_F(ChatList, ATextOfWhiteSpaceIsSentLikeAnyOther) {
  bed.type_and_pause("   ");
  const auto updates = bed.sent<wire::UpdateDraft>();
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_TRUE(updates[0].encrypted_draft_preview.value.has_value());
}

}  // namespace
}  // namespace dp::client
