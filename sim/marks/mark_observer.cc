#include "sim/marks/mark_observer.h"

#include "sim/marks/spotters.h"

namespace dp::sim {

MarkObserver::MarkObserver() {
  spotters_.push_back(typing_spotter(marks_));
  spotters_.push_back(traffic_spotter(marks_));
  spotters_.push_back(merging_spotter(marks_));
  spotters_.push_back(device_spotter(marks_));
  spotters_.push_back(server_spotter(marks_));
  spotters_.push_back(adversary_spotter(marks_));
}

MarkObserver::~MarkObserver() = default;

void MarkObserver::observe(const TraceEvent& event, const World& world) {
  for (const auto& spotter : spotters_) spotter->observe(event, world);
}

}  // namespace dp::sim
