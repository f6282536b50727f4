// The journal of a campaign: which seeds are done and what they added up to, a line each time some
// are finished, so that a killed campaign goes on where it was.
//
// A line is compact JSON. Only whole lines count: what a crash left behind the last line end is
// dropped. Format `draftproof-journal/1`.
// Guarantees: read_journal is total on any bytes; a line in the middle that is not one is a mistake
// that names its number, never silently skipped.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "sim/campaign/seed_ranges.h"
#include "sim/campaign/tally.h"
#include "sim/capsule/capsule.h"

namespace dp::sim {

inline constexpr std::string_view kJournalFormat = "draftproof-journal/1";

struct CampaignIdentity {
  Maker maker;
  std::string mix = "default";
  std::vector<Family> without;  // families that are switched off
  bool operator==(const CampaignIdentity&) const = default;
};

struct Journal {
  CampaignIdentity identity;
  SeedRanges done;
  CampaignTally total;
  std::size_t whole_bytes = 0;  // up to the last line end
};

std::string journal_head(const CampaignIdentity& identity);  // with its line end
std::string journal_line(SeedRange done, const CampaignTally& tally);

// The error begins with "FILE:line: ". Empty bytes are no journal; the caller writes the head.
std::expected<Journal, std::string> read_journal(std::string_view file, std::string_view bytes);

// Why a campaign of this identity cannot go on with the journal; "" if it can.
std::string mismatch(const CampaignIdentity& journal, const CampaignIdentity& now);

}  // namespace dp::sim
