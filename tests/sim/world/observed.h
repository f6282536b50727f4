// An observer that keeps the trace lines it is shown, and what tests ask of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/world/world.h"

namespace dp::sim {

class Observed final : public Observer {
 public:
  void observe(const TraceEvent& event, const World&) override {
    events.push_back(recorded(event));
  }

  std::size_t count(EventKind kind, std::string_view name = {}) const {
    std::size_t found = 0;
    for (const RecordedEvent& event : events) {
      found += event.kind == kind && (name.empty() || event.name == name);
    }
    return found;
  }
  std::vector<RecordedEvent> of(EventKind kind, std::string_view name = {}) const {
    std::vector<RecordedEvent> found;
    for (const RecordedEvent& event : events) {
      if (event.kind == kind && (name.empty() || event.name == name)) found.push_back(event);
    }
    return found;
  }

  std::vector<RecordedEvent> events;
};

inline WorldConfig calm_world(std::size_t devices, CipherMode cipher = CipherMode::ideal) {
  WorldConfig config;
  config.seed = 42;
  config.cipher = cipher;
  config.devices.assign(devices, DeviceConfig{});
  return config;
}

inline std::string text_in(const World& world, DeviceId device, const ChatId& chat) {
  for (const client::SlotFacts& slot : world.slots(device)) {
    if (slot.chat == chat) return draft::text_of(slot.local);
  }
  return {};
}

inline void type(World& world, DeviceId device, const ChatId& chat, std::string text) {
  world.act(device, client::ChatOpened{chat});
  world.act(device, client::Focused{});
  world.act(device, client::Edited{std::move(text)});
}

}  // namespace dp::sim
