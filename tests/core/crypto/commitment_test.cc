// SEC-18: a ciphertext made to open under two keys opens under one of them at most.
#include <gtest/gtest.h>

#include "core/crypto/aead.h"
#include "core/crypto/labels.h"
#include "core/crypto/sealing.h"
#include "tests/core/crypto/galois_field.h"
#include "tests/core/crypto/vector_file.h"

namespace dp::crypto {
namespace {

using Key = std::array<std::uint8_t, 32>;

struct TwoKeyVector {
  Suite suite;
  Key key1, key2;
  Bytes nonce, ad, sealed, message1, message2;
};

std::vector<TwoKeyVector> two_key_vectors() {
  const auto file = vector_json("key_commitment_vectors.json");
  std::vector<TwoKeyVector> vectors;
  for (const auto& [name, suite, nonce] :
       {std::tuple{"xchacha20poly1305", Suite::xchacha20_poly1305, "nonce"},
        std::tuple{"aes256gcm", Suite::aes256_gcm, "iv"}}) {
    const auto& entry = file.at(name);
    const auto hex = [&](const char* field) { return entry.at(field).get<std::string>(); };
    vectors.push_back({suite, array_from_hex<Key>(hex("k1")), array_from_hex<Key>(hex("k2")),
                       from_hex(hex(nonce)), from_hex(hex("ad")), from_hex(hex("ct")),
                       from_hex(hex("m1")), from_hex(hex("m2"))});
  }
  return vectors;
}

Header header_for(Suite suite, ByteView nonce) {
  Header header;
  header.suite = suite;
  header.key_id.bytes.fill(0x11);
  header.slot_id.bytes.fill(0x22);
  header.version = 1;
  std::ranges::copy(nonce, header.nonce.begin());
  return header;
}

Bytes associated_data_of(const AccountId& account, const Header& header) {
  Bytes ad(kLabelAad.begin(), kLabelAad.end());
  append(ad, account.bytes);
  Bytes bytes;
  append_header(bytes, header);
  append(ad, ByteView(bytes).first(kAuthenticatedHeaderBytes));
  return ad;
}

// What the envelope derives under `slot_key` for this header: message key, then commitment.
Bytes message_keys_of(const HmacState& slot_key, const AccountId& account, const Header& header) {
  Secret<kHmacBytes> okm;
  slot_key.mac({as_bytes(kLabelMessage), header.nonce, associated_data_of(account, header)},
               okm.writable());
  return Bytes(okm.view().begin(), okm.view().end());
}

Bytes envelope_of(Header header, ByteView commitment, ByteView sealed) {
  std::ranges::copy(commitment, header.commitment.begin());
  Bytes envelope;
  append_header(envelope, header);
  append(envelope, sealed);
  return envelope;
}

bool opens(const HmacState& slot_key, const AccountId& account, ByteView envelope) {
  const auto header = parse_header(envelope);
  return header &&
         open_envelope(initialise().value(), slot_key, account, *header, envelope).has_value();
}

TEST(KeyCommitment, TheBareAeadOpensThePublishedCiphertextsUnderBothKeys) {
  for (const auto& vector : two_key_vectors()) {
    Bytes opened(vector.sealed.size() - kTagBytes);
    ASSERT_TRUE(aead_open(initialise().value(),
                          {vector.suite, vector.key1, vector.nonce, vector.ad}, vector.sealed,
                          opened));
    EXPECT_EQ(opened, vector.message1);
    ASSERT_TRUE(aead_open(initialise().value(),
                          {vector.suite, vector.key2, vector.nonce, vector.ad}, vector.sealed,
                          opened));
    EXPECT_EQ(opened, vector.message2);
  }
}

TEST(KeyCommitment, TheEnvelopeRefusesThePublishedCiphertextsUnderEitherKey) {
  for (const auto& vector : two_key_vectors()) {
    HmacState slot_key1, slot_key2;
    slot_key1.absorb_key(vector.key1);
    slot_key2.absorb_key(vector.key2);
    const AccountId account{};
    const Header header = header_for(vector.suite, vector.nonce);
    // With either key's own commitment, and with none.
    const Bytes keys1 = message_keys_of(slot_key1, account, header);
    const Bytes keys2 = message_keys_of(slot_key2, account, header);
    for (const ByteView commitment :
         {ByteView(keys1).last(32), ByteView(keys2).last(32), ByteView(header.commitment)}) {
      const Bytes envelope = envelope_of(header, commitment, vector.sealed);
      EXPECT_FALSE(opens(slot_key1, account, envelope));
      EXPECT_FALSE(opens(slot_key2, account, envelope));
    }
  }
}

// The attack the commitment is there for: both message keys are known, and one block of the
// ciphertext is chosen so that one tag is right under both, for the envelope's own header.
TEST(KeyCommitment, ACiphertextForgedForTwoMessageKeysOpensForTheCommittedOneOnly) {
  const auto proof = initialise().value();
  HmacState slot_key1, slot_key2;
  slot_key1.absorb_key(Bytes(32, 1));
  slot_key2.absorb_key(Bytes(32, 2));
  const AccountId account{};
  const Header header = header_for(Suite::aes256_gcm, Bytes(24, 3));
  const Bytes ad = associated_data_of(account, header);
  const Bytes keys1 = message_keys_of(slot_key1, account, header);
  const Bytes keys2 = message_keys_of(slot_key2, account, header);
  const ByteView message_key1 = ByteView(keys1).first(32);
  const ByteView message_key2 = ByteView(keys2).first(32);
  const Bytes sealed =
      seal_for_two_keys(proof, message_key1, message_key2, header.nonce, ad, Bytes(512, 0x5a));

  Bytes opened(512);
  for (const ByteView key : {message_key1, message_key2}) {
    const AeadInput input{Suite::aes256_gcm, key.first<32>(), header.nonce, ad};
    ASSERT_TRUE(aead_open(proof, input, sealed, opened)) << "the forgery itself must work";
  }
  const Bytes committed1 = envelope_of(header, ByteView(keys1).last(32), sealed);
  EXPECT_TRUE(opens(slot_key1, account, committed1));
  EXPECT_FALSE(opens(slot_key2, account, committed1));
  const Bytes committed2 = envelope_of(header, ByteView(keys2).last(32), sealed);
  EXPECT_FALSE(opens(slot_key1, account, committed2));
  EXPECT_TRUE(opens(slot_key2, account, committed2));
}

}  // namespace
}  // namespace dp::crypto
