// A cipher that shows every call to an observer, for oracles: nonce ledger, canaries, authenticity.
//
//   RecordingCipher recording(world.cipher, world.ledger);   // made for one step, costs nothing
//   client.step(event, {now, random, recording});
//
// Guarantees: answers, errors and draws are those of the wrapped cipher, unchanged.
// Does not: own or copy anything. Both the cipher and the observer must outlive it, so a world
// makes one when it needs one and copies of worlds never share one. What an observer is shown is
// valid during the call only.
#pragma once

#include <optional>

#include "core/crypto/cipher.h"
#include "core/crypto/key_provisioning.h"

namespace dp::crypto {

struct SealSeen {
  const SealRequest& request;
  ByteView padded_plaintext;
  // Of what was made; empty if sealing was refused.
  std::optional<Header> header;
  ByteView envelope;
};

struct OpenSeen {
  const OpenRequest& request;
  ByteView envelope;
  const Opened* opened = nullptr;  // null if it did not open
};

// The field dialect, sealed or opened; its nonce is the first 12 bytes of iv_ct_tag.
struct FieldSeen {
  KeyRef key;
  ByteView iv_ct_tag;                 // empty if sealing was refused
  std::optional<ByteView> plaintext;  // nothing if it did not open
};

class CipherObserver {
 public:
  virtual ~CipherObserver() = default;
  virtual void saw_seal(const SealSeen& seen) = 0;
  virtual void saw_open(const OpenSeen& seen) = 0;
  virtual void saw_field_seal(const FieldSeen& seen) = 0;
  virtual void saw_field_open(const FieldSeen& seen) = 0;

 protected:
  CipherObserver() = default;
  CipherObserver(const CipherObserver&) = default;
  CipherObserver& operator=(const CipherObserver&) = default;
};

class RecordingCipher final : public Cipher {
 public:
  RecordingCipher(Cipher& inner, CipherObserver& observer) : inner_(inner), observer_(observer) {}

  Hash32 sha256(ByteView bytes) const override;
  Result<Bytes> seal(const SealRequest& request, ByteView padded_plaintext,
                     Random& random) override;
  Result<Opened> open(const OpenRequest& request, ByteView envelope) const override;
  bool knows_key(KeyRef key, const KeyId& id) const override;
  Result<SlotId> slot_id(KeyRef key, const ChatId& chat) const override;
  Result<SlotId> row_id(KeyRef key, std::string_view row_name) const override;
  Result<Bytes> open_field(KeyRef key, ByteView iv_ct_tag) const override;

 private:
  Cipher& inner_;
  CipherObserver& observer_;
};

class RecordingFieldSealer final : public FieldSealer {
 public:
  RecordingFieldSealer(FieldSealer& inner, CipherObserver& observer)
      : inner_(inner), observer_(observer) {}

  Result<Bytes> seal_field(KeyRef key, ByteView plaintext, Random& random) override;

 private:
  FieldSealer& inner_;
  CipherObserver& observer_;
};

}  // namespace dp::crypto
