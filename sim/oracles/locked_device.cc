#include "sim/oracles/locked_device.h"

namespace dp::sim {

const OracleCard& LockedDevice::card() const {
  static const OracleCard kCard{"locked_device",
                                "A device without its key seals nothing and opens nothing.",
                                "That the key is gone from memory.",
                                {"SEC-46"}};
  return kCard;
}

bool LockedDevice::applies(const World&) const {
  return locked_any_;
}

void LockedDevice::observe(const TraceEvent& event, const World& world) {
  if (!is_device(event.node) || !world.is_sealed(device_of(event.node))) return;
  switch (event.kind) {
    case EventKind::lifecycle:
      if (event.name == "locked") {
        locked_.insert(event.node);
        locked_any_ = true;
        compared();
      } else if (event.name == "unlocked") {
        locked_.erase(event.node);
      }
      break;
    case EventKind::boot:
    case EventKind::crash:
      locked_.erase(event.node);
      break;
    case EventKind::cipher_seal:
    case EventKind::cipher_open:
      if (!locked_.contains(event.node)) break;
      violated(
          {.oracle = {},
           .site = "key_used",
           .detail = "a locked device used its key",
           .time_us = event.time_us,
           .sequence = event.sequence,
           .node = event.node,
           .expected = "nothing sealed or opened until it is unlocked",
           .seen = event.kind == EventKind::cipher_seal ? "something sealed" : "something opened"});
      break;
    default:
      break;
  }
}

}  // namespace dp::sim
