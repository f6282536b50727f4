// The index of a suite: what each scenario claims and covers, as JSON, format `draftproof-index/1`.
//
// scenarios/index.json is this text for the suite in the repository; a test fails when it is not.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace dp::cli {

inline constexpr const char* kIndexFormat = "draftproof-index/1";

// Files are named relative to `root`, so that the index is the same wherever the suite lies.
std::string scenario_index(const std::vector<sim::Scenario>& scenarios, const std::string& root);

}  // namespace dp::cli
