#include "conformance/kits/cpp/names.h"

#include "core/crypto/real_cipher.h"

namespace dp::kit {
std::vector<std::string> capabilities() {
  std::vector<std::string> all = {
      "core",         "crash",   "snapshot", "store_fault", "store_hold", "seal_hold", "lock",
      "field_import", "archive", "facts",    "wall",        "suspend",    "wired",     "suite:1"};
  for (const char* name : {"keys.derive", "kdf.unlock", "envelope.open", "preview.of",
                           "payload.check", "draft.merge"}) {
    all.push_back(std::string("crypto:") + name);
  }
  const auto proof = crypto::initialise();
  if (proof && crypto::aes256_gcm_available(*proof)) all.emplace_back("suite:2");
  return all;
}

}  // namespace dp::kit
