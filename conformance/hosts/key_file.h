// The file in which an account's wrapped master key goes from one device to the next.
//
//   {"format": "draftproof-key/1", "account": "<32 hex>", "kdf": "argon2id13", "operations": 3,
//    "memory_kib": 262144, "salt": "<32 hex>", "wrapped_key": "<base64, kind 3>"}
//
// It is worth as much as the password it is wrapped under: whoever has it may try passwords.
// Guarantees: strict; what it states is believed only after the envelope opened under it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "core/crypto/kdf.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/ids.h"
#include "sim/scenario/document.h"

namespace dp::hosts {

struct KeyFile {
  AccountId account;
  crypto::KdfParams params;
  Bytes wrapped_key;
};

inline constexpr std::size_t kKeyFileBytesMax = 16u << 10;

std::string key_file_text(const KeyFile& key);
std::expected<KeyFile, sim::Problem> read_key_file(std::string_view file, std::string_view bytes);

}  // namespace dp::hosts
