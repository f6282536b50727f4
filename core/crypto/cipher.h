// The cipher seam: the only place where keys live.
//
// Cores hold a KeyRef (a number) and call seal/open; what a key is, only a back end knows. Three
// back ends: RealCipher (libsodium), IdealCipher (random bytes of the right length and a table)
// and RecordingCipher (wraps either and shows every call to the oracles). How keys get in is
// KeyProvisioning, in key_provisioning.h; a core never sees that half.
// Guarantees expected of every back end: wrong key, wrong associated data, bad tag and bad
// commitment are one error (SEC-17), an open that fails leaves no plaintext (SEC-47), nothing is
// sealed whose length is not a published bucket of its kind (SEC-04), and control flow never
// depends on ciphertext bytes.
// Does not: choose versions, parents or padding; callers hand in padded plaintext. Does not stand
// use by two threads.
#pragma once

#include <cstdint>

#include "core/crypto/envelope.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/ids.h"
#include "core/vocabulary/random.h"
#include "core/vocabulary/result.h"

namespace dp::crypto {

// SHA-256 of public bytes. A server needs only this half of the seam.
class Hasher {
 public:
  virtual ~Hasher() = default;
  virtual Hash32 sha256(ByteView bytes) const = 0;

 protected:
  Hasher() = default;
  Hasher(const Hasher&) = default;
  Hasher& operator=(const Hasher&) = default;
};

// Names the keys of one unlocked account inside a back end. 0 is "no key".
struct KeyRef {
  std::uint32_t value = 0;
  auto operator<=>(const KeyRef&) const = default;
};

struct SealRequest {
  KeyRef key;
  AccountId account;
  Suite suite = Suite::xchacha20_poly1305;
  Kind kind = Kind::draft;
  SlotId slot_id;
  Version version = 0;
  Hash32 parent{};
  std::uint64_t writer = 0;    // the three that hedge the nonce beside 24 random bytes:
  std::uint64_t sequence = 0;  // (device's writer id, its counter, its boot number)
  std::uint64_t boot = 0;
};

// What the opener insists on; anything else in the header is an authentication failure.
struct OpenRequest {
  KeyRef key;
  AccountId account;
  Kind kind = Kind::draft;
  SlotId slot_id;
};

struct Opened {
  Header header;  // authenticated
  Bytes plaintext;
};

class Cipher : public Hasher {
 public:
  // Whole envelope, header included. Fails with Fault::key, "no_key", if the key is gone; with
  // Fault::caller, "bad_seal_request", if the kind does not allow the header or the plaintext is
  // not padded; with Fault::cipher, "suite_unavailable". A refusal draws nothing from `random`.
  virtual Result<Bytes> seal(const SealRequest& request, ByteView padded_plaintext,
                             Random& random) = 0;
  // Every failure, a missing key included, is Fault::cipher, "cannot_open", without a detail.
  virtual Result<Opened> open(const OpenRequest& request, ByteView envelope) const = 0;
  // Whether `id` names a key of this account that is at hand, so that an envelope of this suite
  // which carries it and does not open was made or spoiled by somebody without keys. False without
  // a key.
  virtual bool knows_key(KeyRef key, const KeyId& id) const = 0;
  // The slot_id of a chat under the account's index key; `row_name` names a local store row
  // instead, and no row has the id of a chat. Fails with "no_key".
  virtual Result<SlotId> slot_id(KeyRef key, const ChatId& chat) const = 0;
  virtual Result<SlotId> row_id(KeyRef key, std::string_view row_name) const = 0;
  // The `field` dialect: base64(iv12 || ct || tag16), AES-256-GCM, no associated data. Import only.
  virtual Result<Bytes> open_field(KeyRef key, ByteView iv_ct_tag) const = 0;
};

}  // namespace dp::crypto
