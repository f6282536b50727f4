// What a scenario asks of a device that the client on it cannot be made to do.
//
// Each need is one sentence that names the missing power; the same words for every scenario, so
// that they can be counted.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/world/client_port.h"

namespace dp::sim {

// In the order in which the scenario asks; none: it can be played.
std::vector<std::string> missing_powers(const Scenario& scenario, const ForeignClients& clients);

}  // namespace dp::sim
