// How keys become known, of either back end.
#include "tests/core/crypto/two_ciphers.h"

namespace dp::crypto {
namespace {

template <class Back>
using Provisioning = TwoCiphers<Back>;
TYPED_TEST_SUITE(Provisioning, BothCiphers);

constexpr std::string_view kPassphrase = "correct horse battery staple";

TYPED_TEST(Provisioning, AnotherDeviceUnlocksTheSameKeysWithPasswordAndWrappedKey) {
  const auto wrapped = this->cipher.wrap_master_key(this->key, account_named(1),
                                                    password_of(kPassphrase), this->random);
  ASSERT_TRUE(wrapped);
  EXPECT_EQ(wrapped->size(), kHeaderBytes + 512 + kTagBytes);
  const Header header = parse_header(*wrapped).value();
  EXPECT_EQ(header.kind, Kind::wrapped_key);
  EXPECT_EQ(header.version, 1u);
  EXPECT_EQ(this->cipher.unlock(account_named(1), password_of(kPassphrase), *wrapped), this->key);
}

TYPED_TEST(Provisioning, AWrappedKeyOpensForItsPasswordParametersAndAccountOnly) {
  const Bytes wrapped =
      this->cipher
          .wrap_master_key(this->key, account_named(1), password_of(kPassphrase), this->random)
          .value();
  const auto refused = [&](std::uint8_t account, const Password& password) {
    const auto unlocked = this->cipher.unlock(account_named(account), password, wrapped);
    return !unlocked && unlocked.error() == the_one_error();
  };
  EXPECT_TRUE(refused(1, password_of("correct horse battery stable")));
  EXPECT_TRUE(refused(2, password_of(kPassphrase)));
  auto password = password_of(kPassphrase);
  password.params.salt[15] ^= 1;
  EXPECT_TRUE(refused(1, password));
  password = password_of(kPassphrase);
  ++password.params.operations;
  EXPECT_TRUE(refused(1, password));
  password = password_of(kPassphrase);
  password.params.memory_kib += 8;
  EXPECT_TRUE(refused(1, password));
  EXPECT_FALSE(refused(1, password_of(kPassphrase)));
}

// SEC-20: whatever a server hands out instead yields no key at all.
TYPED_TEST(Provisioning, ADamagedOrForeignWrappedKeyYieldsNoKey) {
  Bytes wrapped =
      this->cipher
          .wrap_master_key(this->key, account_named(1), password_of(kPassphrase), this->random)
          .value();
  const auto refused = [&](ByteView bytes) {
    const auto unlocked = this->cipher.unlock(account_named(1), password_of(kPassphrase), bytes);
    return !unlocked && unlocked.error() == the_one_error();
  };
  // Argon2id at the cheapest cost is still the slow part, so one bit of each byte; the header and
  // the tag, where fields meet, get all eight.
  std::size_t opened = 0;
  for (std::size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
    const bool field = bit / 8 < kHeaderBytes || bit / 8 >= wrapped.size() - kTagBytes;
    if (!field && bit % 8 != bit / 8 % 8) continue;
    wrapped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    if (!refused(wrapped)) ++opened;
    wrapped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  }
  EXPECT_EQ(opened, 0u);
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused(ByteView(wrapped).first(wrapped.size() - 1)));
  // An envelope of the account itself is not a wrapped key.
  for (const Kind kind : kSealedKinds) {
    const auto request = request_for(kind, Suite::xchacha20_poly1305, this->key, this->slot);
    EXPECT_TRUE(refused(this->seal(request, "x")));
  }
  EXPECT_FALSE(refused(wrapped));
}

TYPED_TEST(Provisioning, AWrappedKeyOpensAsNothingElse) {
  const Bytes wrapped =
      this->cipher
          .wrap_master_key(this->key, account_named(1), password_of(kPassphrase), this->random)
          .value();
  for (int kind = 0; kind <= 7; ++kind) {
    for (const SlotId& wanted : {SlotId{}, this->slot}) {
      this->expect_refused({this->key, account_named(1), static_cast<Kind>(kind), wanted}, wrapped);
    }
  }
}

TYPED_TEST(Provisioning, ParametersOutsideThePolicyAreRefused) {
  auto password = password_of(kPassphrase);
  const auto code_of = [&](const auto& result) { return result ? "" : result.error().code; };
  const auto expect_code = [&](const std::string& code) {
    EXPECT_EQ(code_of(this->cipher.unlock(account_named(1), password, {})), code);
    EXPECT_EQ(code_of(this->cipher.auth_secret(password)), code);
    EXPECT_EQ(
        code_of(this->cipher.wrap_master_key(this->key, account_named(1), password, this->random)),
        code);
  };
  password.params.operations = 0;
  expect_code("kdf_below_floor");
  password.params.operations = 5;
  expect_code("kdf_above_ceiling");
  password = password_of(kPassphrase);
  password.params.memory_kib = 7;
  expect_code("kdf_below_floor");
  password.params.memory_kib = 4u << 20;
  expect_code("kdf_above_ceiling");
  password = password_of("");
  expect_code("password_empty");
  EXPECT_TRUE(this->random.drawn.empty());
}

// SEC-22.
TYPED_TEST(Provisioning, TheAuthSecretIsStableAndBoundToPasswordAndSalt) {
  const auto secret_of = [&](const Password& password) {
    return hex_encode(this->cipher.auth_secret(password).value().view());
  };
  const auto first = secret_of(password_of(kPassphrase));
  EXPECT_EQ(secret_of(password_of(kPassphrase)), first);
  EXPECT_NE(secret_of(password_of("other")), first);
  auto salted = password_of(kPassphrase);
  salted.params.salt[0] ^= 1;
  EXPECT_NE(secret_of(salted), first);
}

TYPED_TEST(Provisioning, TheSameKeyIsTheSameReferenceAndAnotherOneIsNot) {
  EXPECT_EQ(this->cipher.add_account(key_bytes(1), 1), this->key);
  const KeyRef other = this->cipher.add_account(key_bytes(2), 1).value();
  EXPECT_NE(other, this->key);
  EXPECT_NE(other, KeyRef{});
  EXPECT_EQ(this->cipher.add_account(key_bytes(2), 1), other);
  EXPECT_EQ(this->cipher.add_account(key_bytes(1), 0).error().code, "bad_epoch");
  EXPECT_EQ(this->cipher.add_account(key_bytes(1), kEpochsMax + 1).error().code, "bad_epoch");
  EXPECT_TRUE(this->cipher.add_account(key_bytes(1), kEpochsMax));
}

TYPED_TEST(Provisioning, ALaterEpochSealsAnewAndOpensWhatEarlierOnesSealed) {
  const KeyRef later = this->cipher.add_account(key_bytes(1), 4).value();
  EXPECT_NE(later, this->key);
  EXPECT_EQ(this->cipher.slot_id(later, chat_named(1)), this->slot);
  auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  const Bytes old_envelope = this->seal(request, "old");
  request.key = later;
  const Bytes new_envelope = this->seal(request, "new");
  EXPECT_NE(parse_header(old_envelope)->key_id, parse_header(new_envelope)->key_id);
  EXPECT_TRUE(this->cipher.open(opening(request), old_envelope));
  EXPECT_TRUE(this->cipher.open(opening(request), new_envelope));
  request.key = this->key;
  this->expect_refused(opening(request), new_envelope);

  const auto wrapped =
      this->cipher.wrap_master_key(later, account_named(1), password_of(kPassphrase), this->random);
  EXPECT_EQ(parse_header(wrapped.value())->version, 4u);
  EXPECT_EQ(this->cipher.unlock(account_named(1), password_of(kPassphrase), *wrapped), later);
}

TYPED_TEST(Provisioning, AForgottenKeyIsGoneUntilItIsUnlockedAgain) {
  const auto wrapped = this->cipher.wrap_master_key(this->key, account_named(1),
                                                    password_of(kPassphrase), this->random);
  const auto request = request_for(Kind::draft, Suite::xchacha20_poly1305, this->key, this->slot);
  const Bytes envelope = this->seal(request, "x");
  this->cipher.forget(this->key);
  this->cipher.forget(this->key);
  this->cipher.forget(KeyRef{});
  this->cipher.forget(KeyRef{99});
  this->expect_refused(opening(request), envelope);
  EXPECT_EQ(this->cipher.seal(request, Bytes(512), this->random).error().code, "no_key");
  EXPECT_EQ(
      this->cipher
          .wrap_master_key(this->key, account_named(1), password_of(kPassphrase), this->random)
          .error()
          .code,
      "no_key");
  const KeyRef again =
      this->cipher.unlock(account_named(1), password_of(kPassphrase), *wrapped).value();
  EXPECT_NE(again, this->key);
  auto reopened = opening(request);
  reopened.key = again;
  EXPECT_TRUE(this->cipher.open(reopened, envelope));
}

}  // namespace
}  // namespace dp::crypto
