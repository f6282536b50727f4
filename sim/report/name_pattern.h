// Shell patterns for the names of scenarios, cases and mutants: `*` any characters, `?` one
// character; everything else is itself.
#pragma once

#include <string_view>

namespace dp::sim {

// Time is bounded by the product of the lengths.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace dp::sim
