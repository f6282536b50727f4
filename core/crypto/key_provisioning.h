// How keys get into a back end of the cipher seam, the same way for all of them.
//
//   first device:  M = 32 random bytes; key = add_account(M, 1); wrap_master_key(key, ...) ->
//   server any device:    unlock(account, password, wrapped key from the server) -> key
//
// A KeyRef never changes its meaning. Adding what is already there gives the same KeyRef again, so
// two simulated devices that share a back end share the account's keys; `forget` is for programs
// that serve one device each, since it takes the key from everyone who uses this back end.
// Guarantees: a wrapped key that does not authenticate is used for nothing (SEC-20); a wrong
// password, a foreign account and a damaged wrapped key are all "cannot_open" (SEC-17).
#pragma once

#include <cstdint>

#include "core/crypto/cipher.h"
#include "core/crypto/kdf.h"

namespace dp::crypto {

class KeyProvisioning {
 public:
  virtual ~KeyProvisioning() = default;

  // Seals with `epoch`, opens what was sealed in it or an earlier one. Fails with Fault::key:
  // "bad_epoch", or "memory_not_locked".
  virtual Result<KeyRef> add_account(KeyView master, std::uint32_t epoch) = 0;
  // A kind 3 envelope that holds the account's master key; its version is the epoch.
  virtual Result<Bytes> wrap_master_key(KeyRef key, const AccountId& account,
                                        const Password& password, Random& random) = 0;
  virtual Result<KeyRef> unlock(const AccountId& account, const Password& password,
                                ByteView wrapped_key) = 0;
  // What proves the password to the server. Independent of everything that protects drafts.
  virtual Result<Secret32> auth_secret(const Password& password) = 0;
  // The keys are wiped as soon as no copy of this back end holds them.
  virtual void forget(KeyRef key) = 0;

 protected:
  KeyProvisioning() = default;
  KeyProvisioning(const KeyProvisioning&) = default;
  KeyProvisioning& operator=(const KeyProvisioning&) = default;
};

// Seals the way today's deployed clients do: iv12 || ciphertext || tag16, AES-256-GCM, no
// associated data, no padding. The reference client only imports such drafts; simulated field
// clients make them.
class FieldSealer {
 public:
  virtual ~FieldSealer() = default;
  virtual Result<Bytes> seal_field(KeyRef key, ByteView plaintext, Random& random) = 0;

 protected:
  FieldSealer() = default;
  FieldSealer(const FieldSealer&) = default;
  FieldSealer& operator=(const FieldSealer&) = default;
};

}  // namespace dp::crypto
