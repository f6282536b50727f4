// Losses, restored backups, forks, clones and forgeries: dots decide, and nothing typed is lost.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/crypto/padding.h"
#include "core/draft/payload.h"
#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);

struct Reconcile : testing::Test {
  Testbed bed{2};
  Reconcile() {
    for (std::size_t i = 0; i < 2; ++i) {
      bed.boot(i);
      bed.act(ChatOpened{kChat}, i);
    }
    bed.forget_effects();
  }
  std::string at_server() const { return draft::text_of(bed.open_at_server(kChat)); }
  // Everything a slot still holds: text and copies.
  std::string everything(std::size_t index = 0) const {
    const draft::Draft local = bed.facts(kChat, index).local;
    std::string all = draft::text_of(local);
    for (const draft::Copy& copy : local.copies) all += "|" + draft::join_lines(copy.lines);
    return all;
  }
  void expect_converged() const {
    EXPECT_EQ(bed.facts(kChat, 0).local, bed.facts(kChat, 1).local);
    EXPECT_EQ(bed.facts(kChat, 0).base_hash, bed.server.slots.at(kChat).hash);
    EXPECT_EQ(bed.facts(kChat, 1).base_hash, bed.server.slots.at(kChat).hash);
    EXPECT_FALSE(bed.facts(kChat, 0).pending);
    EXPECT_FALSE(bed.facts(kChat, 1).pending);
  }
  void restore_server(const FakeServer& backup) {
    bed.go_offline(0);
    bed.go_offline(1);
    bed.server = backup;
    bed.server.disconnect(0);
    bed.server.disconnect(1);
  }
  wire::ChatDraftUpdated broadcast_of(const FakeSlot& slot) const {
    return {kChat, slot.text, slot.preview, slot.version, 1};
  }
};

TEST_F(Reconcile, R70AnAcknowledgedEditTheServerLostIsNotClearedByAnotherDevice) {
  bed.type_and_pause("v1");
  const FakeServer backup = bed.server;
  bed.go_offline(1);
  bed.type_and_pause("v1\na1", 0);  // v2, acknowledged, then lost
  restore_server(backup);
  bed.device(1).network = true;
  bed.act(NetHint{true}, 1);
  bed.act(ClearPressed{}, 1);  // v2 again, a tombstone
  EXPECT_EQ(bed.server.slots[kChat].version, 2u);
  bed.go_online(0);
  bed.pass(kMinute);
  EXPECT_EQ(at_server(), "a1") << "what the clear knew goes, what it did not know stays";
  expect_converged();
}

TEST_F(Reconcile, R71TheBaseIsACommonAncestorByDots) {
  bed.type_and_pause("v1");
  const FakeServer backup = bed.server;
  bed.go_offline(1);
  bed.type_and_pause("a1", 0);
  restore_server(backup);
  bed.go_online(1);
  bed.type_and_pause("b1", 1);  // v2 again
  bed.go_online(0);
  bed.pass(kMinute);
  EXPECT_NE(everything().find("a1"), std::string::npos) << everything();
  EXPECT_NE(everything().find("b1"), std::string::npos) << everything();
  expect_converged();
}

TEST_F(Reconcile, AnOwnChangeWhoseReceiptWasLostIsAMergeBase) {
  bed.type_and_pause("x");
  bed.device(0).lose_down = true;
  bed.type_and_pause("x\nl1", 0);  // accepted; this device does not know
  bed.go_offline(0);
  bed.device(0).lose_down = false;
  bed.type_and_pause("x\nl1\nb", 1);
  bed.type_and_pause("a\nx\nl1", 0);
  bed.go_online(0);
  bed.pass(kMinute);
  EXPECT_EQ(everything(0), "a\nx\nl1\nb") << "with an older base this would be a conflict";
  expect_converged();
}

TEST_F(Reconcile, R74DifferentContentUnderOneNumberConverges) {
  bed.type_and_pause("top\nbottom");
  const FakeServer backup = bed.server;
  bed.go_offline(1);
  bed.type_and_pause("top\nbottom\na1", 0);
  restore_server(backup);
  bed.go_online(1);
  bed.type_and_pause("b1\ntop\nbottom", 1);
  bed.pass(kMinute);
  bed.go_online(0);
  bed.pass(kMinute);
  expect_converged();
  EXPECT_EQ(at_server(), "b1\ntop\nbottom\na1");
  EXPECT_EQ(bed.notices(NoticeKind::security_fork, 0), 1u);
}

TEST_F(Reconcile, R75ADeviceAheadOfARestoredServerGetsThroughAtOnce) {
  bed.type_and_pause("one");
  const FakeServer backup = bed.server;
  for (int i = 0; i < 5; ++i) bed.type_and_pause("edit " + std::to_string(i));
  restore_server(backup);
  bed.go_online(0);
  bed.go_online(1);
  bed.pass(kMinute);
  EXPECT_EQ(at_server(), "edit 4");
  bed.type_and_pause("goes on");
  EXPECT_EQ(at_server(), "goes on");
  expect_converged();
  const std::size_t alarms =
      bed.notices(NoticeKind::security_rollback) + bed.notices(NoticeKind::server_lost_recent);
  EXPECT_EQ(alarms, 1u);
  bed.drop_connection();
  bed.pass(kHour);
  EXPECT_EQ(
      bed.notices(NoticeKind::security_rollback) + bed.notices(NoticeKind::server_lost_recent),
      alarms)
      << "the alarm ends with its cause";
}

TEST_F(Reconcile, ALossWithinTheWindowIsANoticeAndBeyondItAnAlarm) {
  bed.type_and_pause("one");
  const FakeServer backup = bed.server;
  bed.type_and_pause("two");
  restore_server(backup);
  bed.go_online(0);
  EXPECT_EQ(bed.notices(NoticeKind::server_lost_recent), 1u);
  EXPECT_EQ(bed.notices(NoticeKind::security_rollback), 0u);
  EXPECT_EQ(at_server(), "two");
  bed.pass(31 * kSecond);
  restore_server(backup);
  bed.go_online(0);
  EXPECT_EQ(bed.notices(NoticeKind::security_rollback), 1u);
  EXPECT_EQ(at_server(), "two") << "an alarm stops neither saving nor sending";
}

TEST_F(Reconcile, BothJudgementsSurviveARestart) {
  bed.type_and_pause("one");
  const FakeServer backup = bed.server;
  bed.type_and_pause("two");
  Testbed later(bed);
  bed.crash(0);
  bed.server.slots = backup.slots;
  bed.boot(0);
  EXPECT_EQ(bed.notices(NoticeKind::server_lost_recent), 1u);
  later.crash(0);
  later.server.slots = backup.slots;
  later.pass(kHour);
  later.boot(0);
  EXPECT_EQ(later.notices(NoticeKind::security_rollback), 1u);
}

TEST_F(Reconcile, AnotherEnvelopeAtAKnownVersionIsAFork) {
  bed.type_and_pause("one");
  const FakeServer backup = bed.server;
  Testbed fork(bed);
  bed.type_and_pause("history a");
  fork.crash(1);
  fork.boot(1);
  fork.act(ChatOpened{kChat}, 1);
  fork.type_and_pause("history b", 1);
  bed.pass(kMinute);
  bed.cipher = fork.cipher;
  bed.go_offline(0);
  bed.server.slots = fork.server.slots;
  bed.go_online(0);
  bed.pass(kMinute);
  EXPECT_EQ(bed.notices(NoticeKind::security_fork), 1u);
  EXPECT_NE(everything().find("history a"), std::string::npos);
  EXPECT_NE(everything().find("history b"), std::string::npos);
}

TEST_F(Reconcile, R77AClonedStoreReusesNoDotAndNothingOfEitherIsLost) {
  bed.type_and_pause("shared");
  bed.crash(1);
  bed.crash(0);
  bed.device(1).disk = bed.device(0).disk;
  bed.boot(0);
  bed.boot(1);
  for (std::size_t i = 0; i < 2; ++i) bed.act(ChatOpened{kChat}, i);
  bed.go_offline(0);
  bed.go_offline(1);
  bed.type_and_pause("first clone", 0);
  bed.type_and_pause("second clone", 1);
  EXPECT_NE(bed.facts(kChat, 0).local.dot, bed.facts(kChat, 1).local.dot);
  bed.go_online(0);
  bed.go_online(1);
  bed.pass(kMinute);
  EXPECT_NE(everything().find("first clone"), std::string::npos);
  EXPECT_NE(everything().find("second clone"), std::string::npos);
  expect_converged();
}

TEST_F(Reconcile, R63ADeviceAwayForLongOffersOnlyItsOwnEdits) {
  const auto long_time = [&] {  // both switched off
    bed.crash(0);
    bed.crash(1);
    bed.pass(500 * kDay);
    bed.device(1).network = true;
    for (std::size_t i = 0; i < 2; ++i) {
      bed.boot(i);
      bed.act(ChatOpened{kChat}, i);
    }
  };
  bed.type_and_pause("old line\nother line");
  bed.go_offline(1);
  bed.type_and_pause("", 0);
  bed.type_and_pause("new life", 0);
  long_time();
  EXPECT_EQ(everything(1), "new life");
  bed.go_offline(1);
  bed.type_and_pause("", 0);
  bed.type_and_pause("new life\nunsynced", 1);
  long_time();
  EXPECT_EQ(everything(0), "unsynced");
}

TEST_F(Reconcile, R64AFirstConflictDoesNotDisableSaving) {
  bed.go_offline(1);
  bed.type_and_pause("a", 0);
  bed.type_and_pause("b", 1);
  bed.go_online(1);
  bed.pass(kMinute);
  EXPECT_EQ(bed.notices(NoticeKind::conflict_kept_copy, 1), 1u);
  for (int i = 0; i < 3; ++i) {
    bed.type_and_pause("goes on " + std::to_string(i), 1);
    EXPECT_EQ(at_server(), "goes on " + std::to_string(i));
  }
}

TEST_F(Reconcile, R64AStormOfConflictsIsBounded) {
  bed.type_and_pause("calm");
  bed.go_offline(1);
  std::size_t offers = 0;
  for (int round = 0; round < 50; ++round) {
    bed.device().lose_up = true;
    bed.type("storm " + std::to_string(round));
    bed.act(Blurred{});
    bed.device().lose_up = false;
    const auto updates = bed.sent<wire::UpdateDraft>();
    if (updates.size() == offers) continue;  // it has begun to pause
    offers = updates.size();
    const FakeSlot& slot = bed.server.slots[kChat];
    bed.say(wire::DraftConflict{
        kChat, slot.version, slot.text, slot.preview, {}, false, updates.back().change_id});
  }
  EXPECT_LE(offers, 6u);
  bed.pass(kMinute);
  EXPECT_EQ(at_server(), "storm 49");
}

TEST_F(Reconcile, R65ALongTextIsNotReplacedByAnOlderShortOne) {
  bed.type_and_pause("short");
  bed.go_offline(1);
  const std::string long_text = "short\n" + std::string(2'000, 'l');
  bed.type_and_pause(long_text, 0);
  bed.type_and_pause("shorter", 1);
  bed.go_online(1);
  bed.pass(kMinute);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NE(everything(i).find(std::string(2'000, 'l')), std::string::npos);
    EXPECT_NE(everything(i).find("shorter"), std::string::npos);
  }
  expect_converged();
}

TEST_F(Reconcile, ClearedCopiesGoToTheArchiveOfEachDeviceBeforeTheRowThatOmitsThem) {
  bed.go_offline(1);
  bed.type_and_pause("winner", 0);
  bed.type_and_pause("loser", 1);
  bed.go_online(1);
  bed.pass(kMinute);
  ASSERT_EQ(bed.facts(kChat, 0).local.copies.size(), 1u);
  bed.forget_effects();
  bed.act(ClearPressed{}, 0);
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(bed.client(i).archive().size(), 1u) << i;
    EXPECT_EQ(bed.client(i).archive()[0].reason, "copy_archived");
    EXPECT_EQ(bed.notices(NoticeKind::copy_archived, i), 1u);
    // Archive row, slot row, manifest: in this order in one write.
    EXPECT_EQ(bed.seen<StoreWrite>(i).front().puts.size(), 3u);
  }
  EXPECT_EQ(at_server(), "");
  const std::string text = draft::join_lines(bed.client(0).archive()[0].lines);
  bed.crash(0);
  bed.boot(0);
  ASSERT_EQ(bed.client(0).archive().size(), 1u);
  EXPECT_EQ(draft::join_lines(bed.client(0).archive()[0].lines), text);
}

}  // namespace
}  // namespace dp::client
