// Offline replay: one answer per change, one tally, one change per slot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::ChangeOutcome;
using wire::ErrorCode;
using wire::OfflineResult;

class Replay : public ::testing::Test {
 protected:
  // Everything the sender heard; the last frame is the tally.
  std::vector<wire::ServerFrame> replay(std::vector<wire::OfflineChange> changes) {
    rig.heard(alice);
    rig.heard(bob);
    rig.say(alice, wire::SyncOfflineChanges{std::move(changes)});
    return rig.heard(alice);
  }
  static const wire::OfflineSyncComplete& tally(const std::vector<wire::ServerFrame>& frames) {
    return std::get<wire::OfflineSyncComplete>(frames.back());
  }

  Rig rig;
  ConnId alice = rig.connect();
  ConnId bob = rig.connect();
};

TEST_F(Replay, AnEmptyListIsAnswered) {
  const auto frames = replay({});
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(tally(frames), wire::OfflineSyncComplete{});
}

TEST_F(Replay, StoredChangesAreAnnouncedToAllAndTheSenderIncluded) {
  const auto change = SealedSlot{chat(1), 0, {}}.offline("text");
  const auto removal = SealedSlot{chat(2), 0, {}}.offline_remove();
  const auto frames = replay({change, removal});
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(std::get<wire::ChatDraftUpdated>(frames[0]).encrypted_draft_md, change.value);
  EXPECT_EQ(std::get<wire::DraftDeleted>(frames[1]).encrypted_tombstone,
            removal.encrypted_tombstone);
  EXPECT_EQ(tally(frames).processed, 2u);
  EXPECT_THAT(tally(frames).results,
              ElementsAre(OfflineResult{change.change_id, ChangeOutcome::stored, 1},
                          OfflineResult{removal.change_id, ChangeOutcome::stored, 1}));
  EXPECT_EQ(rig.heard(bob).size(), 2u);
}

TEST_F(Replay, EachKindOfOutcomeIsCounted) {
  const SealedSlot first{chat(1), 0, {}};
  rig.say(bob, first.update("bob's"));
  const auto repeated = SealedSlot{chat(2), 0, {}}.offline("mine");
  replay({repeated});
  const auto conflicting = first.offline("too late");
  auto refused = SealedSlot{chat(3), 0, {}}.offline("broken");
  refused.value = "AAAA";
  const auto stored = SealedSlot{chat(4), 0, {}}.offline("new");
  const auto frames = replay({conflicting, repeated, refused, stored});
  EXPECT_EQ(tally(frames).processed, 2u);
  EXPECT_EQ(tally(frames).conflicts, 1u);
  EXPECT_EQ(tally(frames).errors, 1u);
  EXPECT_THAT(tally(frames).results,
              ElementsAre(OfflineResult{conflicting.change_id, ChangeOutcome::conflict, 1},
                          OfflineResult{repeated.change_id, ChangeOutcome::repeated, 1},
                          OfflineResult{refused.change_id, ChangeOutcome::error, 0},
                          OfflineResult{stored.change_id, ChangeOutcome::stored, 1}));
  ASSERT_EQ(frames.size(), 4u) << "conflict, error, news of the stored one, tally";
  EXPECT_EQ(std::get<wire::DraftConflict>(frames[0]).change_id, conflicting.change_id);
  EXPECT_EQ(std::get<wire::ErrorFrame>(frames[1]).change_id, refused.change_id);
  EXPECT_EQ(std::get<wire::ErrorFrame>(frames[1]).code, ErrorCode::envelope_invalid);
}

TEST_F(Replay, AtMostOneChangePerSlotIsAcceptedWhateverBecameOfTheFirst) {
  SealedSlot slot{chat(1), 0, {}};
  const auto first = slot.offline("one");
  slot.moved_to(1, *first.value);
  const auto second = slot.offline("two");
  const auto other = SealedSlot{chat(2), 0, {}}.offline("other slot");
  const auto frames = replay({first, second, other});
  EXPECT_THAT(tally(frames).results,
              ElementsAre(OfflineResult{first.change_id, ChangeOutcome::stored, 1},
                          OfflineResult{second.change_id, ChangeOutcome::error, 0},
                          OfflineResult{other.change_id, ChangeOutcome::stored, 1}));
  EXPECT_EQ(std::get<wire::ErrorFrame>(frames[1]).code, ErrorCode::replay_refused);
  EXPECT_EQ(rig.row(chat(1))->version, 1u);
}

TEST_F(Replay, AFieldChangeIsStoredOnlyIfTheSlotDidNotMoveSince) {
  rig.say(bob, field_update(chat(1), "v1"));
  EXPECT_EQ(tally(replay({field_offline(chat(1), "based on 1", 1)})).processed, 1u);
  EXPECT_EQ(rig.row(chat(1))->version, 2u);
  EXPECT_EQ(tally(replay({field_offline(chat(1), "also based on 1", 1)})).conflicts, 1u);
  EXPECT_EQ(tally(replay({field_offline(chat(1), "the server lost versions", 9)})).processed, 1u);
  EXPECT_EQ(rig.row(chat(1))->version, 3u);
}

TEST_F(Replay, AFieldDeletionIsReplayedToo) {
  rig.say(bob, field_update(chat(1), "v1"));
  auto removal = field_offline(chat(1), "x", 1);
  removal.kind = wire::OfflineKind::delete_draft;
  removal.value.reset();
  const auto frames = replay({removal});
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(std::get<wire::DraftDeleted>(frames[0]).draft_v, 2u);
  EXPECT_TRUE(rig.row(chat(1))->deleted);
}

TEST_F(Replay, MoreChangesThanAllowedAreRefusedAsAWhole) {
  Config config;
  config.max_changes_per_replay = 2;
  Rig small(config);
  const ConnId conn = small.connect();
  std::vector<wire::OfflineChange> changes;
  for (std::uint8_t n = 1; n <= 3; ++n) changes.push_back(field_offline(chat(n), "x", 0));
  EXPECT_EQ(small.refusal(conn, wire::SyncOfflineChanges{changes}), ErrorCode::too_many_changes);
  EXPECT_TRUE(small.table.drafts().empty());
  changes.pop_back();
  small.say(conn, wire::SyncOfflineChanges{changes});
  EXPECT_EQ(small.table.drafts().size(), 2u);
}

TEST_F(Replay, AReplayThatWaitsForTheDatabaseGoesOnWhereItStopped) {
  rig.hold = true;
  const auto a = field_offline(chat(1), "a", 0);
  const auto b = field_offline(chat(2), "b", 0);
  const auto c = field_offline(chat(3), "c", 0);
  EXPECT_THAT(replay({a, b, c}), IsEmpty());
  rig.say(alice, wire::Ping{});
  rig.release();          // a is known
  rig.release(1);         // b's lookup, a's job still out
  rig.release_failed(2);  // c's lookup
  const auto frames = rig.heard(alice);
  ASSERT_EQ(frames.size(), 5u);
  EXPECT_EQ(std::get<wire::ChatDraftUpdated>(frames[0]).chat_id, chat(1));
  EXPECT_EQ(std::get<wire::ChatDraftUpdated>(frames[1]).chat_id, chat(2));
  EXPECT_EQ(std::get<wire::ErrorFrame>(frames[2]).code, ErrorCode::ownership_unknown);
  EXPECT_EQ(std::get<wire::OfflineSyncComplete>(frames[3]).processed, 2u);
  EXPECT_TRUE(std::holds_alternative<wire::Pong>(frames[4]));
}

}  // namespace
}  // namespace dp::server::testing
