// Shell patterns for --filter: `*` any characters, `?` one character; everything else is itself.
#pragma once

#include <string_view>

namespace dp::cli {

// Time is bounded by the product of the lengths.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace dp::cli
