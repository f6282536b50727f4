// A server that says a change is stored when the core has said something else.
#pragma once

#include <functional>

#include "conformance/broken/server/server_switches.h"

namespace dp::conformance {

// `frame` is what the core answered to a change whose fields are `change`; true: a receipt for what
// the change asked is sent in its place, and nothing is stored. Every answer to an update or a
// deletion is shown, receipts too.
ServerSwitches pretends(std::function<bool(const Json& frame, const Json& change)> instead);

// The same for a refusal with this code.
ServerSwitches pretends_instead_of(const char* code);

}  // namespace dp::conformance
