#include "conformance/broken/server/broken_servers.h"

#include <algorithm>
#include <iterator>

namespace dp::conformance {

const std::vector<BrokenServer>& broken_servers() {
  static const std::vector<BrokenServer> kAll = [] {
    std::vector<BrokenServer> all;
    for (auto theme :
         {servers_broken_in_connecting(), servers_broken_in_reading_frames(),
          servers_broken_in_answering(), servers_broken_in_listing(), servers_broken_in_versions(),
          servers_broken_in_deleting(), servers_broken_in_keeping(), servers_broken_in_sending(),
          servers_broken_in_replaying(), servers_broken_in_limits(), trivial_servers(),
          legal_server_twins()}) {
      std::ranges::move(theme, std::back_inserter(all));
    }
    return all;
  }();
  return kAll;
}

const BrokenServer* find_broken_server(std::string_view name) {
  for (const BrokenServer& one : broken_servers()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace dp::conformance
