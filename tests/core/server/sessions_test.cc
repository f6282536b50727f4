// Connections: judging, order, limits, silence, and going away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using ::testing::IsEmpty;
using Verdict = AuthJudged::Verdict;
using wire::ErrorCode;

bool pongs(Rig& rig, ConnId conn) {
  return rig.answer<wire::Pong>(conn, wire::Ping{}).has_value();
}

TEST(Sessions, ABadTokenIsClosedWith1008AndNothingElse) {
  Rig rig;
  const ConnId conn = rig.open();
  rig.say(conn, wire::Ping{});
  rig.judge(conn, Verdict::invalid);
  EXPECT_EQ(rig.closed(conn), (Rig::Closed{1008, "Invalid session"}));
  EXPECT_THAT(rig.heard(conn), IsEmpty());
  EXPECT_EQ(rig.server.connections(), 0u);
}

TEST(Sessions, AnUnavailableAuthorityIsClosedWith1011AndNothingElse) {
  Rig rig;
  const ConnId conn = rig.open();
  rig.say(conn, wire::Ping{});
  rig.judge(conn, Verdict::unavailable);
  EXPECT_EQ(rig.closed(conn)->code, 1011);
  EXPECT_THAT(rig.heard(conn), IsEmpty());
}

TEST(Sessions, AnAuthorityThatNeverSpeaksIsUnavailable) {
  Rig rig;
  const ConnId conn = rig.open();
  rig.advance(rig.server.config().idle_timeout_us);
  EXPECT_EQ(rig.closed(conn)->code, 1011);
}

TEST(Sessions, FramesSentBeforeTheVerdictWaitForIt) {
  Rig rig;
  const ConnId conn = rig.open();
  rig.say(conn, wire::Ping{});
  rig.say(conn, field_update(chat(1), "early"));
  EXPECT_THAT(rig.heard(conn), IsEmpty());
  EXPECT_EQ(rig.queries_asked, 0u);
  rig.judge(conn, Verdict::accepted);
  const auto frames = rig.heard(conn);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<wire::Pong>(frames[0]));
  EXPECT_TRUE(std::holds_alternative<wire::DraftUpdateReceipt>(frames[1]));
}

TEST(Sessions, ASecondVerdictChangesNothing) {
  Rig rig;
  const ConnId conn = rig.connect(1);
  rig.judge(conn, Verdict::invalid);
  rig.judge(conn, Verdict::accepted, 2);
  EXPECT_FALSE(rig.closed(conn));
  rig.say(conn, field_update(chat(1), "mine"));
  EXPECT_TRUE(rig.row(chat(1), 1));
}

TEST(Sessions, FramesOfAConnectionAreHandledInOrderWhateverTheDatabaseDoes) {
  Rig rig;
  const ConnId conn = rig.connect();
  rig.hold = true;
  rig.say(conn, field_update(chat(1), "first"));
  rig.say(conn, wire::Ping{});
  rig.say(conn, field_update(chat(2), "second"));
  EXPECT_THAT(rig.heard(conn), IsEmpty()) << "the ping does not pass the lookup";
  EXPECT_EQ(rig.held.size(), 1u);
  rig.release_all();
  const auto frames = rig.heard(conn);
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(std::get<wire::DraftUpdateReceipt>(frames[0]).chat_id, chat(1));
  EXPECT_TRUE(std::holds_alternative<wire::Pong>(frames[1]));
  EXPECT_EQ(std::get<wire::DraftUpdateReceipt>(frames[2]).chat_id, chat(2));
}

TEST(Sessions, OneSlotThatWaitsDoesNotHoldUpAnother) {
  Rig rig;
  const ConnId alice = rig.connect();
  const ConnId bob = rig.connect();
  rig.hold = true;
  rig.say(alice, field_update(chat(1), "waits"));
  rig.hold = false;
  EXPECT_TRUE(rig.answer<wire::DraftUpdateReceipt>(bob, field_update(chat(2), "goes")));
}

TEST(Sessions, WhatArrivedBeforeAHangUpIsStillHandled) {
  Rig rig;
  const ConnId conn = rig.connect();
  rig.hold = true;
  rig.say(conn, field_update(chat(1), "first"));
  rig.say(conn, field_update(chat(2), "flushed at close"));
  rig.hang_up(conn);
  rig.release_all();
  EXPECT_TRUE(rig.row(chat(1)));
  EXPECT_TRUE(rig.row(chat(2)));
  EXPECT_TRUE(rig.last.idle);
  EXPECT_EQ(rig.server.pending(), "");
}

TEST(Sessions, ConnectionsBeyondTheLimitAreRefusedByName) {
  Config config;
  config.max_connections_per_account = 2;
  Rig rig(config);
  const ConnId first = rig.connect();
  rig.connect();
  const ConnId third = rig.connect();
  const auto error = rig.only<wire::ErrorFrame>(third);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::too_many_connections);
  EXPECT_EQ(rig.closed(third), (Rig::Closed{1013, "too_many_connections"}));
  EXPECT_TRUE(pongs(rig, rig.connect(2))) << "another account has its own limit";
  rig.hang_up(first);
  EXPECT_TRUE(pongs(rig, rig.connect()));
}

TEST(Sessions, ASlowReaderIsDisconnectedAndNeverBufferedWithoutBound) {
  Config config;
  config.max_outbound_bytes = 10'000;
  Rig rig(config);
  const ConnId writer = rig.connect();
  const ConnId slow = rig.connect();
  rig.stop_reading(slow);
  for (int i = 0; i < 100; ++i) {
    rig.say(writer, field_update(chat(1), std::string(500, 'x') + std::to_string(i)));
    EXPECT_LE(rig.server.outbound_bytes(slow), config.max_outbound_bytes);
  }
  EXPECT_EQ(rig.closed(slow), (Rig::Closed{1013, "slow_reader"}));
  EXPECT_FALSE(rig.closed(writer)) << "its neighbours do not suffer";
  EXPECT_TRUE(pongs(rig, writer));
}

TEST(Sessions, APeerThatAsksFasterThanItReadsIsAnsweredAsItReads) {
  Config config;
  config.max_outbound_bytes = 10'000;
  Rig rig(config);
  const ConnId conn = rig.connect();
  rig.say(conn, field_update(chat(1), std::string(1'500, 'x')));
  rig.heard(conn);
  rig.stop_reading(conn);
  for (int i = 0; i < 50; ++i) rig.say(conn, wire::GetChatDetails{chat(1)});
  std::size_t answered = rig.heard(conn).size();
  EXPECT_LT(answered, 10u);
  while (rig.server.outbound_bytes(conn) > 0) {
    rig.deliver(Written{conn, 2'000});
    answered += rig.heard(conn).size();
  }
  EXPECT_EQ(answered, 50u);
  EXPECT_FALSE(rig.closed(conn));
}

TEST(Sessions, FramesThatWaitAreBounded) {
  Config config;
  config.max_inbound_bytes = 50'000;
  Rig rig(config);
  const ConnId conn = rig.connect();
  rig.hold = true;
  for (int i = 0; i < 2'000 && !rig.closed(conn); ++i) rig.say_text(conn, "{}");
  EXPECT_FALSE(rig.closed(conn)) << "frames that are handled at once do not add up";
  rig.say(conn, field_update(chat(1), "waits"));
  for (int i = 0; i < 2'000 && !rig.closed(conn); ++i) rig.say_text(conn, "{}");
  EXPECT_EQ(rig.closed(conn), (Rig::Closed{1013, "too_many_frames"}));
}

TEST(Sessions, ASilentPeerIsClosedAfterTheIdleTimeoutAndATalkingOneIsNot) {
  Rig rig;
  const Micros timeout = rig.server.config().idle_timeout_us;
  const ConnId silent = rig.connect();
  const ConnId talking = rig.connect();
  rig.advance(timeout / 2);
  EXPECT_TRUE(pongs(rig, talking));
  rig.advance(timeout / 2 - 1);
  EXPECT_FALSE(rig.closed(silent));
  rig.advance(1);
  EXPECT_EQ(rig.closed(silent), (Rig::Closed{1001, "idle_timeout"}));
  EXPECT_FALSE(rig.closed(talking));
  rig.advance(timeout / 2 - 1);
  EXPECT_FALSE(rig.closed(talking));
  rig.advance(1);
  EXPECT_TRUE(rig.closed(talking));
}

TEST(Sessions, AGracefulStopMakesEverythingDurableAndClosesWith1001) {
  Rig rig;
  const ConnId alice = rig.connect();
  const ConnId judged_never = rig.open();
  rig.fails = [](const Query& query) { return query.is_job; };
  rig.say(alice, field_update(chat(1), "acknowledged"));
  rig.deliver(StopRequested{});
  EXPECT_FALSE(rig.closed(alice)) << "not before the change is durable";
  EXPECT_FALSE(rig.last.idle);
  EXPECT_THAT(rig.server.pending(), ::testing::HasSubstr("graceful stop"));
  rig.heard(alice);
  rig.say(alice, field_update(chat(1), "too late"));
  EXPECT_THAT(rig.heard(alice), IsEmpty()) << "nothing new is acknowledged";
  const ConnId late = rig.open();
  EXPECT_EQ(rig.closed(late)->code, 1001);
  rig.fails = [](const Query&) { return false; };
  rig.advance(rig.server.config().persistence_retry_us);
  EXPECT_EQ(rig.row(chat(1))->draft, field_ciphertext("acknowledged"));
  EXPECT_EQ(rig.closed(alice), (Rig::Closed{1001, "going_away"}));
  EXPECT_EQ(rig.closed(judged_never)->code, 1001);
  EXPECT_EQ(rig.server.connections(), 0u);
  EXPECT_TRUE(rig.last.idle);
  EXPECT_FALSE(rig.last.next_timer_us) << "a stopped server wants nothing any more";
}

TEST(Sessions, ACopyIsASnapshotThatGoesItsOwnWay) {
  Rig rig;
  const ConnId conn = rig.connect();
  rig.hold = true;
  rig.say(conn, field_update(chat(1), "one"));
  Rig other = rig;
  rig.release_all();
  EXPECT_EQ(rig.facts(chat(1))->current, 1u);
  EXPECT_FALSE(other.row(chat(1)));
  EXPECT_EQ(other.held.size(), 1u);
  other.release_all();
  EXPECT_EQ(other.server.slots(), rig.server.slots());
}

TEST(Sessions, EventsOfUnknownConnectionsAndQueriesAreIgnored) {
  Rig rig;
  const ConnId ghost{99};
  rig.deliver(FrameArrived{ghost, "{}"});
  rig.deliver(ConnClosed{ghost});
  rig.deliver(Written{ghost, 5});
  rig.judge(ghost, Verdict::accepted);
  rig.deliver(DatabaseAnswered{QueryId{77}, RequestFailed{}});
  EXPECT_EQ(rig.server.connections(), 0u);
  EXPECT_TRUE(rig.last.idle);
}

}  // namespace
}  // namespace dp::server::testing
