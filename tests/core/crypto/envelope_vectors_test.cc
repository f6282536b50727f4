// The real cipher against envelope_v1.json, which another implementation wrote.
#include <gtest/gtest.h>

#include "core/crypto/account_keys.h"
#include "core/crypto/kdf.h"
#include "core/crypto/padding.h"
#include "core/crypto/real_cipher.h"
#include "tests/core/crypto/recorded_random.h"
#include "tests/core/crypto/vector_file.h"

namespace dp::crypto {
namespace {

class EnvelopeVectors : public testing::Test {
 protected:
  nlohmann::json file = vector_json("envelope_v1.json");
  RealCipher cipher =
      RealCipher::create(initialise().value(), KeyMemory::plain, KdfPolicy::simulation()).value();
  std::array<std::uint8_t, 32> master = array("master_key");
  std::uint32_t epoch = file["epoch"].get<std::uint32_t>();
  KeyRef key = cipher.add_account(master, epoch).value();
  AccountId account{array_from_hex<std::array<std::uint8_t, 16>>(text("account_id"))};
  ChatId chat = ChatId::parse(text("chat_id")).value();
  std::string password_text = text("password");

  std::string text(const char* name) const { return file[name].get<std::string>(); }
  std::array<std::uint8_t, 32> array(const char* name) const {
    return array_from_hex<std::array<std::uint8_t, 32>>(text(name));
  }
  Password password() const {
    Password result{password_text, {}};
    result.params.operations = file["kdf"]["operations"].get<std::uint32_t>();
    result.params.memory_kib = file["kdf"]["memory_kib"].get<std::uint32_t>();
    std::ranges::copy(as_bytes(file["kdf"]["salt"].get_ref<const std::string&>()),
                      result.params.salt.begin());
    return result;
  }
};

std::string hex_of(const nlohmann::json& vector, const char* name) {
  return vector[name].get<std::string>();
}

SealRequest request_of(const nlohmann::json& vector, KeyRef key, const AccountId& account) {
  SealRequest request;
  request.key = key;
  request.account = account;
  request.suite = static_cast<Suite>(vector["suite"].get<int>());
  request.kind = static_cast<Kind>(vector["kind"].get<int>());
  request.slot_id.bytes = array_from_hex<std::array<std::uint8_t, 16>>(hex_of(vector, "slot_id"));
  request.version = vector["version"].get<Version>();
  request.parent = array_from_hex<Hash32>(hex_of(vector, "parent"));
  request.writer = vector["writer"].get<std::uint64_t>();
  request.sequence = vector["sequence"].get<std::uint64_t>();
  request.boot = vector["boot"].get<std::uint64_t>();
  return request;
}

TEST_F(EnvelopeVectors, PasswordGivesRootWrapKeyAndAuthSecret) {
  const auto root = derive_root(initialise().value(), KdfPolicy::simulation(), password()).value();
  EXPECT_EQ(hex_encode(root.view()), text("root"));
  EXPECT_EQ(hex_encode(wrap_key_of(root).view()), text("wrap_key"));
  EXPECT_EQ(hex_encode(auth_secret_of(root).view()), text("auth_secret"));
  EXPECT_EQ(hex_encode(cipher.auth_secret(password()).value().view()), text("auth_secret"));
}

// SEC-19: the key id among them follows from the key.
TEST_F(EnvelopeVectors, MasterKeyGivesKeyIdsSlotIdsRowIdsAndTheFieldKey) {
  EXPECT_EQ(hex_encode(cipher.slot_id(key, chat).value().bytes), text("slot_id"));
  EXPECT_EQ(hex_encode(cipher.row_id(key, text("row_name")).value().bytes), text("row_id"));
  const auto keys =
      AccountKeys::derive(initialise().value(), KeyMemory::plain, master, epoch).value();
  EXPECT_EQ(hex_encode(keys.key_id(epoch).bytes), text("key_id"));
  EXPECT_EQ(hex_encode(keys.field_key()), text("k_field"));
}

TEST_F(EnvelopeVectors, EveryKindInEverySuiteIsSealedByteForByteAndOpens) {
  std::set<std::pair<int, int>> seen;
  for (const auto& vector : file["envelopes"]) {
    SCOPED_TRACE(vector["name"].get<std::string>());
    const SealRequest request = request_of(vector, key, account);
    seen.insert({vector["suite"].get<int>(), vector["kind"].get<int>()});
    if (request.kind == Kind::wrapped_key) continue;  // below: not sealed through Cipher
    const Bytes content = from_hex(hex_of(vector, "content"));
    ScriptedRandom random({from_hex(hex_of(vector, "random"))});
    const auto envelope = cipher.seal(request, pad(request.kind, content).value(), random);
    ASSERT_TRUE(envelope) << envelope.error().code;
    EXPECT_TRUE(random.exhausted());
    EXPECT_EQ(hex_encode(*envelope), hex_of(vector, "envelope"));
    EXPECT_EQ(hex_encode(cipher.sha256(*envelope)), hex_of(vector, "envelope_sha256"));

    const auto opened = cipher.open({key, account, request.kind, request.slot_id},
                                    from_hex(hex_of(vector, "envelope")));
    ASSERT_TRUE(opened);
    EXPECT_EQ(unpad(request.kind, opened->plaintext), content);
    // SEC-03: the opaque bytes follow from key, nonce, header and payload.
    EXPECT_EQ(cipher.recompute(request, opened->header.nonce, opened->plaintext), *envelope);
  }
  EXPECT_EQ(seen.size(), 12u) << "six kinds in two suites";
}

TEST_F(EnvelopeVectors, WrappedKeyIsWrittenByteForByteAndUnlocksInEitherSuite) {
  int wrapped_keys = 0;
  for (const auto& vector : file["envelopes"]) {
    if (vector["kind"] != static_cast<int>(Kind::wrapped_key)) continue;
    ++wrapped_keys;
    const Bytes wrapped = from_hex(hex_of(vector, "envelope"));
    if (vector["suite"] == 1) {
      ScriptedRandom random({from_hex(hex_of(vector, "random"))});
      EXPECT_EQ(cipher.wrap_master_key(key, account, password(), random), wrapped);
    }
    auto fresh =
        RealCipher::create(initialise().value(), KeyMemory::plain, KdfPolicy::simulation()).value();
    const auto unlocked = fresh.unlock(account, password(), wrapped);
    ASSERT_TRUE(unlocked);
    EXPECT_EQ(hex_encode(fresh.slot_id(*unlocked, chat).value().bytes), text("slot_id"));
  }
  EXPECT_EQ(wrapped_keys, 2);
}

// Nothing seals a wrapped key under an account's own keys; were one to turn up, it opens as
// nothing.
TEST_F(EnvelopeVectors, AWrappedKeyUnderAnEpochKeyIsRefused) {
  SealRequest request;
  request.key = key;
  request.account = account;
  request.kind = Kind::wrapped_key;
  request.version = 1;
  const Bytes envelope = cipher.recompute(request, Nonce{}, Bytes(512)).value();
  ASSERT_TRUE(parse_header(envelope));
  EXPECT_FALSE(cipher.open({key, account, Kind::wrapped_key, SlotId{}}, envelope));
}

TEST_F(EnvelopeVectors, FieldDialectIsOpenedAndSealedByteForByte) {
  const auto& field = file["field"];
  const Bytes sealed = from_hex(hex_of(field, "sealed"));
  const Bytes content = from_hex(hex_of(field, "content"));
  EXPECT_EQ(cipher.open_field(key, sealed), content);
  ScriptedRandom random({from_hex(hex_of(field, "iv"))});
  EXPECT_EQ(cipher.seal_field(key, content, random), sealed);
}

}  // namespace
}  // namespace dp::crypto
