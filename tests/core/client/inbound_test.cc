// What a frame from the server may change, and what it never does.
#include <gtest/gtest.h>

#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);

struct Inbound : testing::Test {
  Testbed bed{2};
  Inbound() {
    for (std::size_t i = 0; i < 2; ++i) {
      bed.boot(i);
      bed.act(ChatOpened{kChat}, i);
    }
    bed.forget_effects();
  }
  std::string at_server() const { return draft::text_of(bed.open_at_server(kChat)); }
  wire::ChatDraftUpdated broadcast_of(const FakeSlot& slot) const {
    return {kChat, slot.text, slot.preview, slot.version, 1};
  }
};

TEST_F(Inbound, AnUpdateOfAnotherDeviceIsAdoptedAndShown) {
  bed.type_and_pause("from one", 0);
  EXPECT_EQ(bed.text(kChat, 1), "from one");
  EXPECT_EQ(bed.client(1).view().editor_text, "from one");
  EXPECT_EQ(bed.seen<EditorReplaced>(1).back().text, "from one");
}

TEST_F(Inbound, R41AnInboundFrameCausesNoUpload) {
  bed.type_and_pause("from one", 0);
  bed.pass(kMinute);
  EXPECT_TRUE(bed.sent<wire::UpdateDraft>(1).empty());
  EXPECT_EQ(bed.server.writes, 1u);
}

TEST_F(Inbound, R40ALateEchoLeavesEditorAndStoreUntouched) {
  bed.type_and_pause("prompt");
  const FakeSlot echo = bed.server.slots[kChat];
  bed.type("prompt and more");
  bed.say(broadcast_of(echo));
  EXPECT_EQ(bed.client().view().editor_text, "prompt and more");
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat), "prompt and more");
  EXPECT_EQ(bed.client().view().editor_text, "prompt and more");
}

TEST_F(Inbound, AReceiptNeverChangesText) {
  bed.device().hold_down = true;
  bed.type_and_pause("one");
  bed.type("one and two");
  bed.release();
  EXPECT_EQ(bed.client().view().editor_text, "one and two");
  EXPECT_TRUE(bed.seen<EditorReplaced>().empty());
}

TEST_F(Inbound, R42OlderReceiptsAndBroadcastsAreIgnored) {
  bed.type_and_pause("one");
  const FakeSlot first = bed.server.slots[kChat];
  const ChangeId id = *bed.sent<wire::UpdateDraft>()[0].change_id;
  bed.type_and_pause("two");
  const SlotFacts before = bed.facts(kChat);
  bed.say(wire::DraftUpdateReceipt{kChat, 1, true, false, id});
  bed.say(broadcast_of(first));
  EXPECT_EQ(bed.facts(kChat), before);
  EXPECT_EQ(bed.client().view().editor_text, "two");
}

TEST_F(Inbound, R43DeletedThenRestartedALateBroadcastStaysDeletedAndANewerOneCounts) {
  bed.type_and_pause("one");
  const FakeSlot old = bed.server.slots[kChat];
  bed.type_and_pause("");
  bed.crash();
  bed.boot();
  bed.act(ChatOpened{kChat});
  bed.say(broadcast_of(old));
  EXPECT_EQ(bed.text(kChat), "");
  EXPECT_TRUE(bed.client().view().chats.empty());
  bed.type_and_pause("again", 1);
  EXPECT_EQ(bed.text(kChat), "again");
}

TEST_F(Inbound, R44DeletionsWithoutProofAreIgnored) {
  bed.type_and_pause("kept");
  const ChangeId id = *bed.sent<wire::UpdateDraft>()[0].change_id;
  bed.say(wire::DraftDeleted{kChat, std::nullopt, std::nullopt});
  bed.say(wire::DraftDeleted{kChat, 1, std::nullopt});
  bed.say(wire::DraftDeleted{kChat, 9, std::nullopt});
  bed.say(wire::DraftDeleteReceipt{kChat, false, std::nullopt, id});
  bed.say(wire::DraftDeleteReceipt{kChat, true, 9, std::nullopt});
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat), "kept");
  EXPECT_EQ(bed.client().view().editor_text, "kept");
  EXPECT_EQ(bed.facts(kChat).fence, 0u);
}

TEST_F(Inbound, R45ZeroWithoutATombstoneOrUnavailableKeepsTheDraft) {
  bed.type_and_pause("kept");
  bed.go_offline();
  bed.server.unavailable.insert(kChat);
  bed.go_online();
  EXPECT_EQ(bed.text(kChat), "kept");
  EXPECT_EQ(bed.server.writes, 1u) << "nothing is concluded, nothing sent";
  bed.go_offline();
  bed.server.unavailable.clear();
  bed.server.slots.clear();
  bed.go_online();
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat), "kept");
  EXPECT_EQ(at_server(), "kept") << "a loss at the server is healed";
  EXPECT_GT(bed.server.slots[kChat].version, 1u);
}

TEST_F(Inbound, R46ADraftOnlyChatClearedElsewhereWhileOfflineGoes) {
  bed.type_and_pause("short life");
  bed.act(PreviewsNeeded{});
  bed.go_offline();
  bed.type_and_pause("", 1);
  bed.go_online();
  EXPECT_TRUE(bed.client().view().chats.empty());
  EXPECT_FALSE(bed.client().cached_preview(kChat, bed.now()).has_value());
  EXPECT_EQ(bed.client().view().editor_text, "");
}

TEST_F(Inbound, R46AChatWithMessagesStaysWithoutItsDraft) {
  bed.type("hello");
  bed.act(SendPressed{});
  bed.type_and_pause("short life");
  bed.go_offline();
  bed.type_and_pause("", 1);
  bed.go_online();
  ASSERT_EQ(bed.client().view().chats.size(), 1u);
  EXPECT_FALSE(bed.client().view().chats[0].has_draft);
}

TEST_F(Inbound, R47UnsavedTextIsNotClearedUnderReconciliation) {
  bed.type_and_pause("shared");
  bed.go_offline();
  bed.type_and_pause("", 1);
  bed.type("shared and typing");
  bed.go_online();
  EXPECT_EQ(bed.client().view().editor_text, "shared and typing");
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat, 0), "shared and typing");
  EXPECT_EQ(bed.text(kChat, 1), "shared and typing");
}

TEST_F(Inbound, TheRemoteTextWaitsForTheNextSaveAndIsMerged) {
  bed.type_and_pause("top\nmiddle\nbottom");
  bed.act(Focused{});
  bed.type("top\nmiddle\nbottom, mine");
  bed.type("top, theirs\nmiddle\nbottom", 1);
  bed.act(Blurred{}, 1);
  EXPECT_EQ(bed.text(kChat, 0), "top\nmiddle\nbottom");
  bed.type("top\nmiddle\nbottom, mine too");
  EXPECT_EQ(bed.client().view().editor_text, "top\nmiddle\nbottom, mine too");
  bed.pass(kMinute);
  EXPECT_EQ(bed.client(0).view().editor_text, "top, theirs\nmiddle\nbottom, mine too");
  EXPECT_EQ(bed.text(kChat, 1), "top, theirs\nmiddle\nbottom, mine too");
  EXPECT_TRUE(bed.facts(kChat).local.copies.empty());
}

TEST_F(Inbound, TextUnderTheCursorIsNeverReplacedWhileItIsUnsaved) {
  bed.act(Focused{});
  bed.type("mine");
  bed.forget_effects();
  bed.act(Edited{"theirs"}, 1);
  bed.act(Blurred{}, 1);
  EXPECT_TRUE(bed.seen<EditorReplaced>().empty());
  EXPECT_EQ(bed.client().view().editor_text, "mine");
}

TEST_F(Inbound, TextTypedWhileARemoteOneIsBeingStoredIsNotReplaced) {
  bed.device(0).hold_store = true;
  bed.type_and_pause("theirs", 1);
  bed.type("mine");
  bed.release();
  EXPECT_EQ(bed.client().view().editor_text, "mine");
  bed.pass(kMinute);
  const draft::Draft local = bed.facts(kChat).local;
  ASSERT_EQ(local.copies.size(), 1u);
  EXPECT_EQ(draft::text_of(local), "mine");
  EXPECT_EQ(draft::join_lines(local.copies[0].lines), "theirs");
}

// What was told before the connection broke, and is nowhere on the disk yet, may be no more true:
// the next connection asks for it by name, or nobody would tell of its end (seed 344,284).
struct InboundBetweenConnections : Inbound {
  void theirs_comes_and_ends_unheard() {
    bed.type_and_pause("theirs", 1);
    bed.go_offline();
    bed.act(ClearPressed{}, 1);
    bed.go_online();
  }
  void expect_nothing_is_left() {
    bed.pass(kMinute);
    EXPECT_EQ(bed.text(kChat), "");
    EXPECT_TRUE(bed.client().view().chats.empty());
  }
};

TEST_F(InboundBetweenConnections, WhatTheDiskRefusedIsAskedForAgain) {
  bed.device(0).fail_store = true;
  theirs_comes_and_ends_unheard();
  bed.device(0).fail_store = false;
  expect_nothing_is_left();
}

TEST_F(InboundBetweenConnections, WhatIsStillBeingStoredIsAskedForAgain) {
  bed.device(0).hold_store = true;
  theirs_comes_and_ends_unheard();
  bed.release();
  expect_nothing_is_left();
}

TEST_F(Inbound, ABroadcastBeforeTheStateReplyIsDropped) {
  bed.type_and_pause("one");
  bed.type_and_pause("two");
  const FakeSlot two = bed.server.slots[kChat];
  bed.drop_connection();
  bed.device().hold_down = true;
  bed.pass(2 * kSecond);
  FakeSlot newer = two;
  newer.version = 9;
  const auto held = std::exchange(bed.device().held_down, {});
  bed.forget_effects();
  bed.say(broadcast_of(newer));
  EXPECT_EQ(bed.notices(NoticeKind::security_authentication), 0u) << "not even looked at";
  for (const Event& event : held) bed.act(event);
  bed.say(broadcast_of(newer));
  EXPECT_EQ(bed.notices(NoticeKind::security_authentication), 1u);
}

TEST_F(Inbound, ABroadcastWhileAChangeIsInFlightWaitsForItsConflict) {
  bed.type_and_pause("base");
  bed.device(0).hold_down = true;
  bed.type_and_pause("base\nb", 1);
  bed.type_and_pause("a\nbase", 0);  // in flight, and too late
  const auto held = std::exchange(bed.device(0).held_down, {});
  ASSERT_EQ(held.size(), 2u);
  bed.act(held[0]);
  EXPECT_TRUE(bed.facts(kChat).in_flight);
  EXPECT_EQ(bed.text(kChat), "a\nbase");
  bed.device(0).hold_down = false;
  bed.act(held[1]);
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat, 0), "a\nbase\nb");
  EXPECT_EQ(bed.text(kChat, 1), "a\nbase\nb");
}

TEST_F(Inbound, R56ABroadcastForAnUnknownChatMakesItAppear) {
  const ChatId fresh = chat_named(9);
  bed.act(ChatOpened{fresh}, 1);
  bed.type_and_pause("surprise", 1);
  ASSERT_EQ(bed.client(0).view().chats.size(), 1u);
  EXPECT_EQ(bed.client(0).view().chats[0].chat, fresh);
  EXPECT_TRUE(bed.client(0).view().chats[0].draft_only);
}

TEST_F(Inbound, ABroadcastThatDoesNotOpenMakesNoChat) {
  bed.say(wire::ChatDraftUpdated{chat_named(9), base64_encode(Bytes(300, 1)), {}, 4, 1});
  EXPECT_TRUE(bed.client().view().chats.empty());
  EXPECT_TRUE(bed.client().slots().empty());
}

TEST_F(Inbound, R59AnOwnEchoKeepsLocalState) {
  bed.go_offline();
  bed.type_and_pause("mine");
  bed.go_online();  // the replay is announced to its sender too
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat), "mine");
  EXPECT_EQ(bed.server.writes, 1u);
  const SlotFacts facts = bed.facts(kChat);
  bed.say(broadcast_of(bed.server.slots[kChat]));
  EXPECT_EQ(bed.facts(kChat), facts);
}

TEST_F(Inbound, R60ThePreviewIsInvalidatedBeforeTheChangeIsAnnounced) {
  bed.type_and_pause("old");
  bed.act(PreviewsNeeded{});
  EXPECT_EQ(bed.client().cached_preview(kChat, bed.now()), "old");
  bed.forget_effects();
  bed.type_and_pause("new", 1);
  EXPECT_FALSE(bed.client().cached_preview(kChat, bed.now()).has_value());
  std::size_t invalidated = 0;
  std::size_t announced = 0;
  for (const Effect& effect : bed.device(0).effects) {
    if (std::holds_alternative<PreviewInvalidated>(effect)) ++invalidated;
    if (std::holds_alternative<DraftAnnounced>(effect)) {
      ++announced;
      EXPECT_EQ(invalidated, announced);
    }
  }
  EXPECT_EQ(announced, 1u);
  bed.act(PreviewsNeeded{});
  EXPECT_EQ(bed.client().cached_preview(kChat, bed.now()), "new");
}

TEST_F(Inbound, R61AnUpdateMovesNoFocus) {
  bed.act(Focused{});
  bed.type_and_pause("theirs", 1);
  EXPECT_TRUE(bed.client().view().focused);
  bed.act(Blurred{});
  bed.type_and_pause("theirs again", 1);
  EXPECT_FALSE(bed.client().view().focused);
}

TEST_F(Inbound, UnreadableFramesAreReportedAndUnknownOnesIgnored) {
  bed.say_text("{\"type\":\"from_the_future\",\"payload\":{}}");
  EXPECT_EQ(bed.notices(NoticeKind::protocol_error), 0u);
  bed.say_text("not json");
  bed.say_text("{\"type\":\"chat_details\",\"payload\":{\"chat_id\":\"" + kChat.text() +
               "\",\"draft_v\":0}}");
  EXPECT_EQ(bed.notices(NoticeKind::protocol_error), 2u);
  bed.type_and_pause("still alive");
  EXPECT_EQ(at_server(), "still alive");
}

TEST_F(Inbound, FramesOfAnOldConnectionAreIgnored) {
  const ConnEpoch old = *bed.device().connected;
  bed.drop_connection();
  bed.pass(2 * kSecond);
  bed.type_and_pause("theirs", 1);
  const FakeSlot slot = bed.server.slots[kChat];
  bed.forget_effects();
  bed.act(FrameArrived{old, wire::encode(wire::ServerFrame(broadcast_of(slot)))});
  bed.act(ConnClosed{old, 1006});
  bed.act(ConnOpened{old});
  EXPECT_TRUE(bed.device().effects.empty());
  EXPECT_EQ(bed.client().view().connection, Connection::online);
}

TEST_F(Inbound, R78TwoDevicesResolveOneConflictWithOneWriteEachAtMost) {
  bed.type_and_pause("base");
  bed.go_offline(0);
  bed.go_offline(1);
  bed.type("a's line", 0);
  bed.type("b's line", 1);
  bed.pass(2 * kSecond);
  const std::size_t before = bed.server.writes;
  bed.device(0).network = bed.device(1).network = true;
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat, 0), bed.text(kChat, 1));
  EXPECT_EQ(bed.facts(kChat, 0).local, bed.facts(kChat, 1).local);
  EXPECT_EQ(bed.facts(kChat, 0).local.copies.size(), 1u);
  EXPECT_LE(bed.server.writes - before, 3u);
}

}  // namespace
}  // namespace dp::client
