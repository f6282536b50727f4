// One small function per verb. A handler makes one thing happen at the present instant and returns
// why it could not, or "" if it could.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/player/stage.h"

namespace dp::sim {

using DeviceHandler = std::string (*)(Stage& stage, DeviceId device, const Action& action);
using ServerHandler = std::string (*)(Stage& stage, const Action& action);

struct DeviceVerb {
  std::string_view name;
  DeviceHandler handler;
};
struct ServerVerb {
  std::string_view name;
  ServerHandler handler;
};

// By source file; `find_*` search them all. A test holds them to the table of vocabulary.h.
const std::vector<DeviceVerb>& person_verbs();
const std::vector<DeviceVerb>& process_verbs();
const std::vector<DeviceVerb>& network_verbs();
const std::vector<DeviceVerb>& forging_verbs();
const std::vector<ServerVerb>& keeping_verbs();
const std::vector<ServerVerb>& server_verbs();

DeviceHandler find_device_handler(std::string_view verb);
ServerHandler find_server_handler(std::string_view verb);

}  // namespace dp::sim
