// Tallies and identities that tests of this room begin with.
#pragma once

#include "sim/campaign/summary.h"

namespace dp::sim {

inline CampaignIdentity identity() {
  return {{"0.1.0", "abcd"}, "wide", {}};
}

inline CampaignTally tally_of_seeds(std::uint64_t first, std::uint64_t last) {
  CampaignTally out;
  out.runs = last - first + 1;
  out.marks.runs = out.runs;
  out.events = 1'000 * out.runs;
  out.simulated_s = out.runs * 60;
  out.wall_us = 77;
  out.faults[static_cast<std::size_t>(FaultKind::disconnect)] = {9, 8, 7};
  out.marks.runs_with[3] = out.runs;
  out.comparisons["convergence"] = 50;
  if (first <= 5 && 5 <= last) {
    out.failed = 1;
    out.add_failure("law/site/\"odd\"\n detail", 5);
  }
  return out;
}

inline FuzzSummary summary_of_seeds(std::uint64_t first, std::uint64_t last) {
  FuzzSummary out;
  out.identity = identity();
  out.done.add({first, last});
  out.tally = tally_of_seeds(first, last);
  return out;
}

}  // namespace dp::sim
