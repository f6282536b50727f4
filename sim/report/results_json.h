// Results as one JSON object, format `draftproof-results/1` (schema:
// sim/report/results.schema.json).
//
// Guarantees: keys in a fixed order, records in theirs, valid UTF-8 whatever the texts hold.
#pragma once

#include <string>

#include "sim/report/record.h"

namespace dp::sim {

std::string results_json(const Results& results);  // ends with a newline

}  // namespace dp::sim
