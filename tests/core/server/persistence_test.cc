// Persistence: one job per stored change, the window W, flushes, retries, and rows nobody expected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using ::testing::IsEmpty;
using wire::ErrorCode;

class Persistence : public ::testing::Test {
 protected:
  void jobs_fail(bool fail) {
    rig.fails = [fail](const Query& query) { return fail && query.is_job; };
  }
  Micros age() const { return rig.server.oldest_unpersisted_age_us(rig.now); }

  Rig rig;
  ConnId alice = rig.connect();
  ConnId bob = rig.connect();
  ChatId slot = chat(1);
  const Micros window = rig.server.config().persistence_window_us;
  const Micros retry = rig.server.config().persistence_retry_us;
};

TEST_F(Persistence, EachStoredChangeHasItsJobAndNothingElseHas) {
  rig.hold = true;
  rig.say(alice, field_update(slot, "one"));
  rig.release();
  rig.say(alice, field_update(slot, "two"));
  rig.say(alice, field_update(slot, "two"));                                     // a repeat
  rig.say(alice, wire::UpdateDraft{.chat_id = slot, .encrypted_draft_md = ""});  // a refusal
  EXPECT_EQ(rig.held_jobs(), 2u);
  EXPECT_EQ(rig.facts(slot)->queued_jobs, 2u);
}

TEST_F(Persistence, TheReceiptPrecedesTheBroadcastAndBothPrecedeTheJob) {
  rig.say(alice, field_update(slot, "one"));
  rig.performed.clear();
  rig.say(alice, field_update(slot, "two"));
  std::vector<std::string> order;
  for (const Effect& effect : rig.performed) {
    if (const auto* send = std::get_if<Send>(&effect)) {
      order.push_back(send->conn == alice ? "receipt" : "broadcast");
    } else if (std::holds_alternative<Query>(effect)) {
      order.push_back("job");
    }
  }
  EXPECT_THAT(order, ::testing::ElementsAre("receipt", "broadcast", "job"));
}

TEST_F(Persistence, AFailedJobIsAskedAgainUntilItIsDurable) {
  jobs_fail(true);
  rig.say(alice, field_update(slot, "one"));
  rig.advance(3 * retry);
  EXPECT_FALSE(rig.row(slot));
  EXPECT_GE(rig.queries_asked, 4u);
  jobs_fail(false);
  rig.advance(retry);
  EXPECT_TRUE(rig.row(slot));
  EXPECT_EQ(age(), 0);
}

TEST_F(Persistence, AnUnansweredJobIsAskedAgainToo) {
  rig.say(alice, field_update(slot, "one"));
  rig.hold = true;
  rig.say(alice, field_update(slot, "two"));
  rig.lose();
  rig.advance(5 * retry);
  ASSERT_EQ(rig.held_jobs(), 1u);
  rig.release();
  EXPECT_EQ(rig.row(slot)->version, 2u);
  EXPECT_TRUE(rig.last.idle);
}

TEST_F(Persistence, AJobWhoseAnswerWasLostIsDurableWhenItsRepetitionIsRefused) {
  rig.say(alice, field_update(slot, "one"));
  rig.hold = true;
  rig.say(alice, field_update(slot, "two"));
  rig.table.execute(rig.held.front().request);  // performed, and the answer lost
  rig.lose();
  rig.heard(bob);
  rig.advance(5 * retry);
  rig.release();
  EXPECT_EQ(rig.facts(slot)->queued_jobs, 0u);
  EXPECT_THAT(rig.heard(bob), IsEmpty()) << "the table holds our own row: no news";
  EXPECT_FALSE(rig.closed(bob));
}

TEST_F(Persistence, ALostAnswerAboutAHollowRecordIsNoNewsEither) {
  rig.hold = true;
  rig.say(alice, field_update(slot, "one"));
  rig.release();
  rig.table.execute(rig.held.front().request);  // performed, and the answer lost
  rig.lose();
  rig.hollow(slot);
  rig.heard(bob);
  rig.advance(5 * retry);
  rig.release_all();
  EXPECT_THAT(rig.heard(bob), IsEmpty());
  EXPECT_FALSE(rig.closed(bob)) << "nobody has to come back and compare";
}

TEST_F(Persistence, TheServerStopsAcknowledgingBeforeTheOldestChangeReachesW) {
  jobs_fail(true);
  Micros oldest = 0;
  std::optional<ErrorCode> refused;
  for (int i = 0; i < 1'000 && !refused; ++i) {
    rig.heard(alice);
    auto frame = field_update(slot, "text" + std::to_string(i));
    frame.change_id = ChangeId{"c" + std::to_string(i)};
    rig.say(alice, frame);
    const auto frames = rig.heard(alice);
    ASSERT_EQ(frames.size(), 1u);
    if (const auto* error = std::get_if<wire::ErrorFrame>(&frames[0])) {
      refused = error->code;
      EXPECT_EQ(error->change_id, frame.change_id);
    }
    oldest = age();
    rig.advance(kSecond / 2);
    rig.say(bob, wire::Ping{});
  }
  EXPECT_EQ(refused, ErrorCode::persistence_lagging);
  EXPECT_TRUE(wire::is_retryable(*refused));
  EXPECT_LT(oldest, window) << "refused before the window is reached";
  EXPECT_GE(oldest, window - 2 * retry) << "and not much earlier";
  jobs_fail(false);
  rig.advance(retry);
  EXPECT_EQ(age(), 0);
  EXPECT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, field_update(slot, "again")));
}

TEST_F(Persistence, ALaggingServerStillRepeatsReceiptsAnswersReadsAndStoresMessages) {
  jobs_fail(true);
  rig.say(alice, field_update(slot, "acknowledged"));
  rig.advance(window - retry);
  EXPECT_EQ(rig.refusal(alice, field_update(slot, "more")), ErrorCode::persistence_lagging);
  EXPECT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, field_update(slot, "acknowledged")));
  EXPECT_TRUE(rig.answer<wire::ChatDetails>(alice, wire::GetChatDetails{slot}));
  rig.say(alice, field_message(slot, "m1"));
  EXPECT_EQ(rig.heard(alice).size(), 2u);
  EXPECT_TRUE(rig.row(slot)->deleted) << "the send is durable by itself";
  EXPECT_EQ(age(), 0) << "and overtakes the queued change";
}

TEST_F(Persistence, QueuedBytesAreBounded) {
  Config config;
  config.max_unpersisted_bytes = 20'000;
  Rig small(config);
  const ConnId conn = small.connect();
  small.fails = [](const Query& query) { return query.is_job; };
  int accepted = 0;
  while (accepted < 1'000 &&
         small.answer<wire::DraftUpdateReceipt>(
             conn, field_update(slot, std::string(1'000, 'x') + std::to_string(accepted)))) {
    ++accepted;
  }
  EXPECT_LT(accepted, 20);
  EXPECT_GT(accepted, 5);
  EXPECT_EQ(small.refusal(conn, field_update(slot, "x")), ErrorCode::persistence_lagging);
}

TEST_F(Persistence, OnTheLastDisconnectTheAccountsChangesAreFlushed) {
  const ConnId stranger = rig.connect(2);
  jobs_fail(true);
  rig.say(alice, field_update(slot, "one"));
  rig.say(stranger, field_update(chat(2), "theirs"));
  jobs_fail(false);
  rig.hang_up(alice);
  EXPECT_FALSE(rig.row(slot)) << "bob is still there";
  rig.hang_up(bob);
  EXPECT_TRUE(rig.row(slot)) << "without waiting for the retry";
  EXPECT_FALSE(rig.row(chat(2), 2));
}

TEST_F(Persistence, OnlyTheNewestChangeOfASlotIsRetried) {
  jobs_fail(true);
  for (int i = 0; i < 5; ++i) rig.say(alice, field_update(slot, "text" + std::to_string(i)));
  const std::size_t asked = rig.queries_asked;
  rig.advance(retry);
  EXPECT_EQ(rig.queries_asked, asked + 1);
  jobs_fail(false);
  rig.advance(retry);
  EXPECT_EQ(rig.row(slot)->version, 5u);
  EXPECT_EQ(rig.facts(slot)->queued_jobs, 0u);
}

TEST_F(Persistence, ARestartLosesOnlyWhatWasNotDurable) {
  rig.say(alice, field_update(slot, "durable"));
  rig.hold = true;
  rig.say(alice, field_update(slot, "in memory only"));
  rig.crash();
  rig.hold = false;
  alice = rig.connect();
  const auto seen = rig.answer<wire::ChatDetails>(alice, wire::GetChatDetails{slot});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->draft_v, 1u);
  EXPECT_EQ(seen->encrypted_draft_md, field_ciphertext("durable"));
}

class UnseenRows : public Persistence {
 protected:
  // A predecessor's write for `version` lands while ours is on its way.
  void plant(Version version) {
    DraftRow row;
    row.slot = {account(1), slot};
    row.version = version;
    row.draft = field_ciphertext("unseen");
    ASSERT_TRUE(std::get<DraftWritten>(rig.table.execute(WriteDraft{row})).applied);
  }
};

TEST_F(UnseenRows, AHigherOneWinsAndIsAnnounced) {
  rig.say(alice, field_update(slot, "one"));
  rig.hold = true;
  rig.say(alice, field_update(slot, "two"));
  plant(6);
  rig.heard(bob);
  rig.release();
  EXPECT_EQ(rig.facts(slot)->current, 6u);
  const auto news = rig.only<wire::ChatDraftUpdated>(bob);
  ASSERT_TRUE(news);
  EXPECT_EQ(news->draft_v, 6u);
  EXPECT_EQ(age(), 0);
}

TEST_F(UnseenRows, ATwinOfTheSameNumberWinsAndTheDevicesComeBackToCompare) {
  rig.say(alice, field_update(slot, "one"));
  rig.hold = true;
  rig.say(alice, field_update(slot, "two"));
  plant(2);
  rig.release();
  rig.hold = false;
  EXPECT_EQ(rig.facts(slot)->record->draft, field_ciphertext("unseen"));
  EXPECT_EQ(rig.closed(alice), (Rig::Closed{1012, "reconcile"}));
  EXPECT_EQ(rig.closed(bob), (Rig::Closed{1012, "reconcile"}));
}

TEST_F(UnseenRows, ALowerOneIsOvertakenByTheNextJob) {
  rig.say(alice, field_update(slot, "one"));
  rig.hold = true;
  rig.say(alice, field_update(slot, "two"));
  rig.say(alice, field_update(slot, "three"));
  plant(2);
  rig.release_all();
  EXPECT_EQ(rig.row(slot)->version, 3u);
  EXPECT_EQ(rig.facts(slot)->current, 3u);
  EXPECT_FALSE(rig.closed(bob));
}

TEST_F(UnseenRows, AJobForAChatThatIsGoneEndsQuietly) {
  rig.say(alice, field_update(slot, "one"));
  rig.hold = true;
  rig.say(alice, field_update(slot, "two"));
  rig.table.execute(DropChat{{account(1), slot}});
  rig.release();
  rig.hold = false;
  EXPECT_EQ(age(), 0);
  EXPECT_EQ(rig.refusal(alice, field_update(slot, "three")), ErrorCode::chat_deleted);
}

TEST_F(Persistence, UnsealedTombstonesExpireAfter400DaysAndTheNumberGoesOn) {
  rig.say(alice, field_update(slot, "one"));
  rig.say(alice, field_delete(slot));
  SealedSlot sealed{chat(2), 0, {}};
  const auto removal = sealed.remove();
  rig.say(alice, removal);
  rig.hang_up(alice);
  rig.hang_up(bob);
  rig.advance(399 * kDay);
  EXPECT_TRUE(rig.row(slot)) << "at least 400 days";
  rig.advance(3 * kDay);
  EXPECT_FALSE(rig.row(slot));
  EXPECT_TRUE(rig.row(chat(2))) << "a sealed tombstone lives as long as its chat";
  alice = rig.connect();
  EXPECT_EQ(rig.refusal(alice, SealedSlot{slot, 0, {}}.update("a reused number", 2)),
            ErrorCode::version_invalid);
  const auto receipt = rig.answer<wire::DraftUpdateReceipt>(alice, field_update(slot, "back"));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->draft_v, 3u) << "versions are never reset";
}

TEST_F(Persistence, TheCacheIsBounded) {
  Config config;
  config.max_cached_slots = 10;
  Rig small(config);
  const ConnId conn = small.connect();
  for (std::uint8_t n = 1; n <= 40; ++n) small.say(conn, field_update(chat(n), "text"));
  EXPECT_LE(small.server.slots().size(), 11u);
  EXPECT_EQ(small.table.drafts().size(), 40u);
  const auto receipt = small.answer<wire::DraftUpdateReceipt>(conn, field_update(chat(1), "more"));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->draft_v, 2u);
}

}  // namespace
}  // namespace dp::server::testing
