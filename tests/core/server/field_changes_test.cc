// Field changes: unconditional, numbered one above everything known, until the slot is sealed.
#include <gtest/gtest.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using wire::ErrorCode;

class FieldChanges : public ::testing::Test {
 protected:
  Version save(ConnId conn, std::string_view content) {
    const auto receipt = rig.answer<wire::DraftUpdateReceipt>(conn, field_update(slot, content));
    return receipt ? receipt->draft_v : 0;
  }

  Rig rig;
  ConnId alice = rig.connect();
  ConnId bob = rig.connect();
  ChatId slot = chat(1);
};

TEST_F(FieldChanges, TheLastArrivalWins) {
  EXPECT_EQ(save(alice, "one"), 1u);
  EXPECT_EQ(save(bob, "two"), 2u);
  EXPECT_EQ(save(alice, "three"), 3u);
  EXPECT_EQ(rig.row(slot)->draft, field_ciphertext("three"));
  EXPECT_FALSE(rig.row(slot)->sealed);
}

TEST_F(FieldChanges, AReceiptTellsNoConflictAndNoSuperseding) {
  const auto receipt = rig.answer<wire::DraftUpdateReceipt>(alice, field_update(slot, "one"));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(*receipt, (wire::DraftUpdateReceipt{slot, 1, true, false, std::nullopt}));
}

TEST_F(FieldChanges, AnAbsentPreviewStaysAndANullOneGoes) {
  auto frame = field_update(slot, "one");
  frame.encrypted_draft_preview = {true, "cHJldmlldw=="};
  rig.say(alice, frame);
  save(alice, "two");
  EXPECT_EQ(rig.row(slot)->preview, "cHJldmlldw==");
  frame = field_update(slot, "three");
  frame.encrypted_draft_preview = {true, std::nullopt};
  rig.say(alice, frame);
  EXPECT_FALSE(rig.row(slot)->preview);
}

TEST_F(FieldChanges, ANewPreviewOfTheSameTextIsAChange) {
  save(alice, "one");
  auto frame = field_update(slot, "one");
  frame.encrypted_draft_preview = {true, "cHJldmlldw=="};
  const auto receipt = rig.answer<wire::DraftUpdateReceipt>(alice, frame);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->draft_v, 2u);
  EXPECT_EQ(rig.row(slot)->preview, "cHJldmlldw==");
}

TEST_F(FieldChanges, AnUpdateToNullIsADeletion) {
  save(alice, "one");
  rig.heard(bob);
  wire::UpdateDraft frame{.chat_id = slot};
  const auto receipt = rig.answer<wire::DraftUpdateReceipt>(alice, frame);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->draft_v, 2u);
  const auto deleted = rig.only<wire::DraftDeleted>(bob);
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->draft_v, 2u);
  EXPECT_TRUE(rig.row(slot)->deleted);
}

TEST_F(FieldChanges, AnEmptyCiphertextIsRefusedSoThatNoEmptyRecordAppears) {
  wire::UpdateDraft frame{.chat_id = slot, .encrypted_draft_md = ""};
  const auto refused = rig.refusal(alice, frame);
  EXPECT_TRUE(refused == ErrorCode::envelope_invalid || refused == ErrorCode::invalid_frame);
  EXPECT_FALSE(rig.row(slot));
}

TEST_F(FieldChanges, ADeletionConsumesAVersion) {
  save(alice, "one");
  const auto receipt = rig.answer<wire::DraftDeleteReceipt>(alice, field_delete(slot));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->draft_v, 2u);
  EXPECT_EQ(save(bob, "three"), 3u);
}

TEST_F(FieldChanges, TheByteIdenticalCiphertextIsARepeat) {
  save(alice, "one");
  rig.heard(bob);
  EXPECT_EQ(save(alice, "one"), 1u);
  EXPECT_TRUE(rig.heard(bob).empty());
}

TEST_F(FieldChanges, TheSameChangeIdIsARepeatWhileItIsCurrent) {
  auto frame = field_update(slot, "one");
  frame.change_id = ChangeId{"c1"};
  rig.say(alice, frame);
  rig.heard(bob);
  frame.encrypted_draft_md = field_ciphertext("sealed-again-with-another-nonce");
  const auto receipt = rig.answer<wire::DraftUpdateReceipt>(alice, frame);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->draft_v, 1u);
  EXPECT_FALSE(receipt->superseded);
  EXPECT_EQ(rig.row(slot)->draft, field_ciphertext("one"));
  EXPECT_TRUE(rig.heard(bob).empty());
}

TEST_F(FieldChanges, AChangeThatLostToANewerOneIsSupersededNeitherBroadcastNorPersisted) {
  auto frame = field_update(slot, "mine");
  frame.change_id = ChangeId{"c1"};
  rig.say(alice, frame);  // its receipt is lost, so it comes again after bob's edit
  save(bob, "newer");
  rig.heard(bob);
  const std::size_t asked = rig.queries_asked;
  const auto receipt = rig.answer<wire::DraftUpdateReceipt>(alice, frame);
  ASSERT_TRUE(receipt);
  EXPECT_TRUE(receipt->success);
  EXPECT_TRUE(receipt->superseded);
  EXPECT_EQ(receipt->draft_v, 1u);
  EXPECT_EQ(receipt->change_id, frame.change_id);
  EXPECT_TRUE(rig.heard(bob).empty());
  EXPECT_EQ(rig.queries_asked, asked);
  EXPECT_EQ(rig.row(slot)->draft, field_ciphertext("newer"));
}

TEST_F(FieldChanges, OnlyTheLatestEightChangeIdsAreRemembered) {
  for (int i = 0; i < 9; ++i) {
    auto frame = field_update(slot, "text" + std::to_string(i));
    frame.change_id = ChangeId{"c" + std::to_string(i)};
    rig.say(alice, frame);
  }
  auto oldest = field_update(slot, "text0");
  oldest.change_id = ChangeId{"c0"};
  const auto forgotten = rig.answer<wire::DraftUpdateReceipt>(alice, oldest);
  ASSERT_TRUE(forgotten);
  EXPECT_FALSE(forgotten->superseded);
  EXPECT_EQ(forgotten->draft_v, 10u) << "last arrival wins where memory ends";
}

TEST_F(FieldChanges, NumbersStopBelowTwoToThe53) {
  DraftRow row;
  row.slot = {account(1), slot};
  row.version = kVersionMax;
  row.draft = field_ciphertext("last");
  rig.table.execute(WriteDraft{row});
  EXPECT_EQ(rig.refusal(alice, field_update(slot, "one too many")), ErrorCode::version_invalid);
}

TEST_F(FieldChanges, FieldAndSealedAccountsLiveSideBySide) {
  const ConnId sealed_one = rig.connect(2);
  const ConnId sealed_two = rig.connect(2);
  SealedSlot theirs{chat(2), 0, {}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(save(alice, "field" + std::to_string(i)), static_cast<Version>(i + 1));
    const auto frame = theirs.update("sealed" + std::to_string(i));
    ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(sealed_one, frame));
    theirs.moved_to(*frame.proposed_v, *frame.encrypted_draft_md);
  }
  EXPECT_EQ(rig.heard(bob).size(), 3u);
  EXPECT_EQ(rig.heard(sealed_two).size(), 3u);
  EXPECT_TRUE(rig.answer<wire::DraftConflict>(sealed_two, SealedSlot{chat(2), 1, {}}.update("x")));
  EXPECT_EQ(save(bob, "still unconditional"), 4u);
}

}  // namespace
}  // namespace dp::server::testing
