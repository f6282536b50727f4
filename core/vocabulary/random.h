// The only source of randomness a core may use: labelled draws, handed in by the host.
//
// Guarantees expected of an implementation: draws under one label never influence draws under
// another, so a secret-dependent draw shows up as a located difference in a two-run check.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace dp {

enum class Draw : std::uint8_t {
  writer_id,
  nonce,
  chat_id,
  change_id,
  message_id,
  reconnect_jitter,
  key_material,
  local_nonce,  // of rows that never leave their device: how many there are may depend on text
};
inline constexpr std::size_t kDrawCount = 8;

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(Draw label, std::span<std::uint8_t> out) = 0;

  std::uint64_t u64(Draw label);
  // Uniform in [0, bound); bound > 0. Integer arithmetic only, one u64 per call.
  std::uint64_t below(Draw label, std::uint64_t bound);
  std::array<std::uint8_t, 16> bytes16(Draw label);

 protected:
  Random() = default;
  Random(const Random&) = default;
  Random& operator=(const Random&) = default;
};

}  // namespace dp
