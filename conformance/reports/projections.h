// What other tools read of a conformance report: JUnit XML, TAP 14, CTRF JSON and SARIF 2.1.0.
//
//   format | green (pass, loose, info) | skipped | red                                | known red
//   JUnit  | testcase                  | skipped | failure (fail, flaky) or error     | skipped
//   TAP    | ok                        | # SKIP  | not ok                             | a todo
//   directive CTRF   | passed                    | skipped | failed                             |
//   other SARIF  | loose: a warning          |         | fail, flaky: an error              |
//   suppressed
//
// Guarantees: projections of one report agree in their counts (Bucket), as a test holds them to;
// texts of peers are escaped for each format. SARIF places a result at the line of the broken
// requirement in docs/protocol.md.
// Sources: testanything.org/tap-version-14-specification, ctrf.io schema, OASIS SARIF 2.1.0.
// Does not: touch files.
#pragma once

#include <string>

#include "conformance/reports/report.h"

namespace dp::conformance {

std::string junit_xml(const Report& report);
std::string tap14(const Report& report);
std::string ctrf_json(const Report& report);
std::string sarif_json(const Report& report);

}  // namespace dp::conformance
