#include "conformance/broken/client/broken_clients.h"

#include <algorithm>

namespace dp::conformance {

const std::vector<BrokenClient>& broken_clients() {
  static const std::vector<BrokenClient> kAll = [] {
    std::vector<BrokenClient> all;
    for (auto theme : {clients_broken_in_time(), clients_broken_on_the_wire(),
                       clients_broken_in_sealing(), trivial_clients(), legal_twins()}) {
      std::ranges::move(theme, std::back_inserter(all));
    }
    return all;
  }();
  return kAll;
}

const BrokenClient* find_broken_client(std::string_view name) {
  for (const BrokenClient& one : broken_clients()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace dp::conformance
