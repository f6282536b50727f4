#include "conformance/vectors/craft.h"

#include "core/crypto/aead.h"
#include "core/crypto/hmac.h"
#include "core/crypto/labels.h"
#include "core/crypto/padding.h"
#include "core/crypto/sealing.h"
#include "core/crypto/sha256_hasher.h"

namespace dp::vectors {

crypto::Header header_at(const Place& place, crypto::Suite suite, crypto::Kind kind,
                         Version version, const Hash32& parent, const crypto::Nonce& nonce) {
  crypto::HmacState key;
  key.absorb_key(place.key);
  crypto::Header header;
  header.suite = suite;
  header.kind = kind;
  header.key_id = crypto::derive_key_id(key);
  header.slot_id = place.slot;
  header.version = version;
  header.parent = parent;
  header.nonce = nonce;
  return header;
}

Bytes sealed_under(const Place& place, crypto::Suite suite, ByteView header, ByteView padded) {
  crypto::HmacState key;
  key.absorb_key(place.key);
  crypto::HmacState slot_key;
  crypto::derive_slot_key(key, place.slot, slot_key);
  return *crypto::seal_under_header(*crypto::initialise(), slot_key, AccountId{place.account},
                                    suite, header, padded);
}

Bytes sealed_as_is(const Place& place, const crypto::Header& header, ByteView padded) {
  Bytes bytes;
  crypto::append_header(bytes, header);
  return sealed_under(place, header.suite, bytes, padded);
}

Bytes sealed(const Place& place, const crypto::Header& header, ByteView content) {
  return sealed_as_is(place, header, *crypto::pad(header.kind, content));
}

Hash32 sha256(ByteView bytes) {
  return crypto::Sha256Hasher().sha256(bytes);
}

Bytes field_sealed(ByteView master_key, ByteView iv, ByteView content) {
  crypto::HmacState master;
  master.absorb_key(master_key);
  std::array<std::uint8_t, crypto::kHmacBytes> mac{};
  master.mac({as_bytes(crypto::kLabelField)}, mac);
  Bytes out(iv.begin(), iv.end());
  out.resize(iv.size() + content.size() + crypto::kTagBytes);
  const crypto::AeadInput input{
      crypto::Suite::aes256_gcm, crypto::KeyView(mac.data(), crypto::kKeyBytes), iv, {}};
  crypto::aead_seal(*crypto::initialise(), input, content, std::span(out).subspan(iv.size()));
  return out;
}

}  // namespace dp::vectors
