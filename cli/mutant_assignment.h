// Gives each scenario a mutant of its own that makes it fail.
//
// Guarantees: as many scenarios get one as possible; no mutant serves more than it may; the result
// is a function of its input. Does not: prefer one mutant over another.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace dp::cli {

inline constexpr std::size_t kScenariosPerMutant = 6;

// Scenario -> mutants that make it fail, in; scenario -> its mutant, out. Who got none is missing.
std::map<std::string, std::string> assign_mutants(
    const std::map<std::string, std::set<std::string>>& seen_by, std::size_t capacity);

}  // namespace dp::cli
