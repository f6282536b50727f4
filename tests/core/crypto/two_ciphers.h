// Fixtures that ask the same of the real and of the ideal cipher.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/crypto/ideal_cipher.h"
#include "core/crypto/padding.h"
#include "core/crypto/real_cipher.h"
#include "tests/core/crypto/recorded_random.h"

namespace dp::crypto {

template <class Back>
Back make_cipher();
template <>
inline RealCipher make_cipher<RealCipher>() {
  return RealCipher::create(initialise().value(), KeyMemory::plain, KdfPolicy::simulation())
      .value();
}
template <>
inline IdealCipher make_cipher<IdealCipher>() {
  return IdealCipher(KdfPolicy::simulation());
}

inline std::array<std::uint8_t, 32> key_bytes(std::uint8_t fill) {
  std::array<std::uint8_t, 32> key{};
  key.fill(fill);
  return key;
}

inline AccountId account_named(std::uint8_t fill) {
  AccountId account;
  account.bytes.fill(fill);
  return account;
}

inline ChatId chat_named(std::uint8_t fill) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.fill(fill);
  return ChatId::from_random(bytes);
}

inline Password password_of(std::string_view text) {
  return {text, KdfPolicy::simulation().cheapest({1, 2, 3})};
}

inline Error the_one_error() {
  return {Fault::cipher, "cannot_open", ""};
}

inline constexpr std::array kSuites = {Suite::xchacha20_poly1305, Suite::aes256_gcm};
// Kinds that are sealed through Cipher.
inline constexpr std::array kSealedKinds = {Kind::draft, Kind::preview, Kind::local_row,
                                            Kind::tombstone, Kind::message};

// A request the kind allows.
inline SealRequest request_for(Kind kind, Suite suite, KeyRef key, SlotId slot) {
  SealRequest request;
  request.key = key;
  request.account = account_named(0xaa);
  request.suite = suite;
  request.kind = kind;
  request.slot_id = slot;
  request.version = kind == Kind::message ? 0 : 7;
  if (kind == Kind::draft || kind == Kind::preview || kind == Kind::tombstone) {
    request.parent.fill(0x77);
  }
  request.writer = 0x0102030405060708;
  request.sequence = 9;
  request.boot = 2;
  return request;
}

inline OpenRequest opening(const SealRequest& request) {
  return {request.key, request.account, request.kind, request.slot_id};
}

template <class Back>
class TwoCiphers : public testing::Test {
 protected:
  Back cipher = make_cipher<Back>();
  SeededRandom random{1};
  KeyRef key = cipher.add_account(key_bytes(1), 1).value();
  SlotId slot = cipher.slot_id(key, chat_named(1)).value();

  Bytes seal(const SealRequest& request, std::string_view content) {
    auto envelope = cipher.seal(request, pad(request.kind, as_bytes(content)).value(), random);
    EXPECT_TRUE(envelope) << envelope.error().code;
    return envelope.value_or(Bytes());
  }
  void expect_refused(const OpenRequest& request, ByteView envelope) {
    const auto opened = cipher.open(request, envelope);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), the_one_error());
  }
};
using BothCiphers = testing::Types<RealCipher, IdealCipher>;

}  // namespace dp::crypto
