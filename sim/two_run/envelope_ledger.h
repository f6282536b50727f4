// Every envelope that devices of one run sealed for others, and the proof that what is masked in it
// is what the cipher makes of key, nonce, header and payload.
//
// In a run with the real cipher, ciphertext, commitment and parent depend on what was typed, so two
// runs differ there. Instead of ignoring these bytes, each is recomputed: an envelope is opened
// again with the key of its account, which checks commitment and tag and, the cipher being a
// bijection under one key and nonce, reproduces every byte of the ciphertext; the plaintext must be
// the one that was sealed, and the parent the hash of an envelope sealed before, or zeros.
// Does not: mask anything else. Key id, slot id, version, nonce and every length stay visible.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "sim/world/world.h"

namespace dp::sim {

class EnvelopeLedger {
 public:
  // A cipher_seal event of a device. Local rows never leave their device and are not looked at.
  void sealed(const TraceEvent& event, const World& world);

  // `text` with every envelope of this ledger (a base64 string) written as its ordinal and its
  // visible fields, kind and length last, and every hash of one (a hex string) as its ordinal.
  std::string masked(std::string_view text) const;
  // A masked text without the kinds and lengths of its envelopes: what is declassified is gone.
  static std::string without_sizes(std::string masked);

  std::uint64_t recomputed() const { return recomputed_; }      // envelopes
  std::uint64_t masked_bytes() const { return masked_bytes_; }  // of them
  const std::string& problem() const { return problem_; }       // "" if all were as they should be

 private:
  struct Entry {
    std::uint64_t ordinal = 0;
    std::string visible;  // of the header
    std::size_t bytes = 0;
    std::uint8_t kind = 0;
  };
  void recompute(const TraceEvent& event, const SealCall& call, const World& world);

  std::map<std::string, Entry, std::less<>> by_base64_;
  std::map<std::string, std::uint64_t, std::less<>> by_hash_;  // lowercase hex
  std::set<Hash32> hashes_;
  std::uint64_t recomputed_ = 0;
  std::uint64_t masked_bytes_ = 0;
  std::string problem_;
};

}  // namespace dp::sim
