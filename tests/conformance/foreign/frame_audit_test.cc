#include "conformance/foreign/frame_audit.h"

#include <gtest/gtest.h>

#include "conformance/suites/client/vault.h"
#include "core/crypto/padding.h"

namespace dp::conformance {
namespace {

constexpr const char* kChat = "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d";

std::string frame_with(const std::string& sealed, const std::string& chat = kChat) {
  return R"({"type":"update_draft","payload":{"chat_id":")" + chat + R"(","encrypted_draft_md":")" +
         sealed + R"("}})";
}

class FrameAuditTest : public ::testing::Test {
 protected:
  std::string sealed(Version version) {
    return vault_.seal({kChat, crypto::Kind::draft, version, {}}, as_bytes("words"));
  }
  FrameAudit::Sent sent(const std::string& frame) {
    return audit_.sent(frame, vault_.account(), key_);
  }
  Vault vault_{1};
  FrameAudit audit_;
  crypto::KeyRef key_ = audit_.add_account(vault_.master_key());
};

TEST_F(FrameAuditTest, EveryEnvelopeOfAFrameIsFound) {
  const std::string one = sealed(1);
  const std::string two = sealed(2);
  const std::string frame = "[\"" + one + "\",\"RFN\",\"" + two + "\",\"RFNFM";
  const auto found = envelopes_in(frame);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], one);
  EXPECT_EQ(found[1], two);
}

TEST_F(FrameAuditTest, AnEnvelopeIsASealOnceAndOpened) {
  const std::string frame = frame_with(sealed(3));
  const FrameAudit::Sent first = sent(frame);
  ASSERT_EQ(first.sealed.size(), 1u);
  EXPECT_EQ(first.unreadable, 0u);
  EXPECT_EQ(first.sealed[0].request.version, 3u);
  EXPECT_EQ(first.sealed[0].request.kind, crypto::Kind::draft);
  const auto words = crypto::unpad(crypto::Kind::draft, first.sealed[0].padded_plaintext);
  ASSERT_TRUE(words);
  EXPECT_EQ(as_text(*words), "words");
  EXPECT_TRUE(sent(frame).sealed.empty());  // the same bytes again are no second seal
}

TEST_F(FrameAuditTest, WhatWasDeliveredBeforeIsNotTheClientsSeal) {
  const std::string frame = frame_with(sealed(1));
  audit_.delivered(frame);
  EXPECT_TRUE(sent(frame).sealed.empty());
}

TEST_F(FrameAuditTest, WhatIsOfAnotherChatIsCounted) {
  const FrameAudit::Sent right = sent(frame_with(sealed(1)));
  EXPECT_EQ(right.misplaced, 0u);
  const std::string other = "8c0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d";
  EXPECT_EQ(sent(frame_with(sealed(2), other)).misplaced, 1u);
}

TEST_F(FrameAuditTest, WhatDoesNotOpenIsCounted) {
  std::string spoiled = sealed(1);
  spoiled[spoiled.size() / 2] = spoiled[spoiled.size() / 2] == 'A' ? 'B' : 'A';
  const FrameAudit::Sent seen = sent(frame_with(spoiled));
  EXPECT_EQ(seen.unreadable, 1u);
  EXPECT_TRUE(seen.sealed.empty());
}

}  // namespace
}  // namespace dp::conformance
