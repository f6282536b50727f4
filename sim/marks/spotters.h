// One constructor for each theme of the catalogue. Private to sim/marks.
//
// A spotter sets marks in the set it is given, which must outlive it.
#pragma once

#include <memory>

#include "sim/marks/mark_set.h"
#include "sim/world/observer.h"

namespace dp::sim {

std::unique_ptr<Observer> typing_spotter(MarkSet& marks);
std::unique_ptr<Observer> traffic_spotter(MarkSet& marks);
std::unique_ptr<Observer> merging_spotter(MarkSet& marks);
std::unique_ptr<Observer> device_spotter(MarkSet& marks);
std::unique_ptr<Observer> server_spotter(MarkSet& marks);
std::unique_ptr<Observer> adversary_spotter(MarkSet& marks);

}  // namespace dp::sim
