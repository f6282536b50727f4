// Two-run non-interference: what a server sees does not depend on what people type (SEC-02,
// SEC-03).
//
// One seed is played twice; the runs differ in a secret (pair.h) and in nothing else. Everything
// that happens at the server and everything that leaves a device must then be equal, byte for byte
// and to the microsecond. Mode I has the ideal cipher, under which even ciphertexts are equal. Mode
// R has the real one: ciphertext, commitment and parent alone are masked, each masked byte is
// recomputed and counted (envelope_ledger.h).
// Guarantees: both runs end at the first differing event, which is told with the field that
// differs. In families whose texts have other lengths or merge otherwise, an envelope may come to
// lie in another size bucket or be of another kind, which is declassified: the comparison ends
// there and says so. Does not: compare what stays inside a device; look at the field dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/runner/generated_run.h"
#include "sim/two_run/pair.h"

namespace dp::sim {

struct ViewDifference {
  std::uint64_t ordinal = 0;  // of the server's view
  std::string field;          // which column, and which field of a frame
  std::string first;          // the line of the first run; empty if its view ended
  std::string second;
};

struct TwoRunResult {
  std::uint64_t compared = 0;      // events in both views
  std::uint64_t texts = 0;         // texts that really differed between the runs
  std::uint64_t recomputed = 0;    // envelopes of both runs, Mode R
  std::uint64_t masked_bytes = 0;  // of them
  bool declassified = false;       // the comparison ended early at something declassified
  std::optional<ViewDifference> difference;
  std::string problem;  // a masked byte that is not what it should be; "" if none
  // Of the second run, as far as it went: what led to the difference, if there is one.
  std::vector<Decision> decisions;
  Micros ended_us = 0;

  bool holds() const { return !difference && problem.empty(); }
};

TwoRunResult two_run(std::uint64_t seed, const PairKind& kind);
// Whether an envelope of this family's runs may come to lie in another bucket or be of another
// kind.
bool sizes_may_differ(PairFamily family);

// One of the kinds for each seed, all of them in turn: what the default mix plays.
TwoRunResult two_run(std::uint64_t seed);

// The same for two plans that a caller made. `sizes_may_differ`: a difference in the size bucket or
// kind of an envelope ends the comparison as declassified; otherwise it is a difference like
// others.
TwoRunResult compare_runs(const RunPlan& first, const RunPlan& second, TwoRunMode mode,
                          bool sizes_may_differ);

// One plan with the ideal cipher and two disguises of its letters. Secrets as in PeopleConfig.
TwoRunResult compare_server_views(RunPlan plan, std::uint32_t first_secret,
                                  std::uint32_t second_secret);

}  // namespace dp::sim
