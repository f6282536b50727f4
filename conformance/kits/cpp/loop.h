// The adapter loop of docs/adapter.md around the reference client.
//
// Guarantees: one reply per line; bad input is an error reply, never an end; returns at the end of
// input or after `bye`.
#pragma once

#include <iosfwd>

#include "conformance/kits/cpp/alteration.h"

namespace dp::kit {

void run_adapter(std::istream& in, std::ostream& out, Alteration& alteration);

}  // namespace dp::kit
