// Envelope v1: the public header every sealed thing carries, byte for byte.
//
//   0 magic "DSE1" | 4 suite | 5 kind | 6 flags u16 = 0 | 8 key_id[16] | 24 slot_id[16]
//   40 version u64 LE | 48 parent[32] | 80 N[24] | 104 commitment[32] | 136 ciphertext, tag16
//
// Guarantees: parse_header accepts exactly what this version defines (SEC-24) and never touches
// key material; a server uses it to read version and parent without being able to open anything.
// append_header(parse_header(e)) is e's first 136 bytes.
// Does not: authenticate. Only Cipher::open does.
#pragma once

#include <array>
#include <cstdint>

#include "core/vocabulary/bytes.h"
#include "core/vocabulary/ids.h"
#include "core/vocabulary/result.h"

namespace dp::crypto {

enum class Suite : std::uint8_t { xchacha20_poly1305 = 1, aes256_gcm = 2 };
enum class Kind : std::uint8_t {
  draft = 1,
  preview = 2,
  wrapped_key = 3,
  local_row = 4,
  tombstone = 5,
  message = 6,  // content of a sent message; version 0, parent zeros
};

inline constexpr std::size_t kHeaderBytes = 136;
inline constexpr std::size_t kAuthenticatedHeaderBytes = 80;
inline constexpr std::size_t kCommitmentAt = 104;
inline constexpr std::size_t kTagBytes = 16;
inline constexpr std::size_t kNonceBytes = 24;
using Nonce = std::array<std::uint8_t, kNonceBytes>;

struct Header {
  Suite suite = Suite::xchacha20_poly1305;
  Kind kind = Kind::draft;
  KeyId key_id;
  SlotId slot_id;
  Version version = 0;
  Hash32 parent{};  // SHA-256 of the previous envelope of the slot, zeros at first
  Nonce nonce{};
  Hash32 commitment{};
  bool operator==(const Header&) const = default;
};

// What the kind demands of slot, version and parent: drafts, previews and tombstones have a version
// from 1, a wrapped key has neither slot nor parent, a local row no parent, a message neither
// version nor parent; no version exceeds kVersionMax. Says which field breaks the rule.
Result<void> check_header(const Header& header);

// Of a whole envelope, header and tag at least. Fails with Fault::peer, "bad_envelope" and the name
// of the first field that is wrong.
Result<Header> parse_header(ByteView envelope);
void append_header(Bytes& out, const Header& header);

}  // namespace dp::crypto
