// A failing run retold as a scenario of our own language, so that it can be kept in the suite.
//
// What people did, and what happened to devices, connections and the server, become steps with the
// pauses between them (sim/capsule/retelling). The text is played before it is returned, only a
// scenario that breaks the same law is one, and steps that it fails without are left out.
// Guarantees: what is returned fails by the same law when it is played. Does not: translate
// everything a generated world can do. What has no words is left out; where the rest does not fail,
// the error names it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "sim/capsule/fuzz_case.h"
#include "sim/capsule/retelling.h"

namespace dp::sim {

// The text alone, whether it fails or not: the same acts at the same times. The error: the case is
// no single run.
std::expected<std::string, std::string> retold(const FuzzCase& one, std::string_view signature,
                                               std::string_view scenario_name, std::uint64_t seed,
                                               Delays delays);

// `scenario_name` as scenario files demand: lower case words with dashes.
std::expected<std::string, std::string> promoted(const FuzzCase& one, std::string_view signature,
                                                 std::string_view scenario_name);

}  // namespace dp::sim
