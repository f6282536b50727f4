// A foreign client for simulated worlds: what sim is given, so that scenarios, seeds, laws and the
// shrinker drive any program that speaks docs/adapter.md.
//
// Guarantees: every world gets processes, folders and keys of its own; may be used from several
// threads; the processes live as long as somebody holds the pool or a world.
#pragma once

#include <memory>

#include "conformance/foreign/adapter_pool.h"
#include "sim/world/client_port.h"

namespace dp::conformance {

sim::ForeignClients foreign_clients(std::shared_ptr<AdapterPool> pool, bool only_first);

}  // namespace dp::conformance
