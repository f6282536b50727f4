// The result of a suite as JSON text: what every other report format is made from.
#pragma once

#include <string>

#include "conformance/verdict/case.h"

namespace dp::conformance {

inline constexpr std::string_view kConformanceFormat = "draftproof-conformance/1";

// Ends with a line break. Strings that are not UTF-8 are written with U+FFFD.
std::string suite_json(const SuiteResult& result);

}  // namespace dp::conformance
