// How a device comes to its account's key: from its store, from another device's key file, or by
// making it, once per account.
//
// Guarantees: a key file is copied into the store only after it opened under the password (SEC-20);
// a store that has a key never gets another one; the master key itself is only ever in locked
// memory, and on disk only wrapped.
#pragma once

#include <filesystem>
#include <optional>

#include "conformance/hosts/key_file.h"
#include "conformance/hosts/password.h"
#include "core/crypto/real_cipher.h"

namespace dp::hosts {

struct KeyWish {
  std::filesystem::path store_dir;
  std::filesystem::path import_file;    // "" is none
  std::filesystem::path password_file;  // "": asked on the terminal
  std::optional<AccountId> account;     // must be the key's if it is known
  bool create = false;
  crypto::KdfPolicy policy = crypto::KdfPolicy::production();
};

struct UnlockedDevice {
  crypto::RealCipher cipher;
  crypto::KeyRef key;
  AccountId account;
};

std::filesystem::path key_path(const std::filesystem::path& store_dir);

// Fails with Fault::caller for what a person can put right, Fault::key, "memory_not_locked", or
// Fault::storage; the detail is a sentence.
Result<UnlockedDevice> unlock_device(const KeyWish& wish);

}  // namespace dp::hosts
