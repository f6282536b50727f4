// A traced event in words, for stories.
#pragma once

#include <string>

#include "sim/trace/event.h"

namespace dp::sim {

// "" if it would only be noise: keep-alive, the cipher seam, what follows from a line before.
std::string event_in_words(const TraceEvent& event);

}  // namespace dp::sim
