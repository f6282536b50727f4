// The cipher of real devices, on libsodium: envelope v1 with both suites, and the field dialect.
//
//   auto proof = initialise();
//   auto cipher = RealCipher::create(*proof, KeyMemory::locked, KdfPolicy::production());
//   auto key = cipher->unlock(account, {password, params}, wrapped_key);
//
// A RealCipher holds no key itself but shares the unchanging AccountKeys with its copies, so a
// snapshot of a world is a plain copy: a copy starts with the same KeyRefs, gains and forgets keys
// on its own, and may move to another thread. One RealCipher must stay on one thread.
// Guarantees: those of Cipher. Sealing draws exactly one Draw::nonce of 24 bytes if it succeeds and
// nothing if it is refused (12 bytes for the field dialect).
#pragma once

#include <memory>
#include <vector>

#include "core/crypto/account_keys.h"
#include "core/crypto/cipher.h"
#include "core/crypto/key_provisioning.h"
#include "core/crypto/slot_keys.h"

namespace dp::crypto {

class RealCipher final : public Cipher, public KeyProvisioning, public FieldSealer {
 public:
  // Fails with Fault::key, "memory_not_locked": a program must then refuse to start.
  static Result<RealCipher> create(Initialised proof, KeyMemory memory, KdfPolicy policy);

  RealCipher(const RealCipher& other);
  RealCipher(RealCipher&&) = default;
  RealCipher& operator=(const RealCipher& other);
  RealCipher& operator=(RealCipher&&) = default;
  ~RealCipher() override = default;

  Hash32 sha256(ByteView bytes) const override;
  Result<Bytes> seal(const SealRequest& request, ByteView padded_plaintext,
                     Random& random) override;
  Result<Opened> open(const OpenRequest& request, ByteView envelope) const override;
  bool knows_key(KeyRef key, const KeyId& id) const override;
  Result<SlotId> slot_id(KeyRef key, const ChatId& chat) const override;
  Result<SlotId> row_id(KeyRef key, std::string_view row_name) const override;
  Result<Bytes> open_field(KeyRef key, ByteView iv_ct_tag) const override;

  Result<KeyRef> add_account(KeyView master, std::uint32_t epoch) override;
  Result<Bytes> wrap_master_key(KeyRef key, const AccountId& account, const Password& password,
                                Random& random) override;
  Result<KeyRef> unlock(const AccountId& account, const Password& password,
                        ByteView wrapped_key) override;
  Result<Secret32> auth_secret(const Password& password) override;
  void forget(KeyRef key) override;
  Result<Bytes> seal_field(KeyRef key, ByteView plaintext, Random& random) override;

  // The envelope that `seal` made with this nonce, again, for an oracle that holds the keys and
  // wants every opaque byte accounted for (SEC-03). Reachable only past the Cipher interface: a
  // core cannot choose a nonce.
  Result<Bytes> recompute(const SealRequest& request, const Nonce& nonce,
                          ByteView padded_plaintext) const;
  // What a peer that holds the keys but follows other rules would make (SEC-24): sealed under the
  // first kCommitmentAt bytes of a header as they stand. Reachable only past the Cipher interface.
  Result<Bytes> seal_as_written(KeyRef key, const AccountId& account, ByteView header,
                                ByteView padded_plaintext) const;

 private:
  RealCipher(Initialised proof, KeyMemory memory, KdfPolicy policy)
      : proof_(proof), memory_(memory), policy_(policy), slot_keys_(proof, memory) {}
  const AccountKeys* find(KeyRef key) const;
  const HmacState& slot_key(KeyRef key, const AccountKeys& keys, std::uint32_t epoch,
                            const SlotId& slot_id) const;

  Initialised proof_;
  KeyMemory memory_;
  KdfPolicy policy_;
  std::vector<std::shared_ptr<const AccountKeys>> accounts_;  // KeyRef n is entry n - 1
  mutable SlotKeys slot_keys_;
};

}  // namespace dp::crypto
