// report.json: the truth of a conformance run, described by report.schema.json beside this file.
//
// Guarantees: written as UTF-8 whatever a peer said; what is read back equals what was written.
// Reading is strict about what is used: a wrong type, an unknown verdict or a newer version is an
// error that names the member. Unknown members are ignored, as docs/formats.md says of reports.
// Does not: touch files.
#pragma once

#include <string>
#include <string_view>

#include "conformance/reports/report.h"
#include "core/vocabulary/result.h"

namespace dp::conformance {

std::string report_json(const Report& report);
Result<Report> read_report_json(std::string_view text);

}  // namespace dp::conformance
