// What a person reads of a conformance run: one case after the other, then one line about it all.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "conformance/verdict/case.h"

namespace dp::cli {

// Passed cases are a line; the others say what was expected, seen and how to see it again. With
// `verbose`, what went over the line too.
void show_case(Terminal& terminal, const conformance::CaseResult& one, bool verbose);
// The verdict, what it counts, and how many requirements nothing was said about.
std::string summary_of(const conformance::SuiteResult& result);

// Why, a line each with how many: "  3: needs the capability lock"; none if there are none.
std::vector<std::string> reasons_of(const conformance::SuiteResult& result);

}  // namespace dp::cli
