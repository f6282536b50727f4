// Servers that are wrong on purpose, one switch each, and servers that are unusual and right.
//
// They judge the server suite: each wrong one must be caught by a case of the requirement it
// breaks, and a legal twin must not be caught at all. Each is an alteration of the reference server
// that is started with `draftproof serve --break NAME`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/hosts/server_alteration.h"

namespace dp::conformance {

struct BrokenServer {
  std::string name;
  std::string requirement;  // that it breaks; "" for a legal twin
  std::string what;         // it does, in a few words
  bool grave = false;       // it leaks, or loses or resurrects what was acknowledged
  std::function<std::shared_ptr<hosts::ServerAlteration>()> make;
  bool is_twin() const { return requirement.empty(); }
};

const std::vector<BrokenServer>& broken_servers();
const BrokenServer* find_broken_server(std::string_view name);  // null if there is none

// By theme; broken_servers() joins them.
std::vector<BrokenServer> servers_broken_in_connecting();
std::vector<BrokenServer> servers_broken_in_reading_frames();
std::vector<BrokenServer> servers_broken_in_answering();
std::vector<BrokenServer> servers_broken_in_listing();
std::vector<BrokenServer> servers_broken_in_versions();
std::vector<BrokenServer> servers_broken_in_deleting();
std::vector<BrokenServer> servers_broken_in_keeping();
std::vector<BrokenServer> servers_broken_in_sending();
std::vector<BrokenServer> servers_broken_in_replaying();
std::vector<BrokenServer> servers_broken_in_limits();
std::vector<BrokenServer> trivial_servers();
std::vector<BrokenServer> legal_server_twins();

}  // namespace dp::conformance
