// Results as JUnit XML: one test case per run, the story of a failure as its text.
//
// Guarantees: well-formed whatever the texts hold; characters XML 1.0 does not allow become '?'.
#pragma once

#include <string>

#include "sim/report/record.h"

namespace dp::sim {

std::string results_junit(const Results& results);  // ends with a newline
std::string xml_escaped(std::string_view text);

}  // namespace dp::sim
