// One offline HTML file for any number of reports: a matrix of requirements and implementations, a
// filter, and for each case what was expected and seen, a sequence diagram and the line that runs
// it again.
//
// Guarantees: needs no network and no other file; nothing a peer sent can become markup or script,
// since it is embedded as JSON in which every '<' is escaped and shown as text only.
// Does not: hold more than the reports do; report.json is the truth.
#pragma once

#include <span>
#include <string>

#include "conformance/reports/report.h"

namespace dp::conformance {

std::string report_html(std::span<const Report> reports);

}  // namespace dp::conformance
