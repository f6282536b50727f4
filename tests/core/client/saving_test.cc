// From keystroke to durable row: the debounce, flushes, and what may interrupt them.
#include <gtest/gtest.h>

#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);
const ChatId kOther = chat_named(2);

struct Saving : testing::Test {
  Testbed bed;
  Saving() {
    bed.boot();
    bed.act(ChatOpened{kChat});
    bed.forget_effects();
  }
};

TEST_F(Saving, AnEditIsSavedSentAndAcknowledged) {
  bed.type_and_pause("hello");
  EXPECT_EQ(bed.text(kChat), "hello");
  ASSERT_TRUE(bed.server.slots.contains(kChat));
  EXPECT_EQ(draft::text_of(bed.open_at_server(kChat)), "hello");
  const SlotFacts facts = bed.facts(kChat);
  EXPECT_FALSE(facts.in_flight);
  EXPECT_FALSE(facts.pending);
  EXPECT_EQ(facts.base_version, 1u);
  const View view = bed.client().view();
  EXPECT_EQ(view.connection, Connection::online);
  EXPECT_FALSE(view.unsaved_changes);
  EXPECT_EQ(view.last_saved_text, "hello");
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Saving, ThePauseIsExact) {
  bed.type("hello");
  bed.pass(1'200 * kMillisecond - 1);
  EXPECT_TRUE(bed.seen<SealTurn>().empty());
  bed.pass(1);
  EXPECT_EQ(bed.seen<SealTurn>().size(), 2u) << "the save, its receipt, and nothing else";
}

TEST_F(Saving, EachChangeRestartsThePause) {
  bed.type("h");
  bed.pass(1'199 * kMillisecond);
  bed.type("he");
  bed.pass(1'199 * kMillisecond);
  EXPECT_EQ(bed.text(kChat), "");
  EXPECT_TRUE(bed.client().view().unsaved_changes);
  bed.pass(kMillisecond);
  EXPECT_EQ(bed.text(kChat), "he");
}

TEST_F(Saving, BlurHideAndCloseSaveAtOnce) {
  bed.type("one");
  bed.act(Blurred{});
  EXPECT_EQ(bed.text(kChat), "one");
  bed.type("two");
  bed.act(Hidden{});
  EXPECT_EQ(bed.text(kChat), "two");
  bed.type("three");
  bed.act(Closing{});
  EXPECT_EQ(bed.text(kChat), "three");
  bed.type("four");
  bed.act(ChatClosed{});
  EXPECT_EQ(bed.text(kChat), "four");
}

TEST_F(Saving, SwitchingChatsSavesTheOneAndRestoresTheOther) {
  bed.type_and_pause("here");
  bed.act(ChatOpened{kOther});
  bed.type("there");
  bed.act(ChatOpened{kChat});
  EXPECT_EQ(bed.text(kOther), "there");
  EXPECT_EQ(bed.client().view().editor_text, "here");
  EXPECT_EQ(bed.seen<EditorReplaced>().back().text, "here");
}

TEST_F(Saving, ATextEqualToTheSavedOneIsNotSavedAgain) {
  bed.type_and_pause("same");
  bed.forget_effects();
  bed.type("same?");
  bed.type_and_pause("same");
  bed.act(Blurred{});
  EXPECT_TRUE(bed.seen<StoreWrite>().empty());
  EXPECT_TRUE(bed.seen<ConnSend>().empty());
}

TEST_F(Saving, TheRowIsDurableBeforeAnyFrame) {
  bed.device().hold_store = true;
  bed.type_and_pause("bank");
  EXPECT_TRUE(bed.seen<ConnSend>().empty());
  EXPECT_TRUE(bed.client().view().unsaved_changes);
  bed.release();
  EXPECT_EQ(bed.sent<wire::UpdateDraft>().size(), 1u);
  EXPECT_FALSE(bed.client().view().unsaved_changes);
}

TEST_F(Saving, R51TextTypedDuringSlowEncryptionIsSavedToo) {
  bed.device().hold_seals = true;
  bed.type_and_pause("first");
  bed.type_and_pause("second");
  bed.type("third");
  bed.release();
  EXPECT_EQ(bed.text(kChat), "second") << "the third text has not been paused on";
  bed.pass(1'200 * kMillisecond);
  EXPECT_EQ(bed.text(kChat), "third");
}

TEST_F(Saving, R51TextTypedDuringASlowWriteIsSavedToo) {
  bed.device().hold_store = true;
  bed.type_and_pause("first");
  bed.type_and_pause("second");
  bed.device().hold_store = false;
  bed.release();
  EXPECT_EQ(bed.text(kChat), "second");
  EXPECT_EQ(draft::text_of(bed.open_at_server(kChat)), "second");
}

TEST_F(Saving, R52ADraftClearedWhileItIsEncryptedIsNotSaved) {
  bed.device().hold_seals = true;
  bed.type_and_pause("regretted");
  bed.act(ClearPressed{});
  bed.release();
  bed.pass(10 * kSecond);
  EXPECT_TRUE(bed.seen<StoreWrite>().empty());
  EXPECT_FALSE(bed.server.slots.contains(kChat));
  EXPECT_TRUE(bed.client().view().chats.empty());
}

TEST_F(Saving, R52ADraftClearedWhileItIsWrittenMakesNoChat) {
  bed.device().hold_store = true;
  bed.type_and_pause("regretted");
  bed.type("");
  bed.release();
  bed.pass(10 * kSecond);
  EXPECT_FALSE(bed.server.slots.contains(kChat));
  EXPECT_TRUE(bed.client().view().chats.empty());
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Saving, R53AFailedFirstPersistPublishesNoChat) {
  bed.act(ComposerOpened{});
  bed.device().fail_store = true;
  bed.type_and_pause("new chat");
  View view = bed.client().view();
  EXPECT_FALSE(view.current_chat.has_value());
  EXPECT_TRUE(view.unsaved_changes);
  EXPECT_TRUE(view.chats.empty());
  EXPECT_TRUE(bed.seen<ConnSend>().empty());
  EXPECT_EQ(bed.notices(NoticeKind::not_saved), 1u);
  bed.device().fail_store = false;
  bed.pass(kMinute);
  view = bed.client().view();
  ASSERT_TRUE(view.current_chat.has_value());
  EXPECT_FALSE(view.unsaved_changes);
  EXPECT_EQ(bed.text(*view.current_chat), "new chat");
}

TEST_F(Saving, TextLeftBehindWhileTheStoreFailsIsStillSaved) {
  bed.device().fail_store = true;
  bed.type("left behind");
  bed.act(ChatOpened{kOther});
  bed.act(ChatOpened{kChat});
  EXPECT_EQ(bed.client().view().editor_text, "left behind");
  EXPECT_TRUE(bed.client().view().unsaved_changes);
  bed.act(ChatClosed{});
  bed.device().fail_store = false;
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat), "left behind");
}

TEST_F(Saving, R54AnEditorEmptiedByTheInterfaceDeletesNothing) {
  bed.type_and_pause("kept");
  bed.act(EditorReset{});
  bed.pass(10 * kSecond);
  bed.act(Blurred{});
  bed.act(ChatOpened{kOther});
  EXPECT_EQ(bed.text(kChat), "kept");
  EXPECT_TRUE(bed.sent<wire::DeleteDraft>().empty());
}

TEST_F(Saving, AnEmptyEditorDeletesTheDraft) {
  bed.type_and_pause("gone soon");
  bed.type_and_pause("");
  EXPECT_EQ(bed.text(kChat), "");
  ASSERT_EQ(bed.sent<wire::DeleteDraft>().size(), 1u);
  EXPECT_TRUE(bed.server.slots[kChat].tombstone.has_value());
  EXPECT_EQ(bed.facts(kChat).fence, 2u);
}

TEST_F(Saving, NothingIsDeletedBeforeTheStoredTextWasRestored) {
  bed.type_and_pause("stored");
  bed.crash();
  bed.boot_locked();
  bed.act(ChatOpened{kChat});
  bed.act(Edited{"x"});
  bed.act(Edited{""});
  bed.act(Blurred{});
  bed.pass(10 * kSecond);
  bed.unlock();
  bed.pass(10 * kSecond);
  EXPECT_EQ(bed.text(kChat), "stored");
  EXPECT_EQ(bed.client().view().editor_text, "stored");
}

TEST_F(Saving, TextTypedBeforeTheStoreWasReadIsMergedWithIt) {
  bed.type_and_pause("stored");
  bed.crash();
  bed.boot_locked();
  bed.act(ChatOpened{kChat});
  bed.act(Edited{"eager"});
  bed.unlock();
  bed.pass(10 * kSecond);
  const draft::Draft local = bed.facts(kChat).local;
  ASSERT_EQ(local.copies.size(), 1u);
  EXPECT_EQ(draft::text_of(local), "eager");
  EXPECT_EQ(draft::join_lines(local.copies[0].lines), "stored");
}

TEST_F(Saving, AMentionIsNotEmpty) {
  bed.type_and_pause("@[Ada](user:1)");
  EXPECT_EQ(bed.text(kChat), "@[Ada](user:1)");
  EXPECT_TRUE(bed.sent<wire::DeleteDraft>().empty());
}

TEST_F(Saving, R58AComposerKeepsOneChatFromTheFirstKeystroke) {
  bed.act(ComposerOpened{});
  bed.type_and_pause("a");
  const std::optional<ChatId> chat = bed.client().view().current_chat;
  ASSERT_TRUE(chat.has_value());
  bed.type_and_pause("");
  bed.type_and_pause("b");
  bed.act(Hidden{});
  EXPECT_EQ(bed.client().view().current_chat, chat);
  EXPECT_EQ(bed.client().view().chats.size(), 1u);
}

TEST_F(Saving, WithoutAKeyNothingIsWrittenOrSentAndTheTextStaysUnsaved) {
  bed.act(Locked{});
  bed.forget_effects();
  bed.type_and_pause("typed in the dark");
  bed.pass(kMinute);
  EXPECT_TRUE(bed.seen<StoreWrite>().empty());
  EXPECT_TRUE(bed.seen<ConnSend>().empty());
  EXPECT_TRUE(bed.client().view().unsaved_changes);
  EXPECT_EQ(bed.notices(NoticeKind::key_missing), 1u);
  bed.unlock();
  EXPECT_EQ(bed.text(kChat), "typed in the dark");
}

TEST_F(Saving, UnlockingDoesNotCutAPauseShort) {
  bed.act(Locked{});
  bed.type("typed in the dark");
  bed.pass(kSecond);
  bed.unlock();
  EXPECT_EQ(bed.text(kChat), "");
  bed.pass(200 * kMillisecond);
  EXPECT_EQ(bed.text(kChat), "typed in the dark");
}

TEST_F(Saving, AFailedSealWritesNothingAndIsTriedAgain) {
  bed.cipher.forget(bed.key);
  bed.type_and_pause("unsealable");
  EXPECT_TRUE(bed.seen<StoreWrite>().empty());
  EXPECT_TRUE(bed.client().view().unsaved_changes);
  EXPECT_EQ(bed.notices(NoticeKind::not_saved), 1u);
  const std::array<std::uint8_t, 32> master{7};
  bed.key = *bed.cipher.add_account(crypto::KeyView(master), 1);
  bed.unlock();
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat), "unsealable");
}

TEST_F(Saving, TooLongATextStaysHereWholeAndIsNotSent) {
  const std::string text(120'000, 'x');
  bed.type_and_pause(text);
  EXPECT_EQ(bed.text(kChat), text);
  EXPECT_TRUE(bed.client().view().too_long);
  EXPECT_TRUE(bed.client().view().unsynced_changes);
  EXPECT_TRUE(bed.sent<wire::UpdateDraft>().empty());
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_too_long), 1u);
  bed.drop_connection();
  bed.pass(kMinute);
  EXPECT_TRUE(bed.sent<wire::SyncOfflineChanges>().empty());
  EXPECT_EQ(bed.client().pending(), "");
  bed.type_and_pause("short");
  EXPECT_FALSE(bed.client().view().too_long);
  EXPECT_EQ(draft::text_of(bed.open_at_server(kChat)), "short");
}

TEST_F(Saving, ALateTimerStillSavesWhatWasPausedOn) {
  bed.type("before the laptop slept");
  bed.device().timer_us.reset();
  bed.pass(kHour);
  bed.type("before the laptop slept!");
  EXPECT_EQ(bed.text(kChat), "before the laptop slept");
}

TEST_F(Saving, BytesThatAreNotTextBecomeReplacementCharacters) {
  bed.type_and_pause("a\xff\xc3\xa9\xed\xa0\x80z");
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(bed.text(kChat), "a" + mark + "\xc3\xa9" + mark + mark + mark + "z");
  bed.crash();
  bed.boot();
  EXPECT_EQ(bed.text(kChat), "a" + mark + "\xc3\xa9" + mark + mark + mark + "z");
}

TEST_F(Saving, FocusIsNeverMoved) {
  bed.act(Focused{});
  bed.type_and_pause("x");
  EXPECT_TRUE(bed.client().view().focused);
}

TEST_F(Saving, AClearPressedEmptiesTheEditorOnceItIsDurable) {
  bed.type_and_pause("clear me");
  bed.device().hold_store = true;
  bed.act(ClearPressed{});
  EXPECT_EQ(bed.client().view().editor_text, "clear me");
  bed.release();
  EXPECT_EQ(bed.client().view().editor_text, "");
  EXPECT_TRUE(bed.server.slots[kChat].tombstone.has_value());
}

TEST_F(Saving, R50AFailedQueueWriteAbortsTheDeletion) {
  bed.type_and_pause("still here");
  bed.go_offline();
  bed.device().fail_store = true;
  bed.act(ClearPressed{});
  EXPECT_EQ(bed.client().view().editor_text, "still here");
  EXPECT_EQ(bed.text(kChat), "still here");
  bed.device().fail_store = false;
  bed.pass(kMinute);
  bed.crash();
  bed.boot();
  EXPECT_EQ(bed.text(kChat), "still here");
}

}  // namespace
}  // namespace dp::client
