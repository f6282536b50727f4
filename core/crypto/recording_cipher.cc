#include "core/crypto/recording_cipher.h"

namespace dp::crypto {

Hash32 RecordingCipher::sha256(ByteView bytes) const {
  return inner_.sha256(bytes);
}

Result<Bytes> RecordingCipher::seal(const SealRequest& request, ByteView padded_plaintext,
                                    Random& random) {
  auto envelope = inner_.seal(request, padded_plaintext, random);
  SealSeen seen{request, padded_plaintext, std::nullopt, {}};
  if (envelope) {
    seen.envelope = *envelope;
    if (auto header = parse_header(*envelope)) seen.header = *header;
  }
  observer_.saw_seal(seen);
  return envelope;
}

Result<Opened> RecordingCipher::open(const OpenRequest& request, ByteView envelope) const {
  auto opened = inner_.open(request, envelope);
  observer_.saw_open({request, envelope, opened ? &*opened : nullptr});
  return opened;
}

bool RecordingCipher::knows_key(KeyRef key, const KeyId& id) const {
  return inner_.knows_key(key, id);
}

Result<SlotId> RecordingCipher::slot_id(KeyRef key, const ChatId& chat) const {
  return inner_.slot_id(key, chat);
}

Result<SlotId> RecordingCipher::row_id(KeyRef key, std::string_view row_name) const {
  return inner_.row_id(key, row_name);
}

Result<Bytes> RecordingCipher::open_field(KeyRef key, ByteView iv_ct_tag) const {
  auto plaintext = inner_.open_field(key, iv_ct_tag);
  FieldSeen seen{key, iv_ct_tag, std::nullopt};
  if (plaintext) seen.plaintext = *plaintext;
  observer_.saw_field_open(seen);
  return plaintext;
}

Result<Bytes> RecordingFieldSealer::seal_field(KeyRef key, ByteView plaintext, Random& random) {
  auto sealed = inner_.seal_field(key, plaintext, random);
  observer_.saw_field_seal({key, sealed ? ByteView(*sealed) : ByteView(), plaintext});
  return sealed;
}

}  // namespace dp::crypto
