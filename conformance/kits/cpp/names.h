// What this kit can do, in the words of docs/adapter.md.
#pragma once

#include <string>
#include <vector>

namespace dp::kit {

std::vector<std::string> capabilities();  // of this kit, on this machine

}  // namespace dp::kit
