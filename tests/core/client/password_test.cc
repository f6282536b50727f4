// From a password to a draft on another device, with the real cipher and its real key derivation.
//
// Worlds are given their master keys, since thousands of key derivations would teach nothing; here
// the whole path is walked: password, Argon2id at its cheapest, wrapped master key, two devices.
#include <gtest/gtest.h>

#include <deque>

#include "core/client/client.h"
#include "core/crypto/initialise.h"
#include "core/crypto/real_cipher.h"
#include "core/wire/codec.h"
#include "tests/core/client/testbed.h"

namespace dp::client {
namespace {

const ChatId kChat = chat_named(1);
const AccountId kAccount{{1, 2, 3}};
constexpr std::string_view kPassword = "correct horse battery staple";

crypto::RealCipher fresh_cipher() {
  auto cipher = crypto::RealCipher::create(*crypto::initialise(), crypto::KeyMemory::plain,
                                           crypto::KdfPolicy::simulation());
  EXPECT_TRUE(cipher);
  return std::move(*cipher);
}

crypto::Password password(std::string_view text) {
  return {text, crypto::KdfPolicy::simulation().cheapest({7, 7, 7})};
}

// One client with a cipher of its own, whose host does everything at once.
struct Phone {
  explicit Phone(std::uint64_t seed) : random(seed) {
    config.account = kAccount;
    client.emplace(config);
  }
  void happen(const Event& first) {
    std::deque<Event> events{first};
    for (; !events.empty(); events.pop_front()) {
      Environment environment{{now_us, now_us}, random, cipher};
      const Outcome outcome = client->step(Event(events.front()), environment);
      for (const Effect& effect : outcome.effects) follow(effect, events);
    }
  }
  void follow(const Effect& effect, std::deque<Event>& events) {
    if (const auto* open = std::get_if<ConnOpen>(&effect)) {
      epoch = open->epoch;
      events.push_back(ConnOpened{epoch});
    } else if (const auto* turn = std::get_if<SealTurn>(&effect)) {
      events.push_back(SealTurnCame{turn->seal});
    } else if (const auto* write = std::get_if<StoreWrite>(&effect)) {
      events.push_back(StoreWritten{write->write, true});
    } else if (const auto* send = std::get_if<ConnSend>(&effect)) {
      sent.push_back(*wire::decode_client_frame(send->text, config.wire));
    } else if (const auto* notice = std::get_if<Notice>(&effect)) {
      notices.push_back(notice->kind);
    }
  }
  void hear(const wire::ServerFrame& frame) { happen(FrameArrived{epoch, wire::encode(frame)}); }
  void log_in(crypto::KeyRef key) {
    happen(StoreOpened{{}, 1});
    happen(Unlocked{key});
    wire::InitialSyncResponse nothing;
    nothing.authoritative = true;
    hear(nothing);
  }

  Config config;
  StreamRandom random;
  crypto::RealCipher cipher = fresh_cipher();
  std::optional<Client> client;
  Micros now_us = kSecond;
  ConnEpoch epoch;
  std::vector<wire::ClientFrame> sent;
  std::vector<NoticeKind> notices;
};

struct FromAPassword : testing::Test {
  Phone first{1};
  Phone second{2};
  Bytes wrapped;  // what the server keeps for the account
  wire::UpdateDraft update;

  void SetUp() override {
    crypto::Secret32 master;
    first.random.fill(Draw::nonce, master.writable());
    const auto key = first.cipher.add_account(master.view(), 1);
    ASSERT_TRUE(key);
    const auto sealed =
        first.cipher.wrap_master_key(*key, kAccount, password(kPassword), first.random);
    ASSERT_TRUE(sealed);
    wrapped = *sealed;
    first.log_in(*key);
    first.happen(ChatOpened{kChat});
    first.happen(Edited{"only for my own devices"});
    first.happen(Blurred{});
    for (const wire::ClientFrame& frame : first.sent) {
      if (const auto* one = std::get_if<wire::UpdateDraft>(&frame)) update = *one;
    }
    ASSERT_TRUE(update.encrypted_draft_md);
  }
  wire::ChatDraftUpdated broadcast() const {
    return {kChat, update.encrypted_draft_md, update.encrypted_draft_preview.value, 1, 1};
  }
};

TEST_F(FromAPassword, ASecondDeviceReadsTheDraft) {
  const auto key = second.cipher.unlock(kAccount, password(kPassword), wrapped);
  ASSERT_TRUE(key);
  second.log_in(*key);
  second.hear(broadcast());
  ASSERT_EQ(second.client->slots().size(), 1u);
  EXPECT_EQ(draft::text_of(second.client->slots()[0].local), "only for my own devices");
  EXPECT_TRUE(second.notices.empty());
}

TEST_F(FromAPassword, AWrongPasswordOpensNothing) {
  EXPECT_FALSE(second.cipher.unlock(kAccount, password("correct horse battery stapler"), wrapped));
  EXPECT_FALSE(second.cipher.unlock(AccountId{{9}}, password(kPassword), wrapped));
}

TEST_F(FromAPassword, AnotherAccountsDeviceRefusesTheDraft) {
  crypto::Secret32 other;
  second.random.fill(Draw::nonce, other.writable());
  const auto key = second.cipher.add_account(other.view(), 1);
  ASSERT_TRUE(key);
  second.log_in(*key);
  second.hear(broadcast());
  EXPECT_TRUE(second.client->slots().empty());
  ASSERT_EQ(second.notices.size(), 1u);
  EXPECT_EQ(second.notices[0], NoticeKind::security_authentication);
}

TEST_F(FromAPassword, WhatProvesThePasswordIsNotWhatWrapsTheKey) {
  const auto here = first.cipher.auth_secret(password(kPassword));
  const auto there = second.cipher.auth_secret(password(kPassword));
  ASSERT_TRUE(here && there);
  EXPECT_TRUE(std::ranges::equal(here->view(), there->view()));
  const auto other = second.cipher.auth_secret(password("another"));
  EXPECT_FALSE(std::ranges::equal(here->view(), other->view()));
}

}  // namespace
}  // namespace dp::client
