// The server's lines of the race catalogue, R01 to R15, each as one test. Where a race is about
// two devices the slot is a field one, because there only the server keeps order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using wire::ErrorCode;

class Races : public ::testing::Test {
 protected:
  Version save(ConnId conn, std::string_view content) {
    const auto receipt = rig.answer<wire::DraftUpdateReceipt>(conn, field_update(slot, content));
    return receipt ? receipt->draft_v : 0;
  }
  Version remove(ConnId conn) {
    const auto receipt = rig.answer<wire::DraftDeleteReceipt>(conn, field_delete(slot));
    return receipt && receipt->success ? *receipt->draft_v : 0;
  }
  std::optional<wire::ChatDetails> details(ConnId conn) {
    return rig.answer<wire::ChatDetails>(conn, wire::GetChatDetails{slot});
  }
  // What a database that lived on without this server's knowledge holds.
  void plant(Version version, std::string_view content) {
    DraftRow row;
    row.slot = {account(1), slot};
    row.version = version;
    row.draft = field_ciphertext(content);
    ASSERT_TRUE(std::get<DraftWritten>(rig.table.execute(WriteDraft{row})).applied);
  }

  Rig rig;
  ConnId alice = rig.connect();
  ConnId bob = rig.connect();
  ChatId slot = chat(1);
};

TEST_F(Races, R01_AnEditBeingWrittenWhenASendDeletesDoesNotResurrectTheDraft) {
  ASSERT_EQ(save(alice, "first"), 1u);
  rig.evict(slot, true, true);
  rig.heard(bob);
  rig.hold = true;
  rig.say(bob, field_update(slot, "edit"));   // waits for its lookup
  rig.say(alice, field_message(slot, "m1"));  // waits for the slot
  EXPECT_TRUE(rig.heard(alice).empty());
  rig.release_all();
  EXPECT_TRUE(rig.facts(slot)->deleted);
  EXPECT_TRUE(rig.row(slot)->deleted);
  EXPECT_EQ(rig.row(slot)->version, 3u);
  const auto to_bob = rig.heard(bob);  // its edit was stored as 2 and then lost
  ASSERT_EQ(to_bob.size(), 3u);
  EXPECT_EQ(std::get<wire::DraftUpdateReceipt>(to_bob[0]).draft_v, 2u);
  EXPECT_TRUE(std::holds_alternative<wire::ChatMessageReceived>(to_bob[1]));
  EXPECT_EQ(std::get<wire::DraftDeleted>(to_bob[2]).draft_v, 3u);
}

TEST_F(Races, R02_TwoWritesAtOneInstantGetTwoNumbersAndOneOrderEverywhere) {
  plant(5, "before");
  const ConnId carol = rig.connect();
  rig.hold = true;
  rig.say(alice, field_update(slot, "a"));
  rig.say(bob, field_update(slot, "b"));
  rig.release_all();
  const auto to_carol = rig.heard(carol);
  ASSERT_EQ(to_carol.size(), 2u);
  EXPECT_EQ(std::get<wire::ChatDraftUpdated>(to_carol[0]).draft_v, 6u);
  EXPECT_EQ(std::get<wire::ChatDraftUpdated>(to_carol[1]).draft_v, 7u);
  EXPECT_EQ(std::get<wire::ChatDraftUpdated>(to_carol[1]).encrypted_draft_md,
            field_ciphertext("b"));
  const auto to_alice = rig.heard(alice);  // own receipt for 6 before the news of 7
  ASSERT_EQ(to_alice.size(), 2u);
  EXPECT_EQ(std::get<wire::DraftUpdateReceipt>(to_alice[0]).draft_v, 6u);
  EXPECT_EQ(std::get<wire::ChatDraftUpdated>(to_alice[1]).draft_v, 7u);
  EXPECT_EQ(rig.row(slot)->version, 7u);
}

TEST_F(Races, R03_AFailedWriteLeavesNoEmptyRecordAndLaterVersionsWork) {
  rig.cache_available(false);
  EXPECT_EQ(rig.refusal(alice, field_update(slot, "lost")), ErrorCode::storage_unavailable);
  EXPECT_FALSE(rig.facts(slot));
  EXPECT_FALSE(rig.row(slot));
  rig.cache_available(true);
  EXPECT_EQ(save(alice, "kept"), 1u);
  rig.fails = [](const Query& query) { return query.is_job; };
  EXPECT_EQ(save(alice, "kept two"), 2u);
  EXPECT_EQ(rig.row(slot)->version, 1u);
  rig.fails = [](const Query&) { return false; };
  EXPECT_EQ(save(alice, "kept three"), 3u);
  EXPECT_EQ(rig.row(slot)->draft, field_ciphertext("kept three"));
}

TEST_F(Races, R04_AHollowRecordDoesNotHideThePersistedCiphertext) {
  save(alice, "persisted");
  rig.hollow(slot);
  ASSERT_FALSE(rig.facts(slot)->record->draft) << "the fault must bite";
  const auto seen = details(bob);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->encrypted_draft_md, field_ciphertext("persisted"));
  EXPECT_EQ(seen->draft_v, 1u);
  EXPECT_EQ(rig.facts(slot)->record->draft, field_ciphertext("persisted")) << "warmed";
}

TEST_F(Races, R04_AHollowRecordWithItsJobStillQueuedKeepsItsContent) {
  save(alice, "old");
  rig.hold = true;
  EXPECT_EQ(save(alice, "queued"), 2u);
  rig.hollow(slot);
  rig.hold = false;
  rig.heard(bob);
  const auto seen = details(bob);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->draft_v, 2u);
  EXPECT_EQ(seen->encrypted_draft_md, field_ciphertext("queued"));
}

TEST_F(Races, R05_LosingRecordOrCounterOrBothNeverResetsAVersion) {
  Version expected = 0;
  for (const auto& [record, counter] : {std::pair{true, false}, {false, true}, {true, true}}) {
    ++expected;
    ASSERT_EQ(save(alice, "text" + std::to_string(expected)), expected);
    rig.evict(slot, record, counter);
    if (const auto facts = rig.facts(slot)) {
      EXPECT_EQ(facts->current == 0, record) << "the fault must bite";
      EXPECT_EQ(facts->counter == 0, counter) << "the fault must bite";
    } else {
      EXPECT_TRUE(record && counter);
    }
    ++expected;
    ASSERT_EQ(save(alice, "more" + std::to_string(expected)), expected);
  }
}

TEST_F(Races, R05_ExpiryOfTheRecordWhileTheCounterLives) {
  save(alice, "one");
  rig.hang_up(alice);
  rig.hang_up(bob);
  rig.advance(rig.server.config().draft_ttl_us + kSecond);
  ASSERT_TRUE(rig.facts(slot));
  EXPECT_EQ(rig.facts(slot)->current, 0u);
  EXPECT_EQ(rig.facts(slot)->counter, 1u);
  alice = rig.connect();
  EXPECT_EQ(save(alice, "two"), 2u);
}

TEST_F(Races, R05_ExpiryOfBoth) {
  save(alice, "one");
  rig.hang_up(alice);
  rig.hang_up(bob);
  rig.advance(rig.server.config().counter_ttl_us + kDay);
  EXPECT_FALSE(rig.facts(slot));
  alice = rig.connect();
  EXPECT_EQ(save(alice, "two"), 2u);
}

TEST_F(Races, R06_ARealEditAfterATombstoneIsAccepted) {
  plant(5, "before");
  EXPECT_EQ(remove(alice), 6u);
  EXPECT_EQ(save(bob, "edit"), 7u);
  EXPECT_FALSE(rig.row(slot)->deleted);
  EXPECT_EQ(rig.row(slot)->cleared_version, 6u);
}

TEST_F(Races, R07_WarmingAtTheTombstonesOwnVersionIsRefused) {
  plant(5, "stale");
  rig.hold = true;
  rig.say(alice, field_delete(slot));
  rig.release();  // the lookup; the tombstone's job for 6 stays out
  ASSERT_TRUE(rig.facts(slot)->deleted);
  plant(6, "stale twin");  // the same number in the table
  rig.hold = false;
  rig.hollow(slot);  // an unsealed tombstone has no content to lose: it still answers
  rig.heard(bob);
  const auto seen = details(bob);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->draft_v, 0u);
  EXPECT_EQ(seen->cleared_draft_v, 6u);
  EXPECT_TRUE(rig.facts(slot)->deleted);
}

TEST_F(Races, R08_AnOlderWriteOverNewerContentIsRefused) {
  rig.hold = true;
  rig.say(alice, field_update(slot, "one"));
  rig.release();
  rig.say(alice, field_update(slot, "two"));
  ASSERT_EQ(rig.held_jobs(), 2u);
  rig.release(1);
  rig.repeat(0);  // the job of version 1 comes late, and again
  rig.release(0);
  EXPECT_EQ(rig.row(slot)->version, 2u);
  EXPECT_EQ(rig.row(slot)->draft, field_ciphertext("two"));
  EXPECT_EQ(rig.facts(slot)->queued_jobs, 0u);
}

TEST_F(Races, R10_ACacheFailureIsRetryableAndNeitherSupersededNorNoDraft) {
  save(alice, "kept");
  rig.heard(bob);
  rig.cache_available(false);
  const auto refused = rig.refusal(alice, field_update(slot, "x"));
  ASSERT_EQ(refused, ErrorCode::storage_unavailable);
  EXPECT_TRUE(wire::is_retryable(*refused));
  EXPECT_EQ(rig.refusal(alice, field_delete(slot)), ErrorCode::storage_unavailable);
  EXPECT_EQ(rig.refusal(bob, wire::GetChatDetails{slot}), ErrorCode::storage_unavailable);
  rig.cache_available(true);
  EXPECT_EQ(save(alice, "x"), 2u);
}

TEST_F(Races, R11_AFailedLookupIsListedAsUnavailableAndNeverAsVersionZero) {
  save(alice, "kept");
  const ChatId other = chat(2);
  rig.say(alice, field_update(other, "other"));
  rig.fails = [&](const Query& query) {
    const auto* load = std::get_if<LoadSlot>(&query.request);
    return load && load->slot.chat == slot;
  };
  rig.heard(bob);
  const auto answer =
      rig.answer<wire::DraftVersionsResponse>(bob, wire::GetDraftVersions{{{slot, 1}, {other, 1}}});
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->unavailable_chat_ids, ::testing::ElementsAre(slot));
  EXPECT_THAT(answer->versions, ::testing::ElementsAre(wire::SlotVersion{other, 1}));
  EXPECT_TRUE(answer->tombstone_versions.empty());
}

TEST_F(Races, R12_AnExpiredCacheEntryIsNotADeletion) {
  save(alice, "kept");
  rig.evict(slot);
  const auto answer =
      rig.answer<wire::DraftVersionsResponse>(alice, wire::GetDraftVersions{{{slot, 1}}});
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->versions, ::testing::ElementsAre(wire::SlotVersion{slot, 1}));
  EXPECT_TRUE(answer->tombstone_versions.empty());
}

TEST_F(Races, R13_ATombstoneStopsTheFallbackAlsoAfterTheCachesLife) {
  save(alice, "old");
  rig.hold = true;
  rig.say(alice, field_delete(slot));  // the table still holds the old text
  rig.hold = false;
  rig.heard(alice);
  ASSERT_FALSE(rig.row(slot)->deleted);
  const auto lagging = details(alice);
  ASSERT_TRUE(lagging);
  EXPECT_EQ(lagging->draft_v, 0u);
  EXPECT_EQ(lagging->cleared_draft_v, 2u);
  rig.hold = true;
  rig.advance(rig.server.config().draft_ttl_us + kSecond);
  ASSERT_TRUE(rig.facts(slot)) << "pinned until its job is durable";
  EXPECT_TRUE(rig.facts(slot)->deleted);
  rig.release_all();
  rig.advance(rig.server.config().draft_ttl_us + kSecond);
  EXPECT_EQ(rig.facts(slot)->current, 0u);
  alice = rig.connect();
  const auto after = details(alice);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->draft_v, 0u);
  EXPECT_EQ(after->cleared_draft_v, 2u);
}

TEST_F(Races, R14_TheHigherOfCacheAndDatabaseWinsAndADatabaseWinnerWarms) {
  save(alice, "cached");
  plant(7, "newer in the table");
  rig.heard(bob);
  const auto seen = details(alice);
  EXPECT_FALSE(seen) << "alice hears the unseen state as news first";
  EXPECT_EQ(rig.facts(slot)->current, 7u) << "warmed";
  const auto news = rig.only<wire::ChatDraftUpdated>(bob);
  ASSERT_TRUE(news);
  EXPECT_EQ(news->draft_v, 7u);
  rig.hold = true;
  rig.say(alice, field_update(slot, "lagging"));
  rig.hold = false;
  const auto now = details(bob);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->draft_v, 8u) << "persistence lag: the cache wins";
  EXPECT_EQ(rig.row(slot)->version, 7u);
}

TEST_F(Races, R15_ReplayOfADraftOnlyChatWithNothingCachedIsAccepted) {
  const auto done = rig.answer<wire::OfflineSyncComplete>(
      bob, wire::SyncOfflineChanges{{SealedSlot{slot, 0, {}}.offline("offline")}});
  EXPECT_FALSE(done) << "the sender hears its own change too";
  EXPECT_EQ(rig.row(slot)->version, 1u);
}

TEST_F(Races, R15_ReplayIntoSomeoneElsesChatIsAnErrorAndStoresNothing) {
  save(alice, "hers");
  const ConnId mallory = rig.connect(9);
  rig.say(mallory, wire::SyncOfflineChanges{{SealedSlot{slot, 0, {}}.offline("intrusion")}});
  const auto frames = rig.heard(mallory);
  ASSERT_EQ(frames.size(), 2u);
  const auto& error = std::get<wire::ErrorFrame>(frames[0]);
  EXPECT_EQ(error.code, ErrorCode::chat_forbidden);
  EXPECT_TRUE(error.change_id);
  EXPECT_EQ(std::get<wire::OfflineSyncComplete>(frames[1]).errors, 1u);
  EXPECT_FALSE(rig.row(slot, 9));
  EXPECT_EQ(rig.row(slot)->draft, field_ciphertext("hers"));
}

}  // namespace
}  // namespace dp::server::testing
