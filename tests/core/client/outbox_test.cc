// Changes in flight: one at a time, identical when repeated, and never written twice.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);

struct Outbox : testing::Test {
  Testbed bed;
  Outbox() {
    bed.boot();
    bed.act(ChatOpened{kChat});
    bed.forget_effects();
  }
  std::string at_server() const { return draft::text_of(bed.open_at_server(kChat)); }
};

TEST_F(Outbox, OneChangeIsInFlightAndLaterOnesCoalesce) {
  bed.device().hold_down = true;
  bed.type_and_pause("one");
  bed.type_and_pause("two");
  bed.type_and_pause("three");
  EXPECT_EQ(bed.sent<wire::UpdateDraft>().size(), 1u);
  EXPECT_TRUE(bed.facts(kChat).in_flight);
  bed.release();
  EXPECT_EQ(bed.sent<wire::UpdateDraft>().size(), 2u);
  EXPECT_EQ(at_server(), "three");
}

TEST_F(Outbox, AProposalIsOneAboveTheHighestVersionSeen) {
  bed.type_and_pause("one");
  bed.type_and_pause("two");
  const auto updates = bed.sent<wire::UpdateDraft>();
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[1].base_version, 1u);
  EXPECT_EQ(updates[1].proposed_v, 2u);
  EXPECT_NE(updates[0].change_id, updates[1].change_id);
}

TEST_F(Outbox, WithoutAReceiptTheClientReconnectsAndRepeatsIdenticalBytes) {
  bed.device().lose_up = true;
  bed.type_and_pause("unheard");
  bed.pass(10 * kSecond - 1);
  EXPECT_TRUE(bed.seen<ConnClose>().empty());
  bed.pass(1);
  ASSERT_EQ(bed.seen<ConnClose>().size(), 1u);
  bed.device().lose_up = false;
  bed.pass(2 * kSecond);
  const auto updates = bed.sent<wire::UpdateDraft>();
  const auto replays = bed.sent<wire::SyncOfflineChanges>();
  ASSERT_EQ(updates.size(), 1u);
  ASSERT_EQ(replays.size(), 1u);
  ASSERT_EQ(replays[0].changes.size(), 1u);
  EXPECT_EQ(replays[0].changes[0].value, updates[0].encrypted_draft_md);
  EXPECT_EQ(replays[0].changes[0].change_id, *updates[0].change_id);
  EXPECT_EQ(at_server(), "unheard");
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Outbox, R29R49ALostReceiptIsFoundOutAndNothingIsWrittenTwice) {
  bed.device().lose_down = true;
  bed.type_and_pause("written once");
  bed.drop_connection();
  bed.device().lose_down = false;
  bed.pass(2 * kSecond);
  EXPECT_EQ(bed.server.writes, 1u);
  EXPECT_TRUE(bed.sent<wire::SyncOfflineChanges>().empty());
  EXPECT_FALSE(bed.facts(kChat).in_flight);
  EXPECT_EQ(bed.facts(kChat).base_version, 1u);
}

TEST_F(Outbox, AnEditAfterALostReceiptIsNotAnOfflineOne) {
  bed.device().lose_down = true;
  bed.type_and_pause("stored unheard");
  bed.drop_connection();
  bed.device().lose_down = false;
  bed.pass(2 * kSecond);
  bed.forget_effects();
  bed.type_and_pause("typed online");
  EXPECT_TRUE(bed.sent<wire::SyncOfflineChanges>().empty());
  EXPECT_EQ(bed.sent<wire::UpdateDraft>().size(), 1u);
  EXPECT_EQ(at_server(), "typed online");
}

TEST_F(Outbox, AReceiptLostAcrossACrashIsFoundOutToo) {
  bed.device().lose_down = true;
  bed.type_and_pause("written once");
  bed.crash();
  bed.device().lose_down = false;
  bed.boot();
  EXPECT_EQ(bed.server.writes, 1u);
  EXPECT_FALSE(bed.facts(kChat).in_flight);
  EXPECT_EQ(bed.text(kChat), "written once");
}

TEST_F(Outbox, TheQueueSurvivesARestart) {
  bed.go_offline();
  bed.type_and_pause("kept for later");
  bed.crash();
  bed.boot();
  EXPECT_FALSE(bed.server.slots.contains(kChat));
  EXPECT_TRUE(bed.facts(kChat).pending);
  bed.go_online();
  EXPECT_EQ(at_server(), "kept for later");
}

TEST_F(Outbox, WhatWasQueuedOfflineIsReplayedTogetherOneChangePerSlot) {
  bed.go_offline();
  for (std::uint8_t i = 1; i <= 5; ++i) {
    bed.act(ChatOpened{chat_named(i)});
    bed.type_and_pause("draft " + std::to_string(i));
    bed.type_and_pause("draft " + std::to_string(i) + " again");
  }
  bed.forget_effects();
  bed.go_online();
  const auto replays = bed.sent<wire::SyncOfflineChanges>();
  ASSERT_EQ(replays.size(), 1u);
  EXPECT_EQ(replays[0].changes.size(), 5u);
  EXPECT_TRUE(bed.sent<wire::UpdateDraft>().empty());
  EXPECT_EQ(bed.server.writes, 5u);
  EXPECT_EQ(bed.client().pending(), "");
}

TEST_F(Outbox, AReplayIsPaged) {
  Config config;
  config.replay_changes_max = 4;
  Testbed paged(1, config);
  paged.device().network = false;
  paged.boot();
  for (std::uint8_t i = 1; i <= 10; ++i) {
    paged.act(ChatOpened{chat_named(i)});
    paged.type_and_pause("x");
  }
  paged.go_online();
  paged.pass(kMinute);
  std::size_t changes = 0;
  for (const auto& replay : paged.sent<wire::SyncOfflineChanges>()) {
    EXPECT_LE(replay.changes.size(), 4u);
    changes += replay.changes.size();
  }
  EXPECT_EQ(changes, 10u);
  EXPECT_EQ(paged.server.writes, 10u);
}

TEST_F(Outbox, AReceiptOfAnotherNumberIsNoReceipt) {
  bed.device().lose_up = true;
  bed.type_and_pause("mine");
  const ChangeId id = *bed.sent<wire::UpdateDraft>()[0].change_id;
  bed.device().lose_up = false;
  bed.say(wire::DraftUpdateReceipt{kChat, 7, true, false, id});
  EXPECT_EQ(bed.notices(NoticeKind::protocol_error), 1u);
  EXPECT_EQ(bed.sent<wire::GetChatDetails>().size(), 1u);
  EXPECT_EQ(at_server(), "mine") << "the server was at the base, so the same bytes went again";
  const auto updates = bed.sent<wire::UpdateDraft>();
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[0], updates[1]);
}

TEST_F(Outbox, ARetryableRefusalIsTriedAgainWithTheSameBytesAfterAPause) {
  bed.server.refuse_next = wire::ErrorCode::storage_unavailable;
  bed.type_and_pause("later");
  EXPECT_FALSE(bed.server.slots.contains(kChat));
  bed.pass(kSecond - 1);
  EXPECT_EQ(bed.sent<wire::UpdateDraft>().size(), 1u);
  bed.pass(1);
  const auto updates = bed.sent<wire::UpdateDraft>();
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[0], updates[1]);
  EXPECT_EQ(at_server(), "later");
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_refused), 0u);
}

TEST_F(Outbox, R31ARefusalIsShownAndTheTextStays) {
  bed.server.refuse_next = wire::ErrorCode::too_many_chats;
  bed.type_and_pause("unwanted");
  ASSERT_EQ(bed.notices(NoticeKind::not_synced_refused), 1u);
  EXPECT_EQ(bed.text(kChat), "unwanted");
  EXPECT_TRUE(bed.client().view().unsynced_changes);
  EXPECT_FALSE(bed.facts(kChat).in_flight);
  bed.pass(kMinute);
  EXPECT_EQ(bed.sent<wire::UpdateDraft>().size(), 1u) << "the same text is not offered again";
  bed.type_and_pause("unwanted, edited");
  EXPECT_EQ(at_server(), "unwanted, edited");
}

TEST_F(Outbox, AnOversizePreviewIsARefusalAndNotATextThatIsTooLong) {
  bed.server.refuse_next = wire::ErrorCode::preview_too_long;
  bed.type_and_pause("text");
  EXPECT_FALSE(bed.client().view().too_long);
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_too_long), 0u);
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_refused), 1u);
}

TEST_F(Outbox, AnOversizeRefusalIsShownAsTooLong) {
  bed.server.refuse_next = wire::ErrorCode::draft_too_long;
  bed.type_and_pause("long for this server");
  EXPECT_TRUE(bed.client().view().too_long);
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_too_long), 1u);
}

TEST_F(Outbox, ARefusedNumberIsAnsweredByAHigherOne) {
  bed.server.minimum[kChat] = 4'000;
  bed.type_and_pause("numbers");
  EXPECT_EQ(at_server(), "numbers");
  EXPECT_GE(bed.facts(kChat).base_version, 4'000u);
  EXPECT_LE(bed.sent<wire::UpdateDraft>().size(), 8u);
  const auto updates = bed.sent<wire::UpdateDraft>();
  for (std::size_t i = 1; i < updates.size(); ++i) {
    EXPECT_GT(*updates[i].proposed_v, *updates[i - 1].proposed_v);
    EXPECT_NE(updates[i].change_id, updates[i - 1].change_id);
  }
}

TEST_F(Outbox, ANumberRefusedForEverEndsInANotice) {
  bed.server.minimum[kChat] = kVersionMax;
  bed.type_and_pause("never");
  bed.pass(kMinute);
  EXPECT_LE(bed.sent<wire::UpdateDraft>().size(), 20u);
  EXPECT_EQ(bed.notices(NoticeKind::not_synced_refused), 1u);
  EXPECT_EQ(bed.text(kChat), "never");
}

TEST_F(Outbox, AChangeMadeOfflineOverANewerRemoteOneIsANewChange) {
  bed.type_and_pause("line");
  Testbed other(bed);  // a clone: the same server as it is now, a second life
  bed.device().lose_up = true;
  bed.type_and_pause("line\nmine");
  const auto first = bed.sent<wire::UpdateDraft>().back();
  other.crash();
  other.boot();  // its own writer id
  other.act(ChatOpened{kChat});
  other.type_and_pause("theirs\nline");
  bed.server = other.server;
  bed.cipher = other.cipher;
  bed.device().lose_up = false;
  bed.drop_connection();
  bed.pass(2 * kSecond);
  const auto replays = bed.sent<wire::SyncOfflineChanges>();
  EXPECT_EQ(replays.size(), 1u);
  EXPECT_NE(replays[0].changes[0].change_id, *first.change_id);
  EXPECT_NE(replays[0].changes[0].value, first.encrypted_draft_md);
}

TEST_F(Outbox, ADeletionOfAChatWaitsForItsReceipt) {
  bed.type_and_pause("doomed");
  bed.go_offline();
  bed.act(ChatDeletePressed{kChat});
  EXPECT_TRUE(bed.client().view().chats.empty());
  EXPECT_NE(bed.client().pending(), "");
  bed.crash();
  bed.boot();
  bed.go_online();
  EXPECT_TRUE(bed.server.deleted.contains(kChat));
  EXPECT_EQ(bed.client().pending(), "");
  EXPECT_TRUE(bed.client().archive().empty()) << "the person asked for it";
}

TEST_F(Outbox, TheOutboxIsBounded) {
  Config config;
  config.outbox_changes_max = 2;
  Testbed small(1, config);
  small.device().network = false;
  small.boot();
  small.act(ChatOpened{kChat});
  for (int i = 0; i < 4; ++i) {
    small.type("message " + std::to_string(i));
    small.act(SendPressed{});
  }
  EXPECT_EQ(small.notices(NoticeKind::outbox_full), 2u);
  EXPECT_EQ(small.text(kChat), "message 3") << "what could not be queued stays a draft";
  small.go_online();
  small.pass(kMinute);
  EXPECT_EQ(small.server.messages.size(), 2u);
}

}  // namespace
}  // namespace dp::client
