#include "sim/player/handlers.h"

namespace dp::sim {

DeviceHandler find_device_handler(std::string_view verb) {
  for (const auto* verbs :
       {&person_verbs(), &process_verbs(), &network_verbs(), &forging_verbs()}) {
    for (const DeviceVerb& known : *verbs) {
      if (known.name == verb) return known.handler;
    }
  }
  return nullptr;
}

ServerHandler find_server_handler(std::string_view verb) {
  for (const auto* verbs : {&server_verbs(), &keeping_verbs()}) {
    for (const ServerVerb& known : *verbs) {
      if (known.name == verb) return known.handler;
    }
  }
  return nullptr;
}

}  // namespace dp::sim
