// Sending a message and deleting a chat.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using ::testing::IsEmpty;
using wire::ErrorCode;

class Messages : public ::testing::Test {
 protected:
  void save(std::string_view content) {
    const auto frame = sealed.update(content);
    ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, frame));
    sealed.moved_to(*frame.proposed_v, *frame.encrypted_draft_md);
    rig.heard(bob);
  }
  // The two answers of a send, the second about the draft.
  template <class DraftAnswer>
  std::optional<DraftAnswer> send(const wire::ChatMessageAdded& frame) {
    rig.heard(alice);
    rig.say(alice, frame);
    const auto frames = rig.heard(alice);
    if (frames.size() != 2) return std::nullopt;
    const auto* receipt = std::get_if<wire::ChatMessageReceipt>(&frames[0]);
    if (!receipt || !receipt->success || receipt->message_id != frame.message_id) {
      return std::nullopt;
    }
    const auto* draft = std::get_if<DraftAnswer>(&frames[1]);
    return draft ? std::optional(*draft) : std::nullopt;
  }

  Rig rig;
  ConnId alice = rig.connect();
  ConnId bob = rig.connect();
  ChatId slot = chat(1);
  SealedSlot sealed{slot, 0, {}};
};

TEST_F(Messages, ASendOnTheCurrentStateDeletesTheDraftInTheSameStep) {
  save("to be sent");
  const auto frame = sealed.send("m1");
  rig.hold = true;
  rig.say(alice, frame);
  ASSERT_EQ(rig.held.size(), 1u) << "message and tombstone are one request";
  EXPECT_TRUE(std::get<StoreMessage>(rig.held.front().request).tombstone);
  EXPECT_THAT(rig.heard(alice), IsEmpty()) << "nothing is acknowledged before it is durable";
  rig.release_all();
  const auto frames = rig.heard(alice);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(std::get<wire::ChatMessageReceipt>(frames[0]),
            (wire::ChatMessageReceipt{slot, {"m1"}, true}));
  EXPECT_EQ(std::get<wire::DraftDeleteReceipt>(frames[1]),
            (wire::DraftDeleteReceipt{slot, true, 2, ChangeId{"m1"}}));
  const auto to_bob = rig.heard(bob);
  ASSERT_EQ(to_bob.size(), 2u);
  EXPECT_EQ(std::get<wire::ChatMessageReceived>(to_bob[0]),
            (wire::ChatMessageReceived{slot, {"m1"}, frame.encrypted_content}));
  EXPECT_EQ(std::get<wire::DraftDeleted>(to_bob[1]),
            (wire::DraftDeleted{slot, 2, frame.encrypted_tombstone}));
  EXPECT_EQ(rig.row(slot)->tombstone, frame.encrypted_tombstone);
  EXPECT_TRUE(rig.facts(slot)->deleted);
}

TEST_F(Messages, ARetryIsStoredOnceAnsweredAgainAndHeardByNobody) {
  save("to be sent");
  const auto frame = sealed.send("m1");
  ASSERT_TRUE(send<wire::DraftDeleteReceipt>(frame));
  rig.heard(bob);
  const auto again = send<wire::DraftDeleteReceipt>(frame);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->draft_v, 2u);
  EXPECT_TRUE(again->success);
  EXPECT_THAT(rig.heard(bob), IsEmpty());
  EXPECT_EQ(rig.table.messages().size(), 1u);
  EXPECT_EQ(rig.row(slot)->version, 2u);
}

TEST_F(Messages, ARetryNeverDeletesANewerDraft) {
  save("to be sent");
  const auto frame = sealed.send("m1");
  ASSERT_TRUE(send<wire::DraftDeleteReceipt>(frame));
  sealed.moved_to(2, *frame.encrypted_tombstone);
  save("written since");
  const auto conflict = send<wire::DraftConflict>(frame);
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->draft_v, 3u);
  EXPECT_FALSE(rig.row(slot)->deleted);
  EXPECT_THAT(rig.heard(bob), IsEmpty());
}

TEST_F(Messages, ARetryWithAFittingTombstoneDeletesNothingEither) {
  save("to be sent");
  auto first = sealed.send("m1");
  first.preserve_draft = true;
  ASSERT_TRUE(rig.answer<wire::ChatMessageReceipt>(alice, first));
  const auto conflict = send<wire::DraftConflict>(sealed.send("m1"));
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->draft_v, 1u);
  EXPECT_FALSE(rig.row(slot)->deleted);
}

// An answer that the slot is empty would be taken for a rollback.
TEST_F(Messages, AConflictNamesWhatTheCacheForgotWhileTheMessageWasStored) {
  save("to be sent");
  const auto late = sealed.send("m1");
  save("written since");
  const auto conflict_after = [&](const wire::ChatMessageAdded& frame, auto forget) {
    rig.hold = true;
    rig.say(alice, frame);
    forget();
    rig.release_all();
    rig.hold = false;
    rig.cache_available(true);
    const auto frames = rig.heard(alice);
    EXPECT_EQ(frames.size(), 2U);
    return std::get<wire::DraftConflict>(frames.back());
  };
  const auto hollow = [&] { rig.hollow(slot); };
  const auto outage = [&] { rig.cache_available(false); };
  for (const auto& conflict :
       {conflict_after(late, hollow), conflict_after(late, outage),
        conflict_after(sealed.send("m1"), hollow), conflict_after(sealed.send("m1"), outage)}) {
    EXPECT_EQ(conflict.draft_v, 2U);
    EXPECT_EQ(conflict.encrypted_draft_md, rig.row(slot)->draft);
  }
}

TEST_F(Messages, AFieldRetryDeletesNothingEither) {
  rig.say(alice, field_update(slot, "to be sent"));
  ASSERT_TRUE(send<wire::DraftDeleteReceipt>(field_message(slot, "m1")));
  rig.say(bob, field_update(slot, "written since"));
  rig.evict(slot);
  const auto kept = send<wire::DraftDeleteReceipt>(field_message(slot, "m1"));
  ASSERT_TRUE(kept);
  EXPECT_FALSE(kept->success);
  EXPECT_FALSE(kept->draft_v);
  EXPECT_FALSE(rig.row(slot)->deleted);
}

TEST_F(Messages, AFieldSendDeletesWhateverTheDraftIs) {
  rig.say(alice, field_update(slot, "mine"));
  rig.say(bob, field_update(slot, "bob's newer one"));
  rig.heard(bob);
  const auto receipt = send<wire::DraftDeleteReceipt>(field_message(slot, "m1"));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(*receipt, (wire::DraftDeleteReceipt{slot, true, 3, ChangeId{"m1"}}));
  EXPECT_EQ(rig.heard(bob).size(), 2u);
  EXPECT_EQ(rig.row(slot)->version, 3u);
}

TEST_F(Messages, AFieldSendWithoutADraftSpendsNoNumber) {
  const auto receipt = send<wire::DraftDeleteReceipt>(field_message(slot, "m1"));
  ASSERT_TRUE(receipt);
  EXPECT_TRUE(receipt->success);
  EXPECT_EQ(receipt->draft_v, 0u);
  const auto to_bob = rig.only<wire::ChatMessageReceived>(bob);
  EXPECT_TRUE(to_bob);
  EXPECT_FALSE(rig.row(slot));
  save("the slot may still be sealed from the start");
}

TEST_F(Messages, AnUnsealedSendLeavesASealedDraftAlone) {
  save("sealed");
  const auto kept = send<wire::DraftDeleteReceipt>(field_message(slot, "m1"));
  ASSERT_TRUE(kept);
  EXPECT_FALSE(kept->success);
  EXPECT_FALSE(rig.row(slot)->deleted);
  EXPECT_EQ(rig.table.messages().size(), 1u);
}

TEST_F(Messages, ABadTombstoneNeverFailsTheSend) {
  save("to be sent");
  auto frame = sealed.send("m1");
  frame.encrypted_tombstone = "AAAA";
  EXPECT_FALSE(send<wire::DraftDeleteReceipt>(frame)->success);
  frame = sealed.send("m2");
  frame.encrypted_tombstone = std::string(rig.server.config().max_draft_chars + 1, 'A');
  EXPECT_FALSE(send<wire::DraftDeleteReceipt>(frame)->success);
  EXPECT_EQ(rig.table.messages().size(), 2u);
  EXPECT_FALSE(rig.row(slot)->deleted);
}

TEST_F(Messages, ASendWithOnlyOneOfItsTwoNumbersIsNoFrame) {
  save("to be sent");
  auto frame = sealed.send("m1");
  frame.base_version.reset();
  EXPECT_EQ(rig.refusal(alice, frame), ErrorCode::invalid_frame);
  frame = sealed.send("m2");
  frame.proposed_v.reset();
  EXPECT_EQ(rig.refusal(alice, frame), ErrorCode::invalid_frame);
  EXPECT_THAT(rig.table.messages(), IsEmpty());
  EXPECT_FALSE(rig.row(slot)->deleted);
}

TEST_F(Messages, ASendDuringAnOutageOfTheDatabaseIsRetryableAndLeavesTheDraft) {
  save("to be sent");
  rig.fails = [](const Query& query) {
    return std::holds_alternative<StoreMessage>(query.request);
  };
  const auto frame = sealed.send("m1");
  const auto error = rig.answer<wire::ErrorFrame>(alice, frame);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::storage_unavailable);
  EXPECT_EQ(error->change_id, ChangeId{"m1"});
  EXPECT_FALSE(rig.facts(slot)->deleted);
  rig.fails = [](const Query&) { return false; };
  EXPECT_TRUE(send<wire::DraftDeleteReceipt>(frame)->success);
}

TEST_F(Messages, AnEditThatWaitsForTheSendIsJudgedAfterIt) {
  save("to be sent");
  rig.hold = true;
  rig.say(alice, sealed.send("m1"));
  rig.say(bob, sealed.update("late edit"));
  rig.release_all();
  const auto to_bob = rig.heard(bob);
  ASSERT_EQ(to_bob.size(), 3u);
  EXPECT_TRUE(std::holds_alternative<wire::ChatMessageReceived>(to_bob[0]));
  EXPECT_EQ(std::get<wire::DraftDeleted>(to_bob[1]).draft_v, 2u);
  EXPECT_TRUE(std::get<wire::DraftConflict>(to_bob[2]).deleted);
}

TEST_F(Messages, ATombstoneTheTableRefusesKeepsTheDraftAndTheSend) {
  save("to be sent");
  rig.hold = true;
  rig.say(alice, sealed.send("m1"));
  DraftRow unseen = *rig.row(slot);
  unseen.version = 5;
  rig.table.execute(WriteDraft{unseen});
  rig.release_all();
  const auto frames = rig.heard(alice);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<wire::ChatMessageReceipt>(frames[0]));
  EXPECT_FALSE(std::get<wire::DraftDeleteReceipt>(frames[1]).success);
  const auto seen = rig.answer<wire::ChatDetails>(bob, wire::GetChatDetails{slot});
  EXPECT_FALSE(seen) << "bob is told of version 5 beside his answer";
  EXPECT_EQ(rig.facts(slot)->current, 5u);
}

TEST_F(Messages, SomeoneElsesChatTakesNoMessage) {
  save("hers");
  const ConnId mallory = rig.connect(9);
  const auto error = rig.answer<wire::ErrorFrame>(mallory, field_message(slot, "m1"));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::chat_forbidden);
  EXPECT_EQ(error->change_id, ChangeId{"m1"});
  EXPECT_TRUE(rig.table.messages().empty());
}

TEST_F(Messages, MessagesAreCounted) {
  for (const char* id : {"m1", "m2", "m2", "m3"}) rig.say(alice, field_message(slot, id));
  const auto seen = rig.answer<wire::ChatDetails>(alice, wire::GetChatDetails{slot});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->messages_v, 3u);
  EXPECT_EQ(seen->draft_v, 0u);
}

class Chats : public Messages {};

TEST_F(Chats, DeletingOneRemovesDraftAndMessagesAndTellsTheOthers) {
  save("draft");
  rig.say(alice, field_message(slot, "m1"));
  rig.heard(bob);
  const auto receipt =
      rig.answer<wire::ChatDeleteReceipt>(alice, wire::DeleteChat{slot, ChangeId{"d1"}});
  ASSERT_TRUE(receipt);
  EXPECT_EQ(*receipt, (wire::ChatDeleteReceipt{slot, true, ChangeId{"d1"}}));
  EXPECT_TRUE(rig.only<wire::ChatDeleted>(bob));
  EXPECT_FALSE(rig.row(slot));
  EXPECT_TRUE(rig.table.messages().empty());
  EXPECT_TRUE(rig.answer<wire::ChatDeleteReceipt>(alice, wire::DeleteChat{slot, std::nullopt}));
  EXPECT_THAT(rig.heard(bob), IsEmpty()) << "the second time is no news";
}

TEST_F(Chats, AnyChangeToADeletedChatIsRefused) {
  save("draft");
  rig.say(alice, wire::DeleteChat{slot, std::nullopt});
  for (const bool restarted : {false, true}) {
    if (restarted) {
      rig.crash();
      alice = rig.connect();
    }
    EXPECT_EQ(rig.refusal(alice, sealed.update("x")), ErrorCode::chat_deleted);
    EXPECT_EQ(rig.refusal(alice, field_delete(slot)), ErrorCode::chat_deleted);
    EXPECT_EQ(rig.refusal(alice, field_message(slot, "m9")), ErrorCode::chat_deleted);
  }
}

TEST_F(Chats, AQueuedJobDoesNotOutliveTheChat) {
  rig.hold = true;
  rig.say(alice, field_update(slot, "draft only"));
  rig.release();
  rig.say(alice, wire::DeleteChat{slot, std::nullopt});
  rig.release(1);  // the deletion overtakes the job
  EXPECT_EQ(rig.server.oldest_unpersisted_age_us(rig.now), 0);
  rig.release_all();
  EXPECT_FALSE(rig.row(slot));
  EXPECT_EQ(rig.refusal(alice, field_update(slot, "x")), ErrorCode::chat_deleted);
}

TEST_F(Chats, AChatNobodyHasMayBeDeletedAndStaysDeleted) {
  EXPECT_TRUE(rig.answer<wire::ChatDeleteReceipt>(alice, wire::DeleteChat{slot, std::nullopt}));
  EXPECT_EQ(rig.refusal(bob, field_update(slot, "late")), ErrorCode::chat_deleted);
}

TEST_F(Chats, DeletionRefusals) {
  save("hers");
  EXPECT_EQ(rig.refusal(rig.connect(9), wire::DeleteChat{slot, std::nullopt}),
            ErrorCode::chat_forbidden);
  rig.fails = [](const Query& query) { return std::holds_alternative<DropChat>(query.request); };
  const auto error = rig.answer<wire::ErrorFrame>(alice, wire::DeleteChat{slot, ChangeId{"d1"}});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::storage_unavailable);
  EXPECT_EQ(error->change_id, ChangeId{"d1"});
  rig.fails = [](const Query&) { return true; };
  EXPECT_EQ(rig.refusal(alice, wire::DeleteChat{chat(2), std::nullopt}),
            ErrorCode::ownership_unknown);
}

}  // namespace
}  // namespace dp::server::testing
