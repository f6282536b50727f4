// Two-run non-interference: what a server sees does not depend on what people type (SEC-02).
//
// One plan is run twice with the ideal cipher. The runs differ in the letters people type and in
// nothing else: lengths, pauses and repetitions are the same. Everything that happens at the server
// and everything that leaves a device must then be equal, byte for byte and to the microsecond,
// ciphertexts included, since the ideal cipher draws them at random.
// Guarantees: stops at nothing; compares whole runs and reports the first difference.
// Does not: compare what stays inside a device, nor pairs of texts of different lengths, which
// differ in what is declassified.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/runner/generated_run.h"

namespace dp::sim {

struct ViewDifference {
  std::uint64_t ordinal = 0;  // of the server's view
  std::string first;          // the line of the first run; empty if its view ended
  std::string second;
};

struct TwoRunResult {
  std::uint64_t compared = 0;  // events in both views
  std::uint64_t texts = 0;     // texts that really differed between the runs
  std::optional<ViewDifference> difference;
};

// `plan.world.cipher` is set to ideal. Secrets as in PeopleConfig; they must differ.
TwoRunResult compare_server_views(RunPlan plan, std::uint32_t first_secret,
                                  std::uint32_t second_secret);

}  // namespace dp::sim
