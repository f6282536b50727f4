// The cards of mark.h in two halves. Private to sim/marks.
#pragma once

#include <array>
#include <span>

#include "sim/marks/mark.h"

namespace dp::sim {

std::span<const MarkCard> cards_of_devices();  // the first marks of the enumeration
std::span<const MarkCard> cards_of_worlds();   // the rest

}  // namespace dp::sim
