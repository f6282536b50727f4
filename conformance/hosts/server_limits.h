// Where a server's settings come from: the defaults, the profile's limits, the environment, in this
// order, the last one said winning.
//
// Guarantees: every number is checked against its range and refused with its name (DP-SET-001).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "core/server/config.h"
#include "core/vocabulary/result.h"
#include "sim/scenario/document.h"

namespace dp::hosts {

using ReadEnvironment = std::function<std::optional<std::string>(const std::string& name)>;

// Fails with Fault::caller, "bad_setting"; the detail is a sentence with the setting's name, and
// with its place in `profile_file` if it stands there.
Result<server::Config> server_config(const std::string& profile_file,
                                     const std::map<std::string, sim::Value>& limits,
                                     const ReadEnvironment& environment);

// "name (range): meaning" of every setting, a line each, for --help and the documents.
std::string describe_server_limits();

}  // namespace dp::hosts
