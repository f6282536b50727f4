// Forged, moved, unreadable and unsealed content: refused, reported, and never written over.
#include <gtest/gtest.h>

#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);

struct Forgery : testing::Test {
  Testbed bed{2};
  Forgery() {
    for (std::size_t i = 0; i < 2; ++i) {
      bed.boot(i);
      bed.act(ChatOpened{kChat}, i);
    }
    bed.forget_effects();
  }
  std::string at_server() const { return draft::text_of(bed.open_at_server(kChat)); }
  wire::ChatDraftUpdated broadcast_of(const FakeSlot& slot) const {
    return {kChat, slot.text, slot.preview, slot.version, 1};
  }
};

TEST_F(Forgery, WhatDoesNotOpenChangesNothingAndIsReported) {
  bed.type_and_pause("mine");
  FakeSlot forged = bed.server.slots[kChat];
  Bytes bytes = *base64_decode(*forged.text);
  bytes.back() ^= 1;
  forged.text = base64_encode(bytes);
  forged.version = 2;
  bed.say(broadcast_of(forged));
  EXPECT_EQ(bed.notices(NoticeKind::security_authentication), 1u);
  EXPECT_EQ(bed.text(kChat), "mine");
  EXPECT_EQ(bed.facts(kChat).high_water, 1u);
}

TEST_F(Forgery, AnEnvelopeUnderAnotherVersionOrChatIsRefused) {
  bed.type_and_pause("mine");
  const FakeSlot slot = bed.server.slots[kChat];
  bed.say(wire::ChatDraftUpdated{kChat, slot.text, slot.preview, 5, 1});
  bed.say(wire::ChatDraftUpdated{chat_named(2), slot.text, slot.preview, slot.version, 1});
  bed.say(wire::DraftDeleted{kChat, 5, slot.text});
  EXPECT_EQ(bed.notices(NoticeKind::security_authentication), 3u);
  EXPECT_EQ(bed.text(kChat), "mine");
  EXPECT_EQ(bed.client().view().chats.size(), 1u);
}

TEST_F(Forgery, NothingIsSentOverWhatCannotBeRead) {
  bed.type_and_pause("mine");
  bed.go_offline(0);
  FakeSlot& slot = bed.server.slots[kChat];
  Bytes bytes = *base64_decode(*slot.text);
  bytes[4] = 9;  // a suite of the future
  slot.text = base64_encode(bytes);
  slot.version = 2;
  slot.hash = bed.cipher.sha256(bytes);
  bed.type_and_pause("mine, edited");
  bed.go_online(0);
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.slots[kChat].version, 2u);
  EXPECT_EQ(bed.server.slots[kChat].text, base64_encode(bytes));
  EXPECT_EQ(bed.text(kChat), "mine, edited");
  EXPECT_GE(bed.notices(NoticeKind::security_authentication), 1u);
}

// Only bytes that name our own key and still do not open are nobody's: whoever has the draft puts
// it on top of them, and both devices are whole again.
TEST_F(Forgery, WhatTheNetworkSpoiledOnItsWayUpIsRepairedByWhoeverHasTheText) {
  bed.type_and_pause("mine");
  FakeSlot& slot = bed.server.slots[kChat];
  Bytes bytes = *base64_decode(*slot.text);
  bytes.back() ^= 1;
  slot.text = base64_encode(bytes);
  slot.hash = bed.cipher.sha256(bytes);
  bed.drop_connection(0);
  bed.pass(20 * kSecond);
  EXPECT_EQ(bed.server.slots[kChat].version, 1u) << "asked a few times first";
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.slots[kChat].version, 2u);
  EXPECT_EQ(at_server(), "mine");
  EXPECT_EQ(bed.text(kChat, 1), "mine");
  EXPECT_EQ(bed.client(0).pending(), "");
  EXPECT_TRUE(bed.facts(kChat, 0).local.copies.empty());
}

// Another key id: perhaps of an epoch to come.
void under_another_key(FakeSlot& slot, const crypto::Cipher& cipher) {
  Bytes bytes = *base64_decode(*slot.text);
  bytes[10] ^= 1;
  slot.text = base64_encode(bytes);
  slot.hash = cipher.sha256(bytes);
}

TEST_F(Forgery, WhatAKeyWeDoNotHaveMadeIsLeftAlone) {
  bed.type_and_pause("mine");
  FakeSlot& slot = bed.server.slots[kChat];
  under_another_key(slot, bed.cipher);
  slot.version = 2;
  bed.drop_connection(0);
  bed.pass(3 * kMinute);
  EXPECT_EQ(bed.server.slots[kChat].version, 2u);
  EXPECT_EQ(bed.text(kChat), "mine");
}

// Unless it stands where our own words stood: then it cannot be what was agreed on there.
TEST_F(Forgery, WhatAnotherKeyMadeOfAKnownVersionIsWrittenOver) {
  bed.type_and_pause("mine");
  under_another_key(bed.server.slots[kChat], bed.cipher);
  bed.drop_connection(0);
  bed.pass(3 * kMinute);
  EXPECT_EQ(bed.server.slots[kChat].version, 2u);
  EXPECT_EQ(at_server(), "mine");
}

TEST_F(Forgery, AForgedBroadcastHoldsNothingUp) {
  bed.type_and_pause("mine");
  FakeSlot forged = bed.server.slots[kChat];
  Bytes bytes = *base64_decode(*forged.text);
  bytes.back() ^= 1;
  forged.text = base64_encode(bytes);
  forged.version = 2;
  bed.say(broadcast_of(forged));
  bed.type_and_pause("mine, still");
  EXPECT_EQ(at_server(), "mine, still");
}

TEST_F(Forgery, AStateReplySpoiltOnTheWayIsAskedForAgain) {
  bed.type_and_pause("one");
  bed.type("two", 1);
  bed.go_offline(0);
  bed.act(Blurred{}, 1);
  const FakeSlot honest = bed.server.slots[kChat];
  Bytes bytes = *base64_decode(*honest.text);
  bytes.back() ^= 1;
  bed.server.slots[kChat].text = base64_encode(bytes);
  bed.type_and_pause("three", 0);
  bed.go_online(0);
  EXPECT_EQ(bed.server.slots[kChat].version, honest.version);
  bed.server.slots[kChat] = honest;
  bed.pass(15 * kSecond);
  EXPECT_EQ(bed.facts(kChat, 0).local.copies.size(), 1u);
  EXPECT_EQ(at_server(), draft::text_of(bed.facts(kChat, 0).local));
  EXPECT_EQ(bed.client(0).pending(), "");
}

TEST_F(Forgery, UnsealedContentForASealedSlotIsADowngrade) {
  bed.type_and_pause("sealed");
  StreamRandom random(99);
  const Bytes field = *bed.cipher.seal_field(bed.key, as_bytes("unsealed"), random);
  bed.say(wire::ChatDraftUpdated{kChat, base64_encode(field), {}, 2, 1});
  EXPECT_EQ(bed.notices(NoticeKind::security_downgrade), 1u);
  EXPECT_EQ(bed.text(kChat), "sealed");
}

TEST_F(Forgery, AFieldDraftIsImportedOnceAndSealedAtTheNextSave) {
  StreamRandom random(99);
  const Bytes field = *bed.cipher.seal_field(bed.key, as_bytes("from the field"), random);
  FakeSlot& slot = bed.server.slots[kChat];
  slot.version = 7;
  slot.text = base64_encode(field);
  slot.hash = bed.cipher.sha256(field);
  bed.drop_connection(0);
  bed.pass(2 * kSecond);
  EXPECT_EQ(bed.text(kChat), "from the field");
  EXPECT_EQ(bed.server.writes, 0u);
  bed.drop_connection(0);
  bed.pass(kMinute);
  EXPECT_EQ(bed.server.writes, 0u) << "importing is not a save";
  bed.type_and_pause("from the field, edited");
  EXPECT_EQ(at_server(), "from the field, edited");
  EXPECT_EQ(bed.server.slots[kChat].version, 8u);
}

TEST_F(Forgery, AForgedSuccessDoesNotOutliveTheNextRead) {
  bed.type_and_pause("one");
  bed.device().lose_up = true;
  bed.type_and_pause("two");
  const auto update = bed.sent<wire::UpdateDraft>().back();
  bed.say(wire::DraftUpdateReceipt{kChat, *update.proposed_v, true, false, update.change_id});
  EXPECT_FALSE(bed.client().view().unsynced_changes) << "nothing tells it yet";
  bed.device().lose_up = false;
  bed.drop_connection();
  bed.pass(kMinute);
  EXPECT_EQ(at_server(), "two");
  EXPECT_EQ(bed.notices(NoticeKind::server_lost_recent), 1u);
}

TEST_F(Forgery, AForgedPreviewIsReportedAndTheDraftCounts) {
  bed.type_and_pause("honest", 0);
  FakeSlot slot = bed.server.slots[kChat];
  bed.type_and_pause("honest again", 0);
  bed.forget_effects();
  const FakeSlot newer = bed.server.slots[kChat];
  bed.go_offline(1);
  bed.server.slots[kChat].preview = slot.preview;
  bed.device(1).disk.clear();
  bed.crash(1);
  bed.device(1).network = true;
  bed.boot(1);
  EXPECT_EQ(bed.notices(NoticeKind::security_authentication, 1), 1u);
  EXPECT_EQ(bed.text(kChat, 1), "honest again");
}

TEST_F(Forgery, HugeNumbersInHintsAreNotBelieved) {
  bed.type_and_pause("mine");
  bed.say(wire::ChatDetails{kChat, 0, {}, {}, {}, kVersionMax, 0});
  bed.pass(kMinute);
  EXPECT_EQ(bed.text(kChat), "mine");
  EXPECT_EQ(bed.facts(kChat).high_water, bed.server.slots[kChat].version);
  EXPECT_LT(bed.facts(kChat).high_water, 10u);
  EXPECT_EQ(at_server(), "mine");
}

}  // namespace
}  // namespace dp::client
