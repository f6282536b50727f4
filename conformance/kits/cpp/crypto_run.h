// The operation crypto.run: single computations, so that vectors can be checked through an adapter.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace dp::kit {

// The output; null if the input was refused; nullopt if the name is unknown or a member is missing.
std::optional<nlohmann::json> run_crypto(const std::string& name, const nlohmann::json& input);

}  // namespace dp::kit
