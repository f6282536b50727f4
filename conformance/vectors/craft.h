// Envelopes made on purpose, also such as no honest sealer makes.
#pragma once

#include <array>
#include <cstdint>

#include "core/crypto/envelope.h"
#include "core/vocabulary/bytes.h"

namespace dp::vectors {

// Who seals, and where: the account, the key in the part of Ke, and the slot.
struct Place {
  std::array<std::uint8_t, 16> account{};
  std::array<std::uint8_t, 32> key{};
  SlotId slot;
};

// key_id and slot_id come from `place`, the rest as given; `nonce` is N.
crypto::Header header_at(const Place& place, crypto::Suite suite, crypto::Kind kind,
                         Version version, const Hash32& parent, const crypto::Nonce& nonce);
// Sealed under the header as it is, right or wrong, with the padding as it is.
Bytes sealed_as_is(const Place& place, const crypto::Header& header, ByteView padded);
// The same under 104 bytes that need not be a header of ours; `suite` says how to encrypt.
Bytes sealed_under(const Place& place, crypto::Suite suite, ByteView header, ByteView padded);
// Sealed as the protocol says. The content fits its kind.
Bytes sealed(const Place& place, const crypto::Header& header, ByteView content);

Hash32 sha256(ByteView bytes);

// Ciphertext of the `field` dialect (section 12): iv, ciphertext, tag.
Bytes field_sealed(ByteView master_key, ByteView iv, ByteView content);

}  // namespace dp::vectors
