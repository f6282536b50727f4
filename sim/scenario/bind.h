// From the bytes of a scenario file to a checked Scenario, or to everything that is wrong with it.
//
// Guarantees: total on any bytes; reports up to 20 problems in the order of the file, each with its
// place, what was expected and the nearest right word; a format of a newer version is refused by
// its name. What it accepts can be run: devices, chats and names exist, times are possible, the
// work is bounded (a million steps after repeats, ten years, 16 MiB of text).
// Does not: open files, or run anything.
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.h"

namespace dp::sim {

inline constexpr std::size_t kProblemsMax = 20;

// `stem` is the file name without its extension, which the scenario's name must repeat.
std::expected<Scenario, std::vector<Problem>> bind_scenario(std::string_view file,
                                                            std::string_view stem,
                                                            std::string_view bytes);

}  // namespace dp::sim
