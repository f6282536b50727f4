// The option --color, the same in every command that prints for people.
//
// Guarantees: auto, always and never in any case of letters; anything else is bad usage.
// Does not: look at NO_COLOR or at the terminal; cli/terminal.h does.
#pragma once

#include "cli/options.h"

namespace CLI {
class App;
}

namespace dp::cli {

// `chosen` must outlive the parsing.
void add_color_option(CLI::App& command, ColorChoice& chosen);

}  // namespace dp::cli
