#include "sim/tape/site.h"

namespace dp::sim {

namespace {

std::string_view plain_name(Site site) {
  if (site == kDelayUpSite) return "delay_up";
  if (site == kDelayDownSite) return "delay_down";
  if (site == kHandshakeSite) return "handshake";
  if (site == kDatabaseLatencySite) return "database_latency";
  if (site == kUnsyncedKeptSite) return "unsynced_kept";
  if (site == kHealCoreSite) return "heal_core";
  if (site == kPersonSite) return "person";
  if (site == kPersonPauseSite) return "person_pause";
  if (site == kPersonTextSite) return "person_text";
  if (site == kPersonTargetSite) return "person_target";
  if (site == Site{414}) return "planner";  // sim/planner
  if (site == kPlanSite) return "plan";
  if (site == kPlanIntensitySite) return "plan_intensity";
  if (site == kShapeSite) return "shape";
  return "unnamed";
}

constexpr std::string_view kBlockNames[] = {"strike", "occurs", "when", "how"};

}  // namespace

bool is_fault_site(Site site, FaultKind& kind) {
  const std::uint16_t within = site.value % kSitesPerBlock;
  if (site.value >= 4 * kSitesPerBlock || within >= kFaultKindCount) return false;
  kind = static_cast<FaultKind>(within);
  return true;
}

std::string name(Site site) {
  FaultKind kind;
  if (!is_fault_site(site, kind)) return std::string(plain_name(site));
  return std::string(name(kind)) + "." + std::string(kBlockNames[site.value / kSitesPerBlock]);
}

}  // namespace dp::sim
