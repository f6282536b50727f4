// The primitives against vectors that others published or computed.
#include <gtest/gtest.h>

#include "core/crypto/aead.h"
#include "core/crypto/hmac.h"
#include "core/crypto/kdf.h"
#include "core/crypto/sha256_hasher.h"
#include "tests/core/crypto/vector_file.h"

namespace dp::crypto {
namespace {

struct AeadVector {
  std::array<std::uint8_t, 32> key;
  Bytes nonce, ad, plaintext, sealed;

  AeadInput input(Suite suite) const { return {suite, key, nonce, ad}; }
};

AeadVector aead_vector(VectorBlock& block) {
  AeadVector vector;
  vector.key = array_from_hex<std::array<std::uint8_t, 32>>(block["Key"]);
  vector.nonce = from_hex(block["IV"]);
  vector.ad = from_hex(block["AAD"]);
  vector.plaintext = from_hex(block.contains("Plaintext") ? block["Plaintext"] : block["PT"]);
  vector.sealed = from_hex(block["CT"] + block["Tag"]);
  return vector;
}

void expect_seals_and_opens(Initialised proof, Suite suite, const AeadVector& vector) {
  Bytes sealed(vector.plaintext.size() + kTagBytes);
  ASSERT_TRUE(aead_seal(proof, vector.input(suite), vector.plaintext, sealed));
  EXPECT_EQ(hex_encode(sealed), hex_encode(vector.sealed));
  Bytes opened(vector.plaintext.size());
  ASSERT_TRUE(aead_open(proof, vector.input(suite), vector.sealed, opened));
  EXPECT_EQ(opened, vector.plaintext);
}

TEST(PublishedVectors, XChaCha20Poly1305SealsAndOpensTheExampleOfTheDraft) {
  auto blocks = vector_blocks("xchacha20_poly1305_draft.txt");
  ASSERT_EQ(blocks.size(), 1u);
  const AeadVector vector = aead_vector(blocks[0]);
  ASSERT_EQ(vector.plaintext.size(), 114u);
  const auto proof = initialise().value();
  expect_seals_and_opens(proof, Suite::xchacha20_poly1305, vector);
  Bytes damaged = vector.sealed;
  damaged.back() ^= 1;
  Bytes opened(damaged.size() - kTagBytes, 0xee);
  EXPECT_FALSE(aead_open(proof, vector.input(Suite::xchacha20_poly1305), damaged, opened));
  EXPECT_EQ(opened, Bytes(opened.size(), 0)) << "a failed opening leaves nothing behind";
}

// A machine without AES instructions cannot confirm suite 2, and must not seem to.
TEST(PublishedVectors, Aes256GcmIsAvailableSoThatItsVectorsMeanSomething) {
  EXPECT_TRUE(aes256_gcm_available(initialise().value()))
      << "unavailable: this processor has no AES instructions, suite 2 is not verified here";
}

TEST(PublishedVectors, Aes256GcmSealsWhatNistSealed) {
  auto blocks = vector_blocks("nist_gcm_encrypt_256.rsp");
  ASSERT_EQ(blocks.size(), 25u);
  for (auto& block : blocks) {
    SCOPED_TRACE("Count " + block["Count"]);
    expect_seals_and_opens(initialise().value(), Suite::aes256_gcm, aead_vector(block));
  }
}

TEST(PublishedVectors, Aes256GcmOpensAndRefusesWhatNistSays) {
  const auto proof = initialise().value();
  std::size_t refused = 0;
  auto blocks = vector_blocks("nist_gcm_decrypt_256.rsp");
  ASSERT_EQ(blocks.size(), 50u);
  for (auto& block : blocks) {
    SCOPED_TRACE("Count " + block["Count"]);
    const AeadVector vector = aead_vector(block);
    if (!block.contains("FAIL")) {
      expect_seals_and_opens(proof, Suite::aes256_gcm, vector);
      continue;
    }
    ++refused;
    Bytes opened(vector.sealed.size() - kTagBytes, 0xee);
    EXPECT_FALSE(aead_open(proof, vector.input(Suite::aes256_gcm), vector.sealed, opened));
    EXPECT_EQ(opened, Bytes(opened.size(), 0)) << "a failed opening leaves nothing behind";
  }
  EXPECT_EQ(refused, 25u);
}

TEST(PublishedVectors, HmacSha512GivesTheOutputsOfRfc4231) {
  auto blocks = vector_blocks("rfc4231_hmac_sha512.txt");
  ASSERT_EQ(blocks.size(), 6u);
  for (auto& block : blocks) {
    HmacState state;
    state.absorb_key(from_hex(block["Key"]));
    const Bytes message = from_hex(block["Msg"]);
    Secret<kHmacBytes> mac;
    state.mac({message}, mac.writable());
    EXPECT_EQ(hex_encode(mac.view()), block["MD"]);
    // The same bytes in parts, and again from the same state.
    const ByteView whole(message);
    state.mac({whole.first(3), {}, whole.subspan(3)}, mac.writable());
    EXPECT_EQ(hex_encode(mac.view()), block["MD"]);
  }
}

TEST(PublishedVectors, Sha256GivesTheDigestsOfFips180) {
  const Sha256Hasher hasher;
  EXPECT_EQ(hex_encode(hasher.sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_encode(hasher.sha256({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

Secret32 root_of(const nlohmann::json& vector, const KdfPolicy& policy) {
  Password password;
  const auto text = vector["password"].get<std::string>();
  const auto salt = vector["salt"].get<std::string>();
  password.text = text;
  password.params.operations = vector["operations"].get<std::uint32_t>();
  password.params.memory_kib = vector["memory_kib"].get<std::uint32_t>();
  std::ranges::copy(as_bytes(salt), password.params.salt.begin());
  auto root = derive_root(initialise().value(), policy, password);
  EXPECT_TRUE(root) << root.error().code;
  return root ? std::move(*root) : Secret32();
}

TEST(PublishedVectors, Argon2idGivesTheOutputsOfTheArgon2Program) {
  const auto file = vector_json("argon2id.json");
  ASSERT_EQ(file["vectors"].size(), 4u);
  for (const auto& vector : file["vectors"]) {
    SCOPED_TRACE(vector["command"].get<std::string>());
    EXPECT_EQ(hex_encode(root_of(vector, KdfPolicy::simulation()).view()),
              vector["root"].get<std::string>());
  }
}

TEST(PublishedVectors, Argon2idAtTheFloorOfProductionGivesTheOutputOfTheArgon2Program) {
  const auto vector = vector_json("argon2id.json")["production_floor"];
  EXPECT_EQ(hex_encode(root_of(vector, KdfPolicy::production()).view()),
            vector["root"].get<std::string>());
}

}  // namespace
}  // namespace dp::crypto
