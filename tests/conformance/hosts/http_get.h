// One HTTP request to a server on this machine, and the whole answer.
#pragma once

#include <string>

namespace dp::hosts::testing {

std::string http_get(const std::string& port, const std::string& target);
// Asks /health until it has `words`; a failed test if the server does not get there.
void await_health(const std::string& port, const std::string& words);

}  // namespace dp::hosts::testing
