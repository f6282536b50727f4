// Answers of the database that were read before something that is known to be in it by now.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::ErrorCode;

class SlowLookups : public ::testing::Test {
 protected:
  void save(std::string_view content) {
    ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, field_update(slot, content)));
    rig.heard(bob);
  }
  // Reads the table now for the query that was asked last, and lets the others pass it.
  DatabaseAnswered read_now() {
    const Query query = rig.held.back();
    rig.held.pop_back();
    rig.hold = false;
    return {query.query, rig.table.execute(query.request)};
  }

  Rig rig;
  ConnId alice = rig.connect();
  ConnId bob = rig.connect();
  ChatId slot = chat(1);
};

TEST_F(SlowLookups, DoNotPutAnOldRowInPlaceOfARecordWithoutContent) {
  save("one");
  rig.hold = true;
  rig.say(bob, wire::GetChatDetails{slot});
  const DatabaseAnswered old = read_now();
  save("two");
  rig.hollow(slot);
  rig.deliver(old);
  const auto details = rig.only<wire::ChatDetails>(bob);
  ASSERT_TRUE(details);
  EXPECT_EQ(details->draft_v, 2u);
  EXPECT_EQ(rig.facts(slot)->current, 2u);
}

TEST_F(SlowLookups, DoNotOutliveADeletionThatTheCacheMissed) {
  save("to be sent");
  rig.hold = true;
  rig.say(bob, wire::GetChatDetails{slot});
  const DatabaseAnswered old = read_now();
  rig.cache_available(false);
  rig.say(alice, field_message(slot, "m1"));
  ASSERT_TRUE(rig.row(slot)->deleted);
  rig.cache_available(true);
  rig.heard(bob);
  rig.deliver(old);
  const auto details = rig.only<wire::ChatDetails>(bob);
  ASSERT_TRUE(details);
  EXPECT_EQ(details->draft_v, 0u);
  EXPECT_EQ(details->cleared_draft_v, 2u);
  const auto next = rig.answer<wire::DraftUpdateReceipt>(bob, field_update(slot, "next"));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->draft_v, 3u) << "a durable number is never given to other bytes";
}

TEST_F(SlowLookups, AreUnavailableIfTheyAgeWhileTheRestOfTheQuestionIsLookedUp) {
  save("one");
  rig.hold = true;
  rig.say(bob, wire::GetDraftVersions{{{slot, 1}, {chat(2), 0}}});
  ASSERT_EQ(rig.held.size(), 2u);
  rig.release(0);
  rig.hold = false;
  save("two");
  rig.hollow(slot);
  rig.release(0);
  const auto answer = rig.only<wire::DraftVersionsResponse>(bob);
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->unavailable_chat_ids, ElementsAre(slot));
  EXPECT_THAT(answer->versions, ElementsAre(wire::SlotVersion{chat(2), 0}));
}

TEST_F(SlowLookups, OfAListingAreRepeatedUntilNothingIsHidden) {
  save("one");
  rig.hold = true;
  rig.say(bob, wire::InitialSyncRequest{});
  const DatabaseAnswered old = read_now();
  save("two");
  rig.hollow(slot);
  rig.deliver(old);
  const auto listing = rig.only<wire::InitialSyncResponse>(bob);
  ASSERT_TRUE(listing);
  ASSERT_EQ(listing->chats.size(), 1u);
  EXPECT_EQ(listing->chats[0].draft_v, 2u);
}

// A database put back under a living server says less than it did, for good.
TEST_F(SlowLookups, ThatWereAskedSinceAreBelievedWhateverTheySay) {
  save("one");
  const DatabaseTable backup = rig.table;
  save("two");
  rig.table = backup;
  rig.evict(slot, true, false);
  rig.hollow(slot);
  rig.heard(bob);
  const auto details = rig.answer<wire::ChatDetails>(bob, wire::GetChatDetails{slot});
  ASSERT_TRUE(details);
  EXPECT_EQ(details->draft_v, 1u);
}

}  // namespace
}  // namespace dp::server::testing
