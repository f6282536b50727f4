// Handing the devices of a planned world over to a foreign client, and what then cannot happen.
//
// Does not: change anything for devices of the field dialect; they stay the scripted peers they
// are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/world/client_port.h"
#include "sim/world/config.h"

namespace dp::sim {

// Ports for the world that is made from this configuration, the real cipher, and a suite the client
// knows. False if no device can be foreign.
bool hand_over(WorldConfig& config, const ForeignClients& clients);

// The same decision without a world: whether the device at `index` of these is a foreign one.
bool is_handed_over(const WorldConfig& config, std::size_t index, bool only_first);

// Which power this fault needs and the client lacks, in words; "" if it can strike.
std::string_view power_missing_for(FaultKind kind, const PortPowers& powers);

// Switches those off that cannot strike, and names them.
std::vector<std::string_view> without_unplayable_faults(FaultPlan& plan, const PortPowers& powers);

}  // namespace dp::sim
