// Sealed changes: protocol section 4, first paragraph, and what a server reads of an envelope.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/crypto/envelope.h"
#include "core/vocabulary/bytes.h"
#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

using wire::ErrorCode;

class SealedChanges : public ::testing::Test {
 protected:
  // The slot after `content` was accepted from `alice`; everybody's ears are emptied.
  void save(std::string_view content, Version number = 0) {
    const auto frame = slot.update(content, number);
    const auto receipt = rig.answer<wire::DraftUpdateReceipt>(alice, frame);
    ASSERT_TRUE(receipt);
    ASSERT_EQ(receipt->draft_v, *frame.proposed_v);
    slot.moved_to(*frame.proposed_v, *frame.encrypted_draft_md);
    rig.heard(bob);
  }

  Rig rig;
  ConnId alice = rig.connect();
  ConnId bob = rig.connect();
  SealedSlot slot{chat(1), 0, {}};
};

TEST_F(SealedChanges, FirstChangeOfAnEmptySlotHasBaseZeroAndParentZeros) {
  const auto frame = slot.update("hello");
  rig.say(alice, frame);
  const auto receipt = rig.only<wire::DraftUpdateReceipt>(alice);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(*receipt, (wire::DraftUpdateReceipt{slot.chat, 1, true, false, frame.change_id}));
  const auto update = rig.only<wire::ChatDraftUpdated>(bob);
  ASSERT_TRUE(update);
  EXPECT_EQ(update->draft_v, 1u);
  EXPECT_EQ(update->encrypted_draft_md, frame.encrypted_draft_md);
  EXPECT_EQ(update->encrypted_draft_preview, frame.encrypted_draft_preview.value);
  EXPECT_EQ(update->last_edited_overall_timestamp, rig.now.wall_us / kSecond);
  ASSERT_TRUE(rig.row(slot.chat));
  EXPECT_EQ(rig.row(slot.chat)->version, 1u);
  EXPECT_TRUE(rig.row(slot.chat)->sealed);
}

TEST_F(SealedChanges, AcceptedExactlyOnTheCurrentBaseAndParent) {
  save("one");
  save("two");
  EXPECT_EQ(rig.facts(slot.chat)->current, 2u);
}

TEST_F(SealedChanges, AnOutdatedBaseIsAnsweredWithTheCurrentState) {
  const SealedSlot before = slot;
  save("newer");
  const auto late = before.update("older", 9);
  const auto conflict = rig.answer<wire::DraftConflict>(bob, late);
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->draft_v, 1u);
  EXPECT_FALSE(conflict->deleted);
  EXPECT_EQ(conflict->encrypted_draft_md, rig.row(slot.chat)->draft);
  EXPECT_EQ(conflict->encrypted_draft_preview, rig.row(slot.chat)->preview);
  EXPECT_EQ(conflict->change_id, late.change_id);
  EXPECT_TRUE(rig.heard(alice).empty()) << "a conflict is nobody else's business";
  EXPECT_EQ(rig.facts(slot.chat)->current, 1u);
}

TEST_F(SealedChanges, TheRightNumberOnAnotherParentIsAConflict) {
  save("mine");
  SealedSlot forked = slot;
  forked.hash[0] ^= 1;
  EXPECT_TRUE(rig.answer<wire::DraftConflict>(bob, forked.update("fork")));
}

TEST_F(SealedChanges, AHigherBaseThanTheServersIsAConflictToo) {
  save("one");
  SealedSlot ahead = slot;
  ahead.version = 40;
  const auto conflict = rig.answer<wire::DraftConflict>(bob, ahead.update("ahead"));
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->draft_v, 1u);
}

TEST_F(SealedChanges, ConflictOnAnEmptySlotShowsVersionZeroAndNulls) {
  SealedSlot ahead{chat(1), 7, {}};
  const auto conflict = rig.answer<wire::DraftConflict>(alice, ahead.update("x"));
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->draft_v, 0u);
  EXPECT_FALSE(conflict->encrypted_draft_md);
  EXPECT_FALSE(conflict->deleted);
  EXPECT_FALSE(rig.row(slot.chat));
}

TEST_F(SealedChanges, TheServerStoresExactlyTheProposedNumber) {
  save("far", 1000);
  EXPECT_EQ(rig.row(slot.chat)->version, 1000u);
  save("farther", 1000 + kVersionJumpMax);
  EXPECT_EQ(rig.row(slot.chat)->version, 1000u + kVersionJumpMax);
}

TEST_F(SealedChanges, AJumpWiderThanTheLimitIsRefused) {
  save("one");
  const auto frame = slot.update("jump", 1 + kVersionJumpMax + 1);
  EXPECT_EQ(rig.refusal(alice, frame), ErrorCode::version_invalid);
  EXPECT_EQ(rig.facts(slot.chat)->current, 1u);
}

TEST_F(SealedChanges, ANumberNotAboveEverythingKnownIsRefused) {
  save("high", 50);
  EXPECT_EQ(rig.refusal(alice, slot.update("equal", 50)), ErrorCode::version_invalid);
  EXPECT_EQ(rig.refusal(alice, slot.update("low", 3)), ErrorCode::version_invalid);
}

TEST_F(SealedChanges, NumbersReachTheLargestExactInteger) {
  Version number = kVersionJumpMax;
  save("first", number);
  while (kVersionMax - number > kVersionJumpMax) {
    // A server may be brought forward by steps of the widest jump; take a shortcut through the
    // table, as a restored backup would.
    number = kVersionMax - kVersionJumpMax;
    DraftRow row = *rig.row(slot.chat);
    row.version = number;
    ASSERT_TRUE(std::get<DraftWritten>(rig.table.execute(WriteDraft{row})).applied);
  }
  rig.crash();
  alice = rig.connect();
  bob = rig.connect();
  slot.version = number;
  save("last", kVersionMax);
  EXPECT_EQ(rig.row(slot.chat)->version, kVersionMax);
}

TEST_F(SealedChanges, ADeviceAheadOfARestoredServerGetsThroughAtOnce) {
  save("restored");  // R75: the device knows of 90 versions the server has lost
  const auto frame = slot.update("ahead", 92);
  ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, frame));
  EXPECT_EQ(rig.row(slot.chat)->version, 92u);
}

struct Spoiled {
  const char* what;
  void (*spoil)(wire::UpdateDraft&);
};

class HostileEnvelopes : public SealedChanges, public ::testing::WithParamInterface<Spoiled> {};

void with_bytes(wire::UpdateDraft& frame, void (*change)(Bytes&)) {
  Bytes bytes = base64_decode(*frame.encrypted_draft_md).value();
  change(bytes);
  frame.encrypted_draft_md = base64_encode(bytes);
}

TEST_P(HostileEnvelopes, AreRefusedWithTheirId) {
  save("before");
  auto frame = slot.update("spoiled");
  GetParam().spoil(frame);
  const auto error = rig.answer<wire::ErrorFrame>(alice, frame);
  ASSERT_TRUE(error) << GetParam().what;
  EXPECT_EQ(error->code, ErrorCode::envelope_invalid) << GetParam().what;
  EXPECT_EQ(error->chat_id, slot.chat);
  EXPECT_EQ(error->change_id, frame.change_id);
  EXPECT_EQ(rig.facts(slot.chat)->current, 1u);
  EXPECT_TRUE(rig.heard(bob).empty());
}

INSTANTIATE_TEST_SUITE_P(
    Each, HostileEnvelopes,
    ::testing::Values(
        Spoiled{"not base64", [](wire::UpdateDraft& f) { f.encrypted_draft_md = "!!!!"; }},
        Spoiled{"base64 with a line break",
                [](wire::UpdateDraft& f) { *f.encrypted_draft_md += "\n"; }},
        Spoiled{"null", [](wire::UpdateDraft& f) { f.encrypted_draft_md.reset(); }},
        Spoiled{"empty", [](wire::UpdateDraft& f) { f.encrypted_draft_md = ""; }},
        Spoiled{"magic", [](wire::UpdateDraft& f) { with_bytes(f, [](Bytes& b) { b[0] ^= 1; }); }},
        Spoiled{"suite", [](wire::UpdateDraft& f) { with_bytes(f, [](Bytes& b) { b[4] = 9; }); }},
        Spoiled{"kind tombstone",
                [](wire::UpdateDraft& f) { with_bytes(f, [](Bytes& b) { b[5] = 5; }); }},
        Spoiled{"kind preview",
                [](wire::UpdateDraft& f) { with_bytes(f, [](Bytes& b) { b[5] = 2; }); }},
        Spoiled{"flags", [](wire::UpdateDraft& f) { with_bytes(f, [](Bytes& b) { b[6] = 1; }); }},
        Spoiled{"version",
                [](wire::UpdateDraft& f) { with_bytes(f, [](Bytes& b) { b[40] ^= 4; }); }},
        Spoiled{"too short",
                [](wire::UpdateDraft& f) { with_bytes(f, [](Bytes& b) { b.resize(140); }); }},
        Spoiled{"proposed_v is another number", [](wire::UpdateDraft& f) { f.proposed_v = 3; }},
        Spoiled{"preview of another draft",
                [](wire::UpdateDraft& f) {
                  f.encrypted_draft_preview.value =
                      make_envelope(crypto::Kind::preview, 2, Hash32{}, "p").text;
                }},
        Spoiled{"preview that is a draft", [](wire::UpdateDraft& f) {
                  f.encrypted_draft_preview.value = f.encrypted_draft_md;
                }}));

TEST_F(SealedChanges, OnlyOneOfBaseAndNumberIsAnInvalidFrame) {
  auto frame = slot.update("x");
  frame.proposed_v.reset();
  EXPECT_EQ(rig.refusal(alice, frame), ErrorCode::invalid_frame);
  frame = slot.update("x");
  frame.base_version.reset();
  EXPECT_EQ(rig.refusal(alice, frame), ErrorCode::invalid_frame);
}

TEST_F(SealedChanges, ARepeatWithOnlyOneOfThemIsAnInvalidFrameToo) {
  auto frame = slot.update("once");
  ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, frame));
  const auto whole = frame;
  frame.proposed_v.reset();
  EXPECT_EQ(rig.refusal(alice, frame), ErrorCode::invalid_frame);
  frame = whole;
  frame.base_version.reset();
  EXPECT_EQ(rig.refusal(alice, frame), ErrorCode::invalid_frame);
  EXPECT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, whole));
}

TEST_F(SealedChanges, AnAbsentPreviewBecomesNullBecauseAnOldOneWouldNotOpen) {
  save("one");
  auto frame = slot.update("two");
  frame.encrypted_draft_preview = {};
  ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, frame));
  EXPECT_FALSE(rig.row(slot.chat)->preview);
}

TEST_F(SealedChanges, ADeletionNeedsATombstoneEnvelope) {
  save("one");
  auto frame = slot.remove();
  frame.encrypted_tombstone.reset();
  EXPECT_EQ(rig.refusal(alice, frame), ErrorCode::envelope_invalid);
  frame = slot.remove();
  frame.encrypted_tombstone = make_envelope(crypto::Kind::draft, 2, slot.hash, "x").text;
  EXPECT_EQ(rig.refusal(alice, frame), ErrorCode::envelope_invalid);
  EXPECT_FALSE(rig.facts(slot.chat)->deleted);
}

TEST_F(SealedChanges, ADeletionStoresAVersionedTombstoneInCacheAndTable) {
  save("one");
  const auto frame = slot.remove();
  const auto receipt = rig.answer<wire::DraftDeleteReceipt>(alice, frame);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(*receipt, (wire::DraftDeleteReceipt{slot.chat, true, 2, frame.change_id}));
  const auto deleted = rig.only<wire::DraftDeleted>(bob);
  ASSERT_TRUE(deleted);
  EXPECT_EQ(*deleted, (wire::DraftDeleted{slot.chat, 2, frame.encrypted_tombstone}));
  EXPECT_TRUE(rig.facts(slot.chat)->deleted);
  EXPECT_TRUE(rig.row(slot.chat)->deleted);
  EXPECT_EQ(rig.row(slot.chat)->tombstone, frame.encrypted_tombstone);
  EXPECT_EQ(rig.row(slot.chat)->cleared_version, 2u);
  EXPECT_FALSE(rig.row(slot.chat)->draft);
}

TEST_F(SealedChanges, AnOlderWriteNeverReplacesATombstoneAndANewerDoes) {
  save("one");
  const SealedSlot before = slot;
  const auto removal = slot.remove();
  ASSERT_TRUE(rig.answer<wire::DraftDeleteReceipt>(alice, removal));
  const auto conflict = rig.answer<wire::DraftConflict>(bob, before.update("stale"));
  ASSERT_TRUE(conflict);
  EXPECT_TRUE(conflict->deleted);
  EXPECT_EQ(conflict->draft_v, 2u);
  EXPECT_EQ(conflict->encrypted_tombstone, removal.encrypted_tombstone);
  slot.moved_to(2, *removal.encrypted_tombstone);
  save("again");
  EXPECT_EQ(rig.row(slot.chat)->version, 3u);
  EXPECT_EQ(rig.row(slot.chat)->cleared_version, 2u) << "the fence outlives the tombstone";
}

TEST_F(SealedChanges, ARepeatedChangeGetsItsReceiptAgainAndChangesNothing) {
  const auto frame = slot.update("once");
  const auto first = rig.answer<wire::DraftUpdateReceipt>(alice, frame);
  rig.heard(bob);
  const std::size_t asked = rig.queries_asked;
  const auto second = rig.answer<wire::DraftUpdateReceipt>(alice, frame);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  EXPECT_TRUE(rig.heard(bob).empty());
  EXPECT_EQ(rig.queries_asked, asked) << "a repeat is not persisted again";
}

TEST_F(SealedChanges, TheSameBytesUnderAnotherChangeIdAreARepeat) {
  auto frame = slot.update("once");
  ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, frame));
  frame.change_id = ChangeId{"another"};
  const auto receipt = rig.answer<wire::DraftUpdateReceipt>(alice, frame);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->draft_v, 1u);
  EXPECT_EQ(receipt->change_id, frame.change_id);
}

TEST_F(SealedChanges, ARepeatIsRecognisedByARestartedServer) {
  const auto frame = slot.update("once");
  ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, frame));
  rig.crash();
  alice = rig.connect();
  const auto receipt = rig.answer<wire::DraftUpdateReceipt>(alice, frame);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->draft_v, 1u);
  EXPECT_EQ(rig.row(slot.chat)->version, 1u);
}

TEST_F(SealedChanges, AnOlderReplayIsAnsweredByConflict) {
  const auto old = slot.update("old");
  ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, old));
  slot.moved_to(1, *old.encrypted_draft_md);
  save("new");
  const auto conflict = rig.answer<wire::DraftConflict>(alice, old);
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->draft_v, 2u);
  EXPECT_EQ(conflict->change_id, old.change_id);
}

TEST_F(SealedChanges, OnceSealedASlotRefusesUnsealedChanges) {
  save("sealed");
  auto update = field_update(slot.chat, "plainer");
  update.change_id = ChangeId{"c1"};
  const auto error = rig.answer<wire::ErrorFrame>(bob, update);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::slot_sealed);
  EXPECT_EQ(error->change_id, update.change_id);
  EXPECT_EQ(rig.refusal(bob, field_delete(slot.chat)), ErrorCode::slot_sealed);
  const auto removal = slot.remove();
  ASSERT_TRUE(rig.answer<wire::DraftDeleteReceipt>(alice, removal));
  rig.crash();
  bob = rig.connect();
  EXPECT_EQ(rig.refusal(bob, field_update(slot.chat, "x")), ErrorCode::slot_sealed)
      << "a sealed tombstone is something sealed, also after a restart";
}

TEST_F(SealedChanges, AFieldSlotIsSealedOnceOverTheHashOfItsCiphertext) {
  ASSERT_TRUE(rig.answer<wire::DraftUpdateReceipt>(alice, field_update(slot.chat, "plain")));
  rig.heard(bob);
  slot.version = 1;
  EXPECT_TRUE(rig.answer<wire::DraftConflict>(alice, slot.update("wrong parent")));
  slot.hash = field_hash(field_ciphertext("plain"));
  save("sealed");
  EXPECT_EQ(rig.refusal(bob, field_update(slot.chat, "back")), ErrorCode::slot_sealed);
}

TEST_F(SealedChanges, AnUnsealedTombstoneHasParentZeros) {
  ASSERT_TRUE(rig.answer<wire::DraftDeleteReceipt>(alice, field_delete(slot.chat)));
  rig.heard(bob);
  slot.version = 1;
  save("sealed");
}

}  // namespace
}  // namespace dp::server::testing
