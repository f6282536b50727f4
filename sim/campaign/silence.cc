#include "sim/campaign/silence.h"

#include <algorithm>

#include "sim/runner/generated_run.h"

namespace dp::sim {
namespace {

std::vector<FaultKind> faults_of(const CampaignIdentity& identity) {
  std::vector<FaultKind> kinds;
  if (identity.mix == "default" || identity.mix == "hostile") kinds = all_faults();
  if (identity.mix == "wide") kinds = honest_faults();
  if (identity.mix == "house") kinds = house_faults();
  std::erase_if(kinds, [&](FaultKind kind) {
    return std::ranges::find(identity.without, family_of(kind)) != identity.without.end();
  });
  return kinds;
}

}  // namespace

Silence silence_of(const FuzzSummary& summary) {
  Silence out;
  const CampaignTally& tally = summary.tally;
  if (tally.runs >= kRunsForFaults) {
    for (const FaultKind kind : faults_of(summary.identity)) {
      if (tally.faults[static_cast<std::size_t>(kind)].had_effect > 0) continue;
      out.faults.emplace_back(name(kind));
    }
    for (const auto& [law, count] : tally.comparisons) {
      if (count == 0) out.laws.push_back(law);
    }
  }
  const bool whole_mix = summary.identity.mix == "default" && summary.identity.without.empty();
  if (whole_mix && summary.done.next_missing(1) > kSeedsForMarks) {
    for (std::size_t i = 0; i < kMarkCount; ++i) {
      const auto mark = static_cast<Mark>(i);
      if (tally.marks.of(mark) == 0) out.marks.emplace_back(card(mark).name);
    }
  }
  return out;
}

}  // namespace dp::sim
