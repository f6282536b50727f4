// The cases for servers by theme, one file each; suite.cc puts them together.
#pragma once

#include <vector>

#include "conformance/suites/server/server_case.h"

namespace dp::conformance {

std::vector<ServerCase> server_probe_cases();
std::vector<ServerCase> server_transport_cases();
std::vector<ServerCase> server_connection_cases();
std::vector<ServerCase> server_wire_cases();
std::vector<ServerCase> server_history_cases();

}  // namespace dp::conformance
