// Pairs of runs that an adversary outside the devices must not be able to tell apart.
//
// A pair is one seed played twice; `secret` 0 and 1 differ in what its family names and in nothing
// else. Every family also exists with the malicious server, whose lies are a deterministic function
// of the frames it sent so far.
// Guarantees: a function of the arguments; sealed accounts only (the field dialect hides neither
// lengths nor repetitions). Does not: promise that merges of the two runs have the same length: see
// two_run.h for what is declassified.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/runner/generated_run.h"

namespace dp::sim {

enum class PairFamily : std::uint8_t {
  same_length,   // other letters: lengths, repetitions and edits are the same
  same_bucket,   // other lengths
  repetition,    // what two devices type is equal in one run and not in the other
  overlap,       // edits of different lines in one run, of the same line in the other
  keys,          // other account keys
  surroundings,  // other wall clocks of the devices
};
inline constexpr std::size_t kPairFamilyCount = 6;
std::string_view name(PairFamily family);

enum class TwoRunMode : std::uint8_t { ideal, real };  // Mode I, Mode R
std::string_view name(TwoRunMode mode);

struct PairKind {
  TwoRunMode mode = TwoRunMode::ideal;
  PairFamily family = PairFamily::same_length;
  bool malicious = false;
  auto operator<=>(const PairKind&) const = default;
};
// Everything there is, in a fixed order. The real cipher's key ids and slot ids are functions of
// the keys, so pairs of other keys exist in Mode I alone. A network that corrupts frames is part of
// Mode I alone too: a flipped bit of a ciphertext is masked nowhere.
inline constexpr std::size_t kPairKindCount = 2 * (2 * kPairFamilyCount) - 2;
PairKind pair_kind(std::size_t ordinal);  // below kPairKindCount
std::string name(const PairKind& kind);   // "ideal/same_length", "real/overlap/malicious"
std::optional<PairKind> find_pair_kind(std::string_view name);

RunPlan plan_of(std::uint64_t seed, const PairKind& kind, std::uint32_t secret);

}  // namespace dp::sim
