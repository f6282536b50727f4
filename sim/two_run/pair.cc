#include "sim/two_run/pair.h"

#include <array>
#include <string>

namespace dp::sim {
namespace {

constexpr std::array<std::string_view, kPairFamilyCount> kFamilyNames{
    "same_length", "same_bucket", "repetition", "overlap", "keys", "surroundings"};
constexpr std::array<std::string_view, 2> kModeNames{"ideal", "real"};

// Disguises of the generator's own letters; neither is the identity, and their distance is odd, so
// that even the lowest bit of a letter differs.
constexpr std::uint32_t kLetterSecrets[] = {3, 12};

bool exists(const PairKind& kind) {
  return kind.mode == TwoRunMode::ideal || kind.family != PairFamily::keys;
}

void seal_everything(RunPlan& plan) {
  for (AccountConfig& account : plan.world.accounts) account.dialect = Dialect::sealed;
}

// Small texts, so that most of what is sealed fits one bucket whatever the secret.
RunPlan small_texts(std::uint64_t seed, SecretFamily family, std::uint32_t secret) {
  RunPlan plan = house_mix(seed);
  plan.people.family = family;
  plan.people.secret = secret;
  plan.people.operations = 50;
  // How many effects a step has and how many rows a write may depend on the text, inside the
  // device. A crash drawn for each effect would carry that outside, which no real crash does.
  for (const FaultKind kind :
       {FaultKind::device_crash, FaultKind::lost_unsynced, FaultKind::torn_write}) {
    plan.world.faults[kind] = 0;
  }
  return plan;
}

void set_adversaries(RunPlan& plan, std::uint64_t seed, const PairKind& kind) {
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto fault = static_cast<FaultKind>(i);
    if (family_of(fault) == Family::byzantine) plan.world.faults[fault] = 0;
  }
  if (kind.malicious) {
    const FaultPlan lies = swarm(seed, all_faults());
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      const auto fault = static_cast<FaultKind>(i);
      if (family_of(fault) != Family::byzantine) continue;
      plan.world.faults[fault] = lies[fault] > 0 ? lies[fault] : usual_intensity(fault) / 4;
    }
  }
  if (kind.mode == TwoRunMode::real) plan.world.faults[FaultKind::frame_corrupted] = 0;
}

}  // namespace

std::string_view name(PairFamily family) {
  return kFamilyNames[static_cast<std::size_t>(family)];
}
std::string_view name(TwoRunMode mode) {
  return kModeNames[static_cast<std::size_t>(mode)];
}

PairKind pair_kind(std::size_t ordinal) {
  for (const TwoRunMode mode : {TwoRunMode::ideal, TwoRunMode::real}) {
    for (std::size_t family = 0; family < kPairFamilyCount; ++family) {
      for (const bool malicious : {false, true}) {
        const PairKind kind{mode, static_cast<PairFamily>(family), malicious};
        if (exists(kind) && ordinal-- == 0) return kind;
      }
    }
  }
  return {};
}

std::string name(const PairKind& kind) {
  std::string out(name(kind.mode));
  out += '/';
  out += name(kind.family);
  if (kind.malicious) out += "/malicious";
  return out;
}

std::optional<PairKind> find_pair_kind(std::string_view wanted) {
  for (std::size_t i = 0; i < kPairKindCount; ++i) {
    if (name(pair_kind(i)) == wanted) return pair_kind(i);
  }
  return std::nullopt;
}

RunPlan plan_of(std::uint64_t seed, const PairKind& kind, std::uint32_t secret) {
  RunPlan plan;
  switch (kind.family) {
    case PairFamily::same_length:
      plan = default_mix(seed);
      plan.people.secret = kLetterSecrets[secret];
      break;
    case PairFamily::same_bucket:
      plan = small_texts(seed, SecretFamily::lengths, secret);
      break;
    case PairFamily::repetition:
      plan = small_texts(seed, SecretFamily::repetition, secret);
      break;
    case PairFamily::overlap:
      plan = small_texts(seed, SecretFamily::overlap, secret);
      break;
    case PairFamily::keys:
      plan = default_mix(seed);
      plan.world.key_secret = secret;
      break;
    case PairFamily::surroundings:
      plan = default_mix(seed);
      for (std::size_t i = 0; i < plan.world.devices.size(); ++i) {
        const auto step = static_cast<Micros>(i + 1);
        plan.world.devices[i].clock.wall_skew_us = secret == 0 ? 0 : step * 17 * kHour;
      }
      break;
  }
  seal_everything(plan);
  set_adversaries(plan, seed, kind);
  plan.world.cipher = kind.mode == TwoRunMode::real ? CipherMode::real : CipherMode::ideal;
  return plan;
}

}  // namespace dp::sim
