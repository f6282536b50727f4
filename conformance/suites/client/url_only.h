// Drive level L1: a client that nobody drives. The harness is its server, and judges the wire.
//
//   UrlOnlyOptions options;
//   options.on_ready = [](const Invitation& one) { ... };   // tell the person, or start the client
//   const SuiteResult result = judge_by_url(options);
//
// While the client lives its life, its connection is broken once after its first stored draft, and
// closed with 1008 when the time is over.
// Guarantees: one verdict for each requirement of clients; what the wire did not show is
// UNTESTABLE, so nobody becomes conformant by silence. Ends within `time` and a few seconds.
// Does not: see an editor, a store or a clock of the client.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "conformance/net/websocket.h"
#include "conformance/suites/client/vault.h"
#include "conformance/verdict/case.h"

namespace dp::conformance {

struct Invitation {
  std::string url;
  std::string token;
  std::string account_json;  // account_id, master_key, epoch: as in client.open of docs/adapter.md
};

struct UrlOnlyOptions {
  net::ServerOptions listen;
  std::uint64_t seed = 1;
  std::chrono::seconds time{60};
  std::function<void(const Invitation&, const Vault&)> on_ready;
  std::function<bool()> stop;
};

// Fails if it cannot listen.
Result<SuiteResult> judge_by_url(const UrlOnlyOptions& options);

}  // namespace dp::conformance
