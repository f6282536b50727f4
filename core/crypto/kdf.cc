#include "core/crypto/kdf.h"

#include <sodium.h>

#include "core/crypto/hmac.h"
#include "core/crypto/labels.h"

namespace dp::crypto {
namespace {

static_assert(crypto_pwhash_argon2id_SALTBYTES == sizeof(KdfParams::salt));
static_assert(crypto_pwhash_argon2id_MEMLIMIT_MIN == 8 << 10);  // the simulation's floor, in bytes

Secret32 labelled(const Secret32& root, std::string_view label) {
  HmacState state;
  state.absorb_key(root.view());
  Secret<kHmacBytes> mac;
  state.mac({as_bytes(label)}, mac.writable());
  Secret32 derived;
  std::ranges::copy(mac.view().first<kKeyBytes>(), derived.writable().begin());
  return derived;
}

}  // namespace

Result<void> KdfPolicy::check(const KdfParams& params) const {
  if (params.operations < operations_min_) return fail(Fault::key, "kdf_below_floor", "operations");
  if (params.memory_kib < memory_kib_min_) return fail(Fault::key, "kdf_below_floor", "memory");
  if (params.operations > operations_max_) {
    return fail(Fault::key, "kdf_above_ceiling", "operations");
  }
  if (params.memory_kib > memory_kib_max_) return fail(Fault::key, "kdf_above_ceiling", "memory");
  return {};
}

KdfParams KdfPolicy::cheapest(std::array<std::uint8_t, 16> salt) const {
  return {.operations = operations_min_, .memory_kib = memory_kib_min_, .salt = salt};
}

Result<Secret32> derive_root(Initialised, const KdfPolicy& policy, const Password& password) {
  if (auto refused = policy.check(password.params); !refused) {
    return std::unexpected(refused.error());
  }
  if (password.text.empty()) return fail(Fault::key, "password_empty");
  Secret32 root;
  const auto memory_bytes = std::size_t{password.params.memory_kib} << 10;
  if (crypto_pwhash(root.writable().data(), kKeyBytes, password.text.data(), password.text.size(),
                    password.params.salt.data(), password.params.operations, memory_bytes,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(Fault::key, "kdf_failed");
  }
  return root;
}

Secret32 wrap_key_of(const Secret32& root) {
  return labelled(root, kLabelWrap);
}

Secret32 auth_secret_of(const Secret32& root) {
  return labelled(root, kLabelAuth);
}

}  // namespace dp::crypto
