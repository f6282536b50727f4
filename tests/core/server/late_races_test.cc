// The server's lines of the race catalogue, R16 to R31 and R70 to R79, each as one test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/wire/codec.h"
#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::ChangeOutcome;
using wire::ErrorCode;

class LateRaces : public ::testing::Test {
 protected:
  Version save(ConnId conn, std::string_view content) {
    const auto receipt = rig.answer<wire::DraftUpdateReceipt>(conn, field_update(slot, content));
    return receipt ? receipt->draft_v : 0;
  }
  void save_sealed(SealedSlot& sealed, std::string_view content) {
    const auto frame = sealed.update(content);
    ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, frame));
    sealed.moved_to(*frame.proposed_v, *frame.encrypted_draft_md);
    rig.heard(bob);
  }
  std::vector<ChatId> listed(ConnId conn) {
    rig.heard(conn);
    const auto response = rig.answer<wire::InitialSyncResponse>(conn, wire::InitialSyncRequest{});
    std::vector<ChatId> chats;
    if (response) {
      for (const auto& details : response->chats) chats.push_back(details.chat_id);
    }
    return chats;
  }
  static wire::OfflineSyncComplete complete(const std::vector<wire::ServerFrame>& frames) {
    return std::get<wire::OfflineSyncComplete>(frames.back());
  }

  Rig rig;
  ConnId alice = rig.connect();
  ConnId bob = rig.connect();
  ChatId slot = chat(1);
};

TEST_F(LateRaces, R16_AReplaySupersededHalfWayIsProcessedWithoutABroadcast) {
  const auto change = field_offline(slot, "offline", 0);
  rig.say(alice, wire::SyncOfflineChanges{{change}});  // stored as 1; the answer is lost
  save(bob, "newer");
  rig.heard(alice);
  rig.heard(bob);
  const auto done =
      rig.answer<wire::OfflineSyncComplete>(alice, wire::SyncOfflineChanges{{change}});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->processed, 1u);
  EXPECT_THAT(done->results,
              ElementsAre(wire::OfflineResult{change.change_id, ChangeOutcome::superseded, 1}));
  EXPECT_THAT(rig.heard(bob), IsEmpty());
}

TEST_F(LateRaces, R17_AnUnknownChatIsAllowedAndAnUndeterminableOwnerIsNot) {
  rig.fails = [](const Query& query) { return std::holds_alternative<LoadSlot>(query.request); };
  const auto refused = rig.refusal(alice, field_update(slot, "first"));
  ASSERT_EQ(refused, ErrorCode::ownership_unknown);
  EXPECT_TRUE(wire::is_retryable(*refused));
  EXPECT_FALSE(rig.row(slot));
  rig.fails = [](const Query&) { return false; };
  EXPECT_EQ(save(alice, "first"), 1u);
}

TEST_F(LateRaces, R18_ADeletionWithoutAnyRowIsAcknowledgedAndBroadcast) {
  const auto receipt = rig.answer<wire::DraftDeleteReceipt>(alice, field_delete(slot));
  ASSERT_TRUE(receipt);
  EXPECT_TRUE(receipt->success);
  EXPECT_EQ(receipt->draft_v, 1u);
  const auto deleted = rig.only<wire::DraftDeleted>(bob);
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->draft_v, 1u);
}

TEST_F(LateRaces, R19_ADraftDoesNotReorderChats) {
  for (std::uint8_t n : {3, 1, 2}) rig.say(alice, field_update(chat(n), "text"));
  ASSERT_THAT(listed(bob), ElementsAre(chat(3), chat(1), chat(2)));
  rig.say(alice, field_update(chat(2), "edited"));
  EXPECT_THAT(listed(bob), ElementsAre(chat(3), chat(1), chat(2)));
}

TEST_F(LateRaces, R20_ADraftOnlyChatIsVisibleBeforeItIsDurableAndGoesWithItsDraft) {
  rig.fails = [](const Query& query) { return query.is_job; };
  save(alice, "draft only");
  EXPECT_TRUE(rig.table.chats().empty());
  EXPECT_THAT(listed(bob), ElementsAre(slot));
  EXPECT_THAT(listed(rig.connect()), ElementsAre(slot)) << "a new device";
  rig.fails = [](const Query&) { return false; };
  rig.advance(rig.server.config().persistence_retry_us);
  ASSERT_TRUE(rig.row(slot));
  EXPECT_THAT(listed(bob), ElementsAre(slot)) << "once, not twice";
  rig.say(alice, field_delete(slot));
  EXPECT_THAT(listed(bob), IsEmpty());
}

TEST_F(LateRaces, R21_EqualVersionsDoNotHideAnotherContent) {
  SealedSlot sealed{slot, 0, {}};
  save_sealed(sealed, "mine");
  const auto answer =
      rig.answer<wire::DraftVersionsResponse>(bob, wire::GetDraftVersions{{{slot, 1}}});
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->hashes, ElementsAre(wire::SlotHash{slot, sealed.hash}));
}

TEST_F(LateRaces, R22_AListingThatCannotBeCompleteIsRefusedAndNotShortened) {
  save(alice, "kept");
  rig.heard(bob);
  const auto response = rig.answer<wire::InitialSyncResponse>(bob, wire::InitialSyncRequest{});
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->authoritative);
  rig.cache_available(false);
  EXPECT_EQ(rig.refusal(bob, wire::InitialSyncRequest{}), ErrorCode::storage_unavailable);
  rig.cache_available(true);
  rig.fails = [](const Query&) { return true; };
  EXPECT_EQ(rig.refusal(bob, wire::InitialSyncRequest{}), ErrorCode::storage_unavailable);
}

TEST_F(LateRaces, R23_ADeletedChatsStaleRowIsNotSentAgain) {
  save(alice, "stale");
  rig.say(alice, wire::DeleteChat{slot, std::nullopt});
  rig.heard(bob);
  EXPECT_THAT(listed(bob), IsEmpty());
  EXPECT_EQ(rig.refusal(bob, wire::GetChatDetails{slot}), ErrorCode::chat_deleted);
  const auto response = rig.answer<wire::InitialSyncResponse>(
      bob, wire::InitialSyncRequest{.chat_versions = {{slot, 1}}});
  ASSERT_TRUE(response);
  EXPECT_THAT(response->chats, IsEmpty());
  EXPECT_THAT(response->deleted_chat_ids, ElementsAre(slot));
}

TEST_F(LateRaces, R23_ALookupAnsweredAfterTheChatWasDeletedShowsNothing) {
  save(alice, "stale");
  rig.evict(slot);
  rig.heard(bob);
  rig.hold = true;
  rig.say(bob, wire::GetDraftVersions{{{slot, 1}}});
  const Answer before = rig.table.execute(rig.held.front().request);
  const QueryId query = rig.held.front().query;
  rig.hold = false;
  rig.say(alice, wire::DeleteChat{slot, std::nullopt});
  rig.evict(slot);  // must not forget the deletion while the reader waits
  rig.heard(bob);
  rig.deliver(DatabaseAnswered{query, before});
  const auto answer = rig.only<wire::DraftVersionsResponse>(bob);
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->versions, IsEmpty());
  EXPECT_THAT(answer->unavailable_chat_ids, IsEmpty());
}

TEST_F(LateRaces, R24_AnotherAccountsDraftsNeverAppear) {
  save(alice, "hers");
  const ConnId mallory = rig.connect(9);
  EXPECT_THAT(listed(mallory), IsEmpty());
  const auto versions =
      rig.answer<wire::DraftVersionsResponse>(mallory, wire::GetDraftVersions{{{slot, 1}}});
  ASSERT_TRUE(versions);
  EXPECT_EQ(*versions, wire::DraftVersionsResponse{});
  EXPECT_EQ(rig.refusal(mallory, wire::GetChatDetails{slot}), ErrorCode::chat_forbidden);
}

TEST_F(LateRaces, R24_NotEvenBeforeTheChatIsDurable) {
  rig.fails = [](const Query& query) { return query.is_job; };
  save(alice, "hers");
  const ConnId mallory = rig.connect(9);
  EXPECT_EQ(rig.refusal(mallory, wire::GetChatDetails{slot}), ErrorCode::chat_forbidden);
  EXPECT_EQ(rig.refusal(mallory, field_update(slot, "claim")), ErrorCode::chat_forbidden);
}

TEST_F(LateRaces, R25_ACleanupThatCannotReachTheCacheDoesNotFailTheSendAndTheDraftIsGone) {
  save(alice, "to be sent");
  rig.heard(bob);
  rig.cache_available(false);
  rig.say(alice, field_message(slot, "m1"));
  const auto frames = rig.heard(alice);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<wire::ChatMessageReceipt>(frames[0]));
  EXPECT_EQ(std::get<wire::DraftDeleteReceipt>(frames[1]).draft_v, 2u);
  ASSERT_EQ(rig.facts(slot)->current, 1u) << "the cache still holds the sent text";
  rig.cache_available(true);
  rig.heard(bob);
  rig.say(bob, field_update(slot, "next"));
  const auto to_bob = rig.heard(bob);
  ASSERT_EQ(to_bob.size(), 1u) << "what the cache missed was dropped, so nothing stale is shown";
  EXPECT_EQ(std::get<wire::DraftUpdateReceipt>(to_bob[0]).draft_v, 3u);
  EXPECT_EQ(rig.row(slot)->cleared_version, 2u);
}

TEST_F(LateRaces, R25_ASendCutOffFromItsAnswerIsFinishedByItsRetry) {
  save(alice, "to be sent");
  rig.heard(bob);
  rig.hold = true;
  rig.say(alice, field_message(slot, "m1"));
  rig.perform_but_fail();  // message and tombstone are durable, nobody knows
  rig.hold = false;
  EXPECT_EQ(rig.only<wire::ErrorFrame>(alice)->code, ErrorCode::storage_unavailable);
  rig.say(alice, field_message(slot, "m1"));
  const auto frames = rig.heard(alice);
  ASSERT_FALSE(frames.empty());
  EXPECT_TRUE(rig.row(slot)->deleted);
  EXPECT_TRUE(rig.facts(slot)->deleted) << "the retry learned it";
  EXPECT_EQ(rig.table.messages().size(), 1u);
  const auto to_bob = rig.heard(bob);
  ASSERT_FALSE(to_bob.empty()) << "and the others heard of it";
  EXPECT_EQ(std::get<wire::DraftDeleted>(to_bob.front()).draft_v, 2u);
}

TEST_F(LateRaces, R26_OnlyTheLiteralTruePreservesTheDraft) {
  for (const char* value : {"\"true\"", "1", "null", "false"}) {
    save(alice, std::string("text for ") + value);
    const std::string text = R"({"type":"chat_message_added","payload":{"chat_id":")" +
                             slot.text() + R"(","message_id":"m)" +
                             std::to_string(rig.queries_asked) +
                             R"(","encrypted_content":"AAAA","preserve_draft":)" + value + "}}";
    rig.say_text(alice, text);
    EXPECT_TRUE(rig.row(slot)->deleted) << value;
  }
  save(alice, "kept");
  auto frame = field_message(slot, "last");
  frame.preserve_draft = true;
  const auto only = rig.answer<wire::ChatMessageReceipt>(alice, frame);
  EXPECT_TRUE(only);
  EXPECT_FALSE(rig.row(slot)->deleted);
}

TEST_F(LateRaces, R27_JobsOutOfOrderRepeatedOrAfterADeletionResurrectNothing) {
  rig.hold = true;
  rig.say(alice, field_update(slot, "one"));
  rig.release();
  rig.say(alice, field_update(slot, "two"));
  rig.say(alice, field_delete(slot));
  ASSERT_EQ(rig.held_jobs(), 3u);
  rig.repeat(1);
  rig.repeat(2);
  rig.repeat(0);
  rig.release_all();
  EXPECT_TRUE(rig.row(slot)->deleted);
  EXPECT_EQ(rig.row(slot)->version, 3u);
}

TEST_F(LateRaces, R28_BothSpellingsOfTheChatIdDelete) {
  Version expected = 0;
  for (const char* key : {"chat_id", "chatId"}) {
    ++expected;
    ASSERT_EQ(save(alice, key), expected);
    rig.say_text(alice, std::string(R"({"type":"delete_draft","payload":{")") + key + "\":\"" +
                            slot.text() + "\"}}");
    const auto receipt = rig.only<wire::DraftDeleteReceipt>(alice);
    ASSERT_TRUE(receipt) << key;
    ++expected;
    EXPECT_EQ(receipt->draft_v, expected);
  }
}

TEST_F(LateRaces, R29_AReplayAfterALostReceiptWritesOnceAndOverwritesNothingNewer) {
  SealedSlot sealed{slot, 0, {}};
  const auto change = sealed.offline("offline");
  rig.say(alice, wire::SyncOfflineChanges{{change}});
  rig.heard(alice);
  const auto again =
      rig.answer<wire::OfflineSyncComplete>(alice, wire::SyncOfflineChanges{{change}});
  ASSERT_TRUE(again);
  EXPECT_THAT(again->results,
              ElementsAre(wire::OfflineResult{change.change_id, ChangeOutcome::repeated, 1}));
  sealed.moved_to(1, *change.value);
  save_sealed(sealed, "newer");
  rig.say(bob, wire::SyncOfflineChanges{{change}});
  EXPECT_EQ(complete(rig.heard(bob)).conflicts, 1u);
  EXPECT_EQ(rig.row(slot)->version, 2u);
}

TEST_F(LateRaces, R30_TheSecondChangeOfASlotDoesNotOverwriteARemoteEditUnseen) {
  save(bob, "v1");
  save(bob, "the other device's v2");
  rig.heard(alice);
  const auto first = field_offline(slot, "mine based on 1", 1);
  const auto second = field_offline(slot, "mine based on 2", 2);
  rig.say(alice, wire::SyncOfflineChanges{{first, second}});
  const auto frames = rig.heard(alice);
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(std::get<wire::DraftConflict>(frames[0]).draft_v, 2u);
  EXPECT_EQ(std::get<wire::ErrorFrame>(frames[1]).code, ErrorCode::replay_refused);
  EXPECT_EQ(std::get<wire::ErrorFrame>(frames[1]).change_id, second.change_id);
  EXPECT_THAT(complete(frames).results,
              ElementsAre(wire::OfflineResult{first.change_id, ChangeOutcome::conflict, 2},
                          wire::OfflineResult{second.change_id, ChangeOutcome::error, 0}));
  EXPECT_EQ(rig.row(slot)->draft, field_ciphertext("the other device's v2"));
}

TEST_F(LateRaces, R31_AnOversizeUpdateReachesItsSenderAsAnErrorTiedToTheChange) {
  auto frame = field_update(slot, "x");
  frame.encrypted_draft_md = std::string(rig.server.config().max_draft_chars + 1, 'A');
  frame.change_id = ChangeId{"too-long"};
  const auto error = rig.answer<wire::ErrorFrame>(alice, frame);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::draft_too_long);
  EXPECT_EQ(error->chat_id, slot);
  EXPECT_EQ(error->change_id, frame.change_id);
  EXPECT_FALSE(rig.row(slot));
}

TEST_F(LateRaces, R70_AfterALossTheNumberIsFreeAgainAndTheParentTellsThemApart) {
  SealedSlot sealed{slot, 0, {}};
  save_sealed(sealed, "v1");
  rig.hold = true;
  SealedSlot lost = sealed;
  const auto a1 = sealed.update("a1");
  rig.say(alice, a1);
  lost.moved_to(2, *a1.encrypted_draft_md);
  rig.crash();
  rig.hold = false;
  alice = rig.connect();
  bob = rig.connect();
  ASSERT_TRUE(rig.answer<wire::DraftDeleteReceipt>(bob, sealed.remove()));  // version 2 again
  EXPECT_TRUE(rig.answer<wire::DraftConflict>(alice, lost.update("on a1")));
}

TEST_F(LateRaces, R72_ASendOnTheStateItKnowsDoesNotTouchTheOtherDevicesLine) {
  SealedSlot sealed{slot, 0, {}};
  save_sealed(sealed, "a1");
  const SealedSlot seen_by_alice = sealed;
  save_sealed(sealed, "a1 and b1");
  rig.say(alice, seen_by_alice.send("m1"));
  const auto frames = rig.heard(alice);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<wire::ChatMessageReceipt>(frames[0]));
  EXPECT_EQ(std::get<wire::DraftConflict>(frames[1]).change_id, ChangeId{"m1"});
  EXPECT_FALSE(rig.row(slot)->deleted);
  EXPECT_EQ(rig.table.messages().size(), 1u);
}

TEST_F(LateRaces, R78_OfTwoResolutionsOfOneConflictOneWriteWins) {
  SealedSlot sealed{slot, 0, {}};
  save_sealed(sealed, "base");
  rig.hold = true;
  rig.evict(slot);
  rig.say(alice, sealed.update("resolution a"));
  rig.say(bob, sealed.update("resolution b"));
  rig.release_all();
  EXPECT_TRUE(rig.only<wire::DraftUpdateReceipt>(alice));
  const auto to_bob = rig.heard(bob);
  ASSERT_EQ(to_bob.size(), 2u);
  EXPECT_EQ(std::get<wire::ChatDraftUpdated>(to_bob[0]).draft_v, 2u);
  EXPECT_EQ(std::get<wire::DraftConflict>(to_bob[1]).draft_v, 2u);
}

TEST_F(LateRaces, R79_AnEntryWhoseJobWaitsIsNotEvictedAndItsNumberNotReused) {
  SealedSlot sealed{slot, 0, {}};
  save_sealed(sealed, "v1");
  rig.hold = true;
  const auto frame = sealed.update("v2");
  rig.say(alice, frame);
  rig.evict(slot);
  ASSERT_EQ(rig.facts(slot)->current, 2u);
  rig.advance(10 * rig.server.config().draft_ttl_us);
  EXPECT_EQ(rig.facts(slot)->current, 2u) << "nor does it expire";
  const ConnId carol = rig.connect();
  EXPECT_TRUE(rig.answer<wire::DraftConflict>(carol, sealed.update("v2 again")));
}

}  // namespace
}  // namespace dp::server::testing
