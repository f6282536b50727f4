// Where things are: the executable, the scenarios that came with it, the source tree it was built
// from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace dp::cli {

std::filesystem::path executable_path();

// The root of the source tree whose build made this program, found above the executable; none for
// an installed program.
std::optional<std::filesystem::path> source_root();

// What `draftproof run` plays when no path is given: `scenarios` in the working directory, else
// those of the source tree, else those installed beside the program. None if there are none.
std::optional<std::filesystem::path> default_scenarios();

// How a person starts this program from where they are: `./draftproof`, or the path of it.
std::string program_command(const char* argv0);

// A word for a POSIX shell.
std::string shell_word(const std::string& text);

}  // namespace dp::cli
