// Clients that are wrong on purpose, one switch each, and clients that are unusual and right.
//
// They judge the suite: each wrong one must be caught by a case of the requirement it breaks, and a
// legal twin must not be caught at all. Each is an Alteration of the reference client.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/kits/cpp/alteration.h"

namespace dp::conformance {

struct BrokenClient {
  std::string name;
  std::string requirement;  // that it breaks; "" for a legal twin
  std::string what;         // it does, in a few words
  bool grave = false;       // it leaks or loses text
  std::function<std::unique_ptr<kit::Alteration>()> make;
  bool is_twin() const { return requirement.empty(); }
};

const std::vector<BrokenClient>& broken_clients();
const BrokenClient* find_broken_client(std::string_view name);  // null if there is none

// By theme; broken_clients() joins them.
std::vector<BrokenClient> clients_broken_in_time();
std::vector<BrokenClient> clients_broken_on_the_wire();
std::vector<BrokenClient> clients_broken_in_sealing();
std::vector<BrokenClient> trivial_clients();
std::vector<BrokenClient> legal_twins();

}  // namespace dp::conformance
