// The summary of a campaign or of one of its shards, and putting shards together.
//
// One JSON object, format `draftproof-fuzz-summary/1`; the last line of what `fuzz --json` writes.
// Guarantees: merging is exact and refuses what does not belong together: seeds that were run in
// more than one of the parts, other versions or builds of the program, other mixes.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "sim/campaign/journal.h"

namespace dp::sim {

inline constexpr std::string_view kSummaryFormat = "draftproof-fuzz-summary/1";

struct FuzzSummary {
  CampaignIdentity identity;
  SeedRanges done;
  CampaignTally tally;
  bool complete = true;  // every seed that was asked for is done
};

struct NamedSummary {
  std::string file;
  FuzzSummary summary;
};

std::string summary_json(const FuzzSummary& summary);  // one line with its line end

// `bytes` is a summary, or JSON lines that end with one. The error begins with the file's name.
std::expected<FuzzSummary, std::string> read_summary(std::string_view file, std::string_view bytes);

// At least one part. The error names the files.
std::expected<FuzzSummary, std::string> merged(const std::vector<NamedSummary>& parts);

// For a person: several lines without a newline at the end.
std::string summary_text(const FuzzSummary& summary);

}  // namespace dp::sim
