// A cipher without cryptography: ciphertext is random, and a table remembers what it stands for.
//
// It is what an AEAD is meant to be, so a run with it shows what a server could learn from a
// perfect one: two runs whose secrets differ must look the same to the server, byte for byte.
// Guarantees: every public byte it makes (key id, slot id, nonce, commitment, ciphertext, tag,
// digest of these) is a function of lengths, public names and the injected Random: of no plaintext,
// password or key value. Keys and passwords count only by the order in which they became known.
// Refuses exactly what RealCipher refuses and draws exactly the same labels and byte counts, so a
// run has the same structure with either. Copies are independent snapshots.
// Does not: hide anything from someone who reads this process's memory; stand in for suite 2 being
// unavailable on a machine (it always is available here).
#pragma once

#include <vector>

#include "core/crypto/cipher.h"
#include "core/crypto/ideal_table.h"
#include "core/crypto/key_provisioning.h"

namespace dp::crypto {

class IdealCipher final : public Cipher, public KeyProvisioning, public FieldSealer {
 public:
  explicit IdealCipher(KdfPolicy policy) : policy_(policy) {}

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

 private:
  struct Account {
    std::uint32_t master = 0;  // ordinal among the masters known so far
    std::uint32_t epoch = 0;
    bool here = true;
  };
  const Account* find(KeyRef key) const;
  KeyRef add(std::uint32_t master, std::uint32_t epoch);
  Result<std::uint32_t> password_ordinal(const Password& password);
  Bytes remember(IdealSealed sealed, std::size_t ciphertext_bytes);

  KdfPolicy policy_;
  std::vector<Hash32> masters_;  // digests, to tell keys apart: no key is kept
  std::vector<Hash32> passwords_;
  std::vector<Account> accounts_;  // KeyRef n is entry n - 1
  IdealTable table_;
};

}  // namespace dp::crypto
