#include "sim/oracles/port_conduct.h"

#include "sim/world/client_port.h"

namespace dp::sim {

const OracleCard& PortConduct::card() const {
  static const OracleCard kCard{
      "port_conduct",
      "A client of somebody else answers every operation of its adapter, in time and in form, and "
      "seals whatever it sends with its account's key.",
      "What it opens, and what it keeps in its folder.",
      {"SEC-40"}};
  return kCard;
}

bool PortConduct::applies(const World& world) const {
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    const ClientPort* port = world.port(DeviceId{index});
    if (port != nullptr && port->operations() > 0) return true;
  }
  return false;
}

void PortConduct::observe(const TraceEvent& event, const World& world) {
  if (is_device(event.node)) look_at(device_of(event.node), event.time_us, event.sequence, world);
}

void PortConduct::look_at(DeviceId device, Micros time_us, std::uint64_t sequence,
                          const World& world) {
  const ClientPort* port = world.port(device);
  if (port == nullptr) return;
  Seen& seen = seen_[device];
  compared(port->operations() - seen.operations);
  seen.operations = port->operations();
  const std::vector<PortBreach>& breaches = port->breaches();
  for (; seen.breaches < breaches.size(); ++seen.breaches) {
    const PortBreach& breach = breaches[seen.breaches];
    violated({.oracle = {},
              .site = breach.site,
              .detail = breach.detail,
              .time_us = time_us,
              .sequence = sequence,
              .node = node_of(device),
              .expected = breach.expected,
              .seen = breach.seen});
  }
}

// Also what the questions of the other laws brought to light after the last event.
void PortConduct::at_quiescence(const World& world) {
  for (std::uint32_t index = 0; index < world.device_count(); ++index) {
    look_at(DeviceId{index}, world.now_us(), 0, world);
  }
}

}  // namespace dp::sim
