// Where in the world a decision is taken. A site has its own sequence of ordinals at every node.
//
// Sites are numbers, so that a tape can be stored; they never change their meaning. Faults have
// four sites each: strike (at each visit), occurs, when and how (of the n-th timed occurrence).
#pragma once

#include <cstdint>
#include <string>

#include "sim/faults/fault_kind.h"

namespace dp::sim {

struct Site {
  std::uint16_t value = 0;
  auto operator<=>(const Site&) const = default;
};

inline constexpr std::uint16_t kSitesPerBlock = 100;
static_assert(kFaultKindCount <= kSitesPerBlock);

constexpr Site strike_site(FaultKind kind) {
  return {static_cast<std::uint16_t>(kind)};
}
constexpr Site occurs_site(FaultKind kind) {
  return {static_cast<std::uint16_t>(kSitesPerBlock + static_cast<std::uint16_t>(kind))};
}
constexpr Site when_site(FaultKind kind) {
  return {static_cast<std::uint16_t>(2 * kSitesPerBlock + static_cast<std::uint16_t>(kind))};
}
constexpr Site how_site(FaultKind kind) {
  return {static_cast<std::uint16_t>(3 * kSitesPerBlock + static_cast<std::uint16_t>(kind))};
}

// Sites that are not faults.
inline constexpr Site kDelayUpSite{400};
inline constexpr Site kDelayDownSite{401};
inline constexpr Site kHandshakeSite{402};
inline constexpr Site kDatabaseLatencySite{403};
inline constexpr Site kUnsyncedKeptSite{404};
inline constexpr Site kHealCoreSite{405};
inline constexpr Site kPersonSite{410};        // what a generated person does next
inline constexpr Site kPersonPauseSite{411};   // how long it waits before
inline constexpr Site kPersonTextSite{412};    // what it types
inline constexpr Site kPersonTargetSite{413};  // which chat
inline constexpr Site kPlanSite{420};          // swarm selection: which faults a run has
inline constexpr Site kPlanIntensitySite{421};
inline constexpr Site kShapeSite{422};  // how many devices, which suite, ...
inline constexpr std::uint16_t kSiteCount = 430;

std::string name(Site site);
// Family of the site's fault; sites that are not faults have none.
bool is_fault_site(Site site, FaultKind& kind);

}  // namespace dp::sim
