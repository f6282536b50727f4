// From a password to the two things derived from it: the wrap key and the auth secret.
//
// Parameters come with the account, so from a server, and a server is not trusted with them: a
// KdfPolicy, chosen by the program and never by data, bounds them from below (or a stolen
// verifier would be cheap to guess) and from above (or a reply could freeze a device). Both bounds
// are checked before anything is derived (SEC-21).
// Guarantees: the wrap key and the auth secret are outputs under different labels, so the server,
// which learns the second, learns nothing about the first (SEC-22).
// Does not: choose parameters or salts, or keep a password.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/crypto/initialise.h"
#include "core/crypto/secret.h"
#include "core/vocabulary/result.h"

namespace dp::crypto {

// Argon2id version 1.3, one lane.
struct KdfParams {
  std::uint32_t operations = 3;
  std::uint32_t memory_kib = 256u << 10;
  std::array<std::uint8_t, 16> salt{};
  bool operator==(const KdfParams&) const = default;
};

class KdfPolicy {
 public:
  // Programs on real machines: 3 to 16 operations, 256 MiB to 1 GiB.
  static constexpr KdfPolicy production() { return {3, 16, 256u << 10, 1u << 20}; }
  // Simulated worlds and tests, where the cheapest cost is accepted and a costly one refused. No
  // configuration leads here: a program has to call it.
  static constexpr KdfPolicy simulation() { return {1, 4, 8, 1u << 10}; }

  // Fails with Fault::key, "kdf_below_floor" or "kdf_above_ceiling", naming the parameter.
  Result<void> check(const KdfParams& params) const;
  // The cheapest parameters this policy accepts.
  KdfParams cheapest(std::array<std::uint8_t, 16> salt) const;

 private:
  constexpr KdfPolicy(std::uint32_t operations_min, std::uint32_t operations_max,
                      std::uint32_t memory_kib_min, std::uint32_t memory_kib_max)
      : operations_min_(operations_min),
        operations_max_(operations_max),
        memory_kib_min_(memory_kib_min),
        memory_kib_max_(memory_kib_max) {}

  std::uint32_t operations_min_;
  std::uint32_t operations_max_;
  std::uint32_t memory_kib_min_;
  std::uint32_t memory_kib_max_;
};

struct Password {
  std::string_view text;  // UTF-8, at least one byte; must outlive the call
  KdfParams params;
};

// Checks the policy first. Also fails with Fault::key, "kdf_failed", if memory runs out, and with
// "password_empty".
Result<Secret32> derive_root(Initialised, const KdfPolicy& policy, const Password& password);
Secret32 wrap_key_of(const Secret32& root);
Secret32 auth_secret_of(const Secret32& root);

}  // namespace dp::crypto
