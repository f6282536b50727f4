#include "conformance/suites/client/crew.h"

#include <algorithm>

namespace dp::conformance {

Result<Adapter*> Crew::adapter(std::size_t index) {
  if (adapters_.size() <= index) adapters_.resize(index + 1);
  std::unique_ptr<Adapter>& place = adapters_[index];
  if (!place || !place->alive()) {
    auto started = Adapter::start(command_, limits_);
    if (!started) return std::unexpected(started.error());
    place = std::make_unique<Adapter>(std::move(*started));
    introduction_ = place->introduction();
  }
  return place.get();
}

void Crew::kill(std::size_t index) {
  if (index < adapters_.size() && adapters_[index]) adapters_[index]->kill();
}

bool Crew::can(std::string_view capability) const {
  const auto& all = introduction_.capabilities;
  return capability == "core" || std::ranges::find(all, capability) != all.end();
}

}  // namespace dp::conformance
