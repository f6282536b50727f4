// Members of JSON objects that journals and summaries have in common. Private to this room.
#pragma once

#include <expected>
#include <string>

#include "sim/campaign/journal.h"
#include "sim/scenario/document.h"

namespace dp::sim {

inline constexpr DocumentLimits kCampaignLimits{.bytes_max = 1u << 20, .nesting_max = 8};

std::string identity_members(const CampaignIdentity& identity);  // without braces
std::expected<CampaignIdentity, std::string> identity_of(const Value& object);
std::expected<SeedRange, std::string> seed_range_of(const Value& pair);
// "" or why this object is not of the format.
std::string wrong_format(const Value& object, std::string_view format);

}  // namespace dp::sim
