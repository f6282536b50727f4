// The JSON Schema of scenario files and the reference part of docs/scenarios.md, both written from
// the tables of vocabulary.h, so that editors, people and the binder know the same words.
//
// scenarios/scenario.schema.json and the generated part of docs/scenarios.md are committed; a test
// fails when they differ from what these functions return.
// Does not: express everything the binder checks (names that exist, one question per step).
#pragma once

#include <string>

namespace dp::sim {

std::string scenario_schema();     // draft-07, pretty, ends with a newline
std::string reference_markdown();  // verbs, expectations, settings, frames, notices, faults

}  // namespace dp::sim
