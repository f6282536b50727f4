// The cases for servers by theme, one file each; suite.cc puts them together.
#pragma once

#include <vector>

#include "conformance/suites/server/server_case.h"

namespace dp::conformance {

std::vector<ServerCase> server_probe_cases();
std::vector<ServerCase> server_transport_cases();
std::vector<ServerCase> server_connection_cases();
std::vector<ServerCase> server_wire_cases();
std::vector<ServerCase> server_frame_cases();
std::vector<ServerCase> server_listing_cases();
std::vector<ServerCase> server_version_cases();
std::vector<ServerCase> server_envelope_cases();
std::vector<ServerCase> server_field_cases();
std::vector<ServerCase> server_delete_cases();
std::vector<ServerCase> server_message_cases();
std::vector<ServerCase> server_replay_cases();
std::vector<ServerCase> server_limit_cases();
std::vector<ServerCase> server_storage_cases();
std::vector<ServerCase> server_program_cases();
std::vector<ServerCase> server_history_cases();
std::vector<ServerCase> server_gap_cases();

}  // namespace dp::conformance
