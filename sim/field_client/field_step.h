// One step of a FieldClient: its environment and the outcome it grows. Private to this room.
#pragma once

#include <utility>

#include "sim/field_client/field_client.h"

namespace dp::sim {

struct FieldClient::Step {
  FieldEnvironment& environment;
  client::Outcome& outcome;

  Micros now_us() const { return environment.now.monotonic_us; }
  void emit(client::Effect effect) { outcome.effects.push_back(std::move(effect)); }
  std::string draw_name(Draw label) const {
    const std::array<std::uint8_t, 16> bytes = environment.random.bytes16(label);
    return hex_encode(bytes);
  }
};

}  // namespace dp::sim
