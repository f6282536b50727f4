#include "sim/world/cipher_tap.h"

namespace dp::sim {

void CipherTap::saw_seal(const crypto::SealSeen& seen) {
  const SealCall call{seen.request, seen.padded_plaintext, seen.envelope};
  world_.emit(node_, EventKind::cipher_seal, seen.header ? 1 : 0, seen.padded_plaintext.size(), {},
              as_text(seen.envelope), &call);
}

void CipherTap::saw_open(const crypto::OpenSeen& seen) {
  const OpenCall call{seen.request, seen.envelope, seen.opened};
  world_.emit(node_, EventKind::cipher_open, seen.opened != nullptr ? 1 : 0,
              seen.opened != nullptr ? seen.opened->plaintext.size() : 0, {},
              as_text(seen.envelope), &call);
}

void CipherTap::saw_field_seal(const crypto::FieldSeen& seen) {
  world_.emit(node_, EventKind::cipher_seal, seen.iv_ct_tag.empty() ? 0 : 1,
              seen.plaintext ? seen.plaintext->size() : 0, "field", as_text(seen.iv_ct_tag));
}

void CipherTap::saw_field_open(const crypto::FieldSeen& seen) {
  world_.emit(node_, EventKind::cipher_open, seen.plaintext ? 1 : 0,
              seen.plaintext ? seen.plaintext->size() : 0, "field", as_text(seen.iv_ct_tag));
}

}  // namespace dp::sim
