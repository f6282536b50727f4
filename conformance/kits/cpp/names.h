// The words of docs/adapter.md for what the core counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/client/effect.h"
#include "core/client/view.h"

namespace dp::kit {

std::string_view notice_name(client::NoticeKind kind);
std::string_view connection_name(client::Connection connection);
std::vector<std::string> capabilities();  // of this kit, on this machine

}  // namespace dp::kit
