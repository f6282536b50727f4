// Finds scenario files and reads them into checked scenarios.
//
// A path may be a file or a folder, which is searched for *.json (schemas and the index left out).
// Guarantees: the order is that of the sorted paths; at most 4 MiB of a file are read; an empty
// result is a mistake, never a suite.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/bind.h"

namespace dp::cli {

struct Suite {
  std::vector<sim::Scenario> scenarios;
  std::vector<std::string>
      mistakes;  // one line each, with file, line and column where there is one
  std::size_t files = 0;
};

Suite load_suite(const std::vector<std::string>& paths);

}  // namespace dp::cli
