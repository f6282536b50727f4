// Sends and deletions that the table carried out, or not, while their answer was lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Doubts : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, field_update(slot, "to be sent")));
    rig.heard(bob);
  }
  void send_and_lose_the_answer() {
    rig.hold = true;
    rig.say(alice, field_message(slot, "m1"));
    rig.perform_but_fail();
    rig.hold = false;
  }
  Micros retry_us() const { return rig.server.config().persistence_retry_us; }

  Rig rig;
  ConnId alice = rig.connect();
  ConnId bob = rig.connect();
  ChatId slot = chat(1);
};

TEST_F(Doubts, AreSettledWithoutAnybodyAskingAndTold) {
  send_and_lose_the_answer();
  EXPECT_FALSE(rig.last.idle);
  EXPECT_THAT(rig.server.pending(), HasSubstr("unknown outcome"));
  EXPECT_THAT(rig.heard(bob), IsEmpty());
  rig.hang_up(alice);
  rig.evict(slot);
  rig.advance(retry_us());
  const auto told = rig.only<wire::DraftDeleted>(bob);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->draft_v, 2u);
  EXPECT_TRUE(rig.last.idle);
  rig.advance(10 * retry_us());
  EXPECT_THAT(rig.heard(bob), IsEmpty());
}

TEST_F(Doubts, TellNothingIfNothingHappened) {
  rig.hold = true;
  rig.say(alice, field_message(slot, "m1"));
  rig.release_failed();
  rig.hold = false;
  rig.advance(retry_us());
  EXPECT_THAT(rig.heard(bob), IsEmpty());
  EXPECT_TRUE(rig.last.idle);
  EXPECT_EQ(rig.facts(slot)->current, 1u);
}

TEST_F(Doubts, AreAskedAfterUntilTheDatabaseAnswers) {
  send_and_lose_the_answer();
  rig.fails = [](const Query&) { return true; };
  const std::size_t before = rig.queries_asked;
  rig.advance(5 * retry_us());
  EXPECT_EQ(rig.queries_asked - before, 5u);
  EXPECT_THAT(rig.heard(bob), IsEmpty());
  rig.fails = [](const Query&) { return false; };
  rig.advance(retry_us());
  EXPECT_TRUE(rig.only<wire::DraftDeleted>(bob));
}

TEST_F(Doubts, AreAskedAfterAgainIfTheLookupIsNeverAnswered) {
  send_and_lose_the_answer();
  rig.hold = true;
  rig.advance(retry_us());
  ASSERT_EQ(rig.held.size(), 1u);
  rig.lose();
  rig.hold = false;
  rig.advance(5 * retry_us());
  EXPECT_TRUE(rig.only<wire::DraftDeleted>(bob));
}

TEST_F(Doubts, AreNotSettledByALookupThatWasUnderWayBefore) {
  const ConnId carol = rig.connect();
  rig.hold = true;
  rig.say(carol, wire::GetChatDetails{slot});
  const Query lookup = rig.held.front();
  const Answer old = rig.table.execute(lookup.request);
  rig.held.clear();
  send_and_lose_the_answer();
  rig.heard(carol);
  rig.deliver(DatabaseAnswered{lookup.query, old});
  EXPECT_TRUE(rig.facts(slot)->deleted) << "it was looked up again";
  EXPECT_TRUE(rig.only<wire::DraftDeleted>(bob));
}

TEST_F(Doubts, AreSettledByTheRetryAndToldOnce) {
  send_and_lose_the_answer();
  rig.say(alice, field_message(slot, "m1"));
  EXPECT_TRUE(rig.only<wire::DraftDeleted>(bob));
  EXPECT_TRUE(rig.last.idle);
  rig.advance(10 * retry_us());
  EXPECT_THAT(rig.heard(bob), IsEmpty());
}

TEST_F(Doubts, AboutAChatAreToldAsItsDeletion) {
  rig.hold = true;
  rig.say(alice, wire::DeleteChat{slot, std::nullopt});
  rig.perform_but_fail();
  rig.hold = false;
  rig.heard(alice);
  rig.advance(retry_us());
  EXPECT_TRUE(rig.only<wire::ChatDeleted>(bob));
  rig.say(alice, wire::DeleteChat{slot, std::nullopt});
  EXPECT_THAT(rig.heard(bob), IsEmpty());
}

TEST_F(Doubts, EndWithTheDeletionOfTheChat) {
  send_and_lose_the_answer();
  rig.cache_available(false);  // the lookup of the next request cannot settle it
  rig.say(alice, wire::DeleteChat{slot, std::nullopt});
  EXPECT_TRUE(rig.only<wire::ChatDeleted>(bob));
  EXPECT_TRUE(rig.last.idle);
}

TEST_F(Doubts, DoNotKeepAServerFromStopping) {
  send_and_lose_the_answer();
  rig.fails = [](const Query&) { return true; };
  rig.deliver(StopRequested{});
  EXPECT_TRUE(rig.closed(bob));
  EXPECT_TRUE(rig.last.idle);
}

}  // namespace
}  // namespace dp::server::testing
