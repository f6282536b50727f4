// The in-memory table and real SQLite give equal answers to the same random requests, and the
// guards of the schema hold on both.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/server/database_table.h"
#include "tests/core/server/rig.h"
#include "tests/core/server/sqlite_database.h"

namespace dp::server {

// Equality that the tests need and the core does not.
bool operator==(const SlotLoaded& a, const SlotLoaded& b) {
  return a.ownership == b.ownership && a.row == b.row && a.messages_v == b.messages_v &&
         a.assigned_v == b.assigned_v && a.chats_of_account == b.chats_of_account;
}
bool operator==(const ChatsListed::Entry& a, const ChatsListed::Entry& b) {
  return a.sequence == b.sequence && a.chat == b.chat && a.row == b.row;
}
bool operator==(const ChatsListed& a, const ChatsListed& b) {
  return a.entries == b.entries;
}
bool operator==(const DraftWritten& a, const DraftWritten& b) {
  return a.applied == b.applied && a.held == b.held;
}
bool operator==(const MessageStored& a, const MessageStored& b) {
  return a.duplicate == b.duplicate && a.messages_v == b.messages_v &&
         a.draft_deleted == b.draft_deleted;
}
bool operator==(const ChatDropped&, const ChatDropped&) {
  return true;
}
bool operator==(const TombstonesExpired& a, const TombstonesExpired& b) {
  return a.slots == b.slots;
}
bool operator==(const RequestFailed&, const RequestFailed&) {
  return true;
}

namespace testing {
namespace {

std::uint8_t small(int bound) {
  return static_cast<std::uint8_t>(*rc::gen::inRange(1, bound + 1));
}

SlotKey any_slot() {
  const std::uint8_t owner = small(2);
  return {account(owner), chat(small(4))};
}

DraftRow any_row(const SlotKey& slot) {
  DraftRow row;
  row.slot = slot;
  row.version = *rc::gen::inRange<Version>(1, 12);
  row.deleted = *rc::gen::arbitrary<bool>();
  row.sealed = *rc::gen::arbitrary<bool>();
  if (!row.deleted) row.draft = "draft" + std::to_string(small(3));
  if (!row.deleted && *rc::gen::arbitrary<bool>()) row.preview = "preview";
  if (row.deleted && row.sealed) row.tombstone = "tombstone";
  row.cleared_version = row.deleted ? row.version : 0;
  row.changed_wall_us = *rc::gen::inRange<Micros>(0, 100);
  return row;
}

Request any_request() {
  const SlotKey slot = any_slot();
  switch (*rc::gen::weightedElement<int>({{6, 0}, {3, 1}, {10, 2}, {6, 3}, {1, 4}, {2, 5}})) {
    case 0:
      return LoadSlot{slot};
    case 1: {
      const auto after = *rc::gen::inRange<std::uint64_t>(0, 4);
      return ListChats{slot.account, after, small(4)};
    }
    case 2:
      return WriteDraft{any_row(slot)};
    case 3: {
      StoreMessage message{slot, {"m" + std::to_string(small(6))}, "content", std::nullopt};
      if (*rc::gen::arbitrary<bool>()) message.tombstone = any_row(slot);
      return message;
    }
    case 4:
      return DropChat{slot};
    default:
      return ExpireTombstones{*rc::gen::inRange<Micros>(0, 100)};
  }
}

RC_GTEST_PROP(Database, TableAndSqliteAnswerEqually, ()) {
  DatabaseTable table;
  SqliteDatabase sqlite(":memory:");
  const int requests = *rc::gen::inRange(1, 60);
  for (int i = 0; i < requests; ++i) {
    const Request request = any_request();
    const Answer ours = table.execute(request);
    const Answer theirs = sqlite.execute(request);
    RC_ASSERT(ours == theirs);
  }
}

DraftRow content(Version version) {
  DraftRow row;
  row.slot = {account(1), chat(1)};
  row.version = version;
  row.draft = "draft" + std::to_string(version);
  return row;
}

DraftRow tombstone(Version version, Micros wall_us) {
  DraftRow row;
  row.slot = {account(1), chat(1)};
  row.version = version;
  row.deleted = true;
  row.cleared_version = version;
  row.changed_wall_us = wall_us;
  return row;
}

template <class Database>
Database make();
template <>
DatabaseTable make() {
  return {};
}
template <>
SqliteDatabase make() {
  return SqliteDatabase(":memory:");
}

template <class D>
class Databases : public ::testing::Test {
 protected:
  template <class A>
  A ask(const Request& request) {
    return std::get<A>(database.execute(request));
  }
  D database = make<D>();
};
using Both = ::testing::Types<DatabaseTable, SqliteDatabase>;
TYPED_TEST_SUITE(Databases, Both);

TYPED_TEST(Databases, AWriteNeedsAStrictlyHigherVersion) {
  EXPECT_TRUE(this->template ask<DraftWritten>(WriteDraft{content(5)}).applied);
  for (const Version version : {Version{4}, Version{5}}) {
    const auto refused = this->template ask<DraftWritten>(WriteDraft{content(version)});
    EXPECT_FALSE(refused.applied);
    EXPECT_EQ(refused.held, content(5));
  }
  EXPECT_TRUE(this->template ask<DraftWritten>(WriteDraft{content(6)}).applied);
}

TYPED_TEST(Databases, AnExpiredTombstonesPlaceIsNotFreeForOlderWrites) {
  this->database.execute(WriteDraft{tombstone(7, 10)});
  const auto expired = this->template ask<TombstonesExpired>(ExpireTombstones{11});
  EXPECT_EQ(expired.slots, (std::vector{SlotKey{account(1), chat(1)}}));
  EXPECT_FALSE(this->template ask<DraftWritten>(WriteDraft{content(7)}).applied);
  const auto loaded = this->template ask<SlotLoaded>(LoadSlot{{account(1), chat(1)}});
  EXPECT_FALSE(loaded.row);
  EXPECT_EQ(loaded.assigned_v, 7u) << "the number is remembered for ever";
}

TYPED_TEST(Databases, SealedTombstonesDoNotExpire) {
  DraftRow sealed = tombstone(7, 10);
  sealed.sealed = true;
  sealed.tombstone = "t";
  this->database.execute(WriteDraft{sealed});
  EXPECT_TRUE(this->template ask<TombstonesExpired>(ExpireTombstones{1'000'000}).slots.empty());
}

TYPED_TEST(Databases, ADeletedChatTakesNoWriteAndNoMessage) {
  this->database.execute(WriteDraft{content(1)});
  this->template ask<ChatDropped>(DropChat{{account(1), chat(1)}});
  const auto late = this->template ask<DraftWritten>(WriteDraft{content(2)});
  EXPECT_FALSE(late.applied);
  EXPECT_FALSE(late.held);
  EXPECT_TRUE(std::holds_alternative<RequestFailed>(
      this->database.execute(StoreMessage{{account(1), chat(1)}, {"m"}, "content", std::nullopt})));
}

TYPED_TEST(Databases, MessageAndTombstoneAreOneStepAndARepeatIsNone) {
  this->database.execute(WriteDraft{content(1)});
  const StoreMessage message{{account(1), chat(1)}, {"m"}, "content", tombstone(2, 0)};
  const auto first = this->template ask<MessageStored>(message);
  EXPECT_FALSE(first.duplicate);
  EXPECT_TRUE(first.draft_deleted);
  EXPECT_TRUE(this->template ask<DraftWritten>(WriteDraft{content(3)}).applied);
  StoreMessage again = message;
  again.tombstone = tombstone(4, 0);
  const auto second = this->template ask<MessageStored>(again);
  EXPECT_TRUE(second.duplicate);
  EXPECT_FALSE(second.draft_deleted);
  EXPECT_EQ(second.messages_v, 1u);
  EXPECT_EQ(this->template ask<SlotLoaded>(LoadSlot{{account(1), chat(1)}}).row, content(3));
}

TYPED_TEST(Databases, SomeoneElsesChatIsNeitherReadNorWritten) {
  this->database.execute(WriteDraft{content(1)});
  DraftRow theirs = content(9);
  theirs.slot.account = account(2);
  EXPECT_FALSE(this->template ask<DraftWritten>(WriteDraft{theirs}).applied);
  const auto loaded = this->template ask<SlotLoaded>(LoadSlot{theirs.slot});
  EXPECT_EQ(loaded.ownership, Ownership::someone_else);
  EXPECT_FALSE(loaded.row);
  EXPECT_EQ(loaded.messages_v, 0u);
}

}  // namespace
}  // namespace testing
}  // namespace dp::server
