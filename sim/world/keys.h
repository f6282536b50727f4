// The keys of a world: one account master key each, derived from the seed, behind the cipher seam.
//
// Guarantees: accounts have independent keys; KeyRefs are stable; a copy of an ideal ring has its
// own table; real rings share their unchanging keys.
// Does not: run Argon2id. Passwords are the business of sign-in; a world of a thousand devices
// would otherwise spend its time there.
#pragma once

#include <memory>
#include <vector>

#include "core/crypto/cipher.h"
#include "core/crypto/key_provisioning.h"
#include "sim/world/config.h"

namespace dp::sim {

class WorldKeys {
 public:
  WorldKeys(CipherMode mode, std::uint64_t seed, std::size_t accounts);
  WorldKeys(const WorldKeys& other);
  WorldKeys& operator=(const WorldKeys& other);
  WorldKeys(WorldKeys&&) noexcept;
  WorldKeys& operator=(WorldKeys&&) noexcept;
  ~WorldKeys();

  crypto::KeyRef key(std::size_t account) const { return keys_[account]; }
  crypto::Cipher& cipher();
  const crypto::Cipher& cipher() const;
  crypto::FieldSealer& field_sealer();
  // `honest` with its first crypto::kCommitmentAt bytes replaced by `header`, and with the real
  // cipher sealed anew under it, so that only the header is wrong. The ideal one opens it never.
  Result<Bytes> reseal(std::size_t account, const AccountId& id, ByteView honest, ByteView header,
                       ByteView padded_plaintext) const;
  // The master keys, for canary searches.
  const std::vector<Bytes>& material() const { return material_; }

 private:
  struct Ring;
  std::unique_ptr<Ring> ring_;
  std::vector<crypto::KeyRef> keys_;
  std::vector<Bytes> material_;
};

}  // namespace dp::sim
