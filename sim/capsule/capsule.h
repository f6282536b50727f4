// A capsule: one file with everything needed to run a case again for ever, and what was seen.
//
// JSON, so that a person at two in the morning can read it. Written before a run starts, without
// an outcome, and completed afterwards: a capsule without an outcome is of a run that ended its
// process. Format `draftproof-capsule/2`, at most 64 KB; a capsule that would be larger gives up
// first precision of its checkpoints, then the decisions of a run that its seed draws anyway.
// Guarantees: what capsule_text writes, read_capsule reads; read_capsule is total on any bytes,
// bounded, and refuses what it does not know completely, naming the place.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/capsule/fuzz_case.h"

namespace dp::sim {

// 1 knew neither foreign clients nor people who meet by default, so that its decisions meant other
// runs: it is refused.
inline constexpr std::string_view kCapsuleFormat = "draftproof-capsule/2";
inline constexpr std::size_t kCapsuleBytesMax = 64u << 10;

// Who made it. `build` tells two programs of one version apart.
struct Maker {
  std::string version;
  std::string build;
  bool operator==(const Maker&) const = default;
};

struct CapsuleOutcome {
  std::string digest;
  std::uint64_t events = 0;
  Micros simulated_us = 0;
  std::string signature;  // "" if every law held
  Micros time_us = 0;     // of the violation
  std::string where;
  std::string expected;
  std::string seen;
  std::vector<std::string> story;
  Checkpoints checkpoints;
  bool operator==(const CapsuleOutcome&) const = default;
};

struct Capsule {
  Maker maker;
  FuzzCase one;
  std::uint32_t attempt = 1;  // how often this run has been begun without an end
  // Every decision of a run that is not reduced. Absent if they would not fit, and of a pair of
  // runs: the seed draws them.
  std::optional<std::vector<Decision>> drawn;
  std::optional<CapsuleOutcome> outcome;  // none: the run never ended
  bool operator==(const Capsule&) const = default;
};

Capsule capsule_before(Maker maker, FuzzCase one);
// `signature` says which violation it is about; it must be one of the outcome's, or "".
Capsule capsule_after(Maker maker, FuzzCase one, const RunOutcome& detailed,
                      std::string_view signature, const std::vector<std::string>& story);

std::string capsule_text(const Capsule& capsule);  // ends with a newline, at most the limit

// The error is one sentence that begins with "FILE:line:column: " or "FILE: ".
std::expected<Capsule, std::string> read_capsule(std::string_view file, std::string_view bytes);

}  // namespace dp::sim
