// Everything a run is derived from. Two worlds with equal configurations and equal calls have equal
// digests; the seed alone decides what is drawn.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/client/config.h"
#include "core/server/config.h"
#include "sim/faults/fault_kind.h"
#include "sim/network/profile.h"
#include "sim/tape/tape.h"

namespace dp::sim {

class ClientPorts;  // sim/world/client_port.h

enum class Dialect : std::uint8_t { sealed, field };
enum class CipherMode : std::uint8_t { real, ideal };

struct AccountConfig {
  Dialect dialect = Dialect::sealed;
  crypto::Suite suite = crypto::Suite::xchacha20_poly1305;
  bool operator==(const AccountConfig&) const = default;
};

struct ClockConfig {
  Micros wall_skew_us = 0;     // device's wall clock minus true time at the start
  std::int32_t drift_ppm = 0;  // both clocks run this much too fast
  bool operator==(const ClockConfig&) const = default;
};

struct DeviceConfig {
  std::size_t account = 0;
  // `account` and `suite` inside are overwritten from the AccountConfig.
  client::Config client;
  ClockConfig clock;
  std::optional<NetworkProfile> network;  // else the world's
  bool powered_on = true;                 // false: exists, switched off, until power_on
  bool online = true;                     // false: starts without a network
  Micros write_delay_us = 300;            // from StoreWrite to durable
  Micros seal_delay_us = 100;             // from SealTurn to its turn
  bool foreign = false;                   // its client is behind a port, if the world has any
  bool operator==(const DeviceConfig&) const = default;
};

struct DatabaseProfile {
  Micros latency_min_us = 300;
  Micros latency_max_us = 2'000;
  Micros job_delay_us = 50 * kMillisecond;  // a persistence job waits this long in its queue
  Micros auth_latency_us = 500;
  bool operator==(const DatabaseProfile&) const = default;
};

struct WorldConfig {
  std::uint64_t seed = 0;
  TapeOrders tape;  // answers that replace what the seed draws
  CipherMode cipher = CipherMode::real;
  std::uint64_t key_secret = 0;  // other keys for the same seed (sim/two_run)
  std::vector<AccountConfig> accounts = {AccountConfig{}};
  std::vector<DeviceConfig> devices;
  server::Config server;
  NetworkProfile network;
  DatabaseProfile database;
  HostileProfile hostile;
  FaultPlan faults;                      // all zero: only what the caller asks for happens
  Micros fault_phase_us = 60 * kSecond;  // timed faults are spread over this long from the start
  Micros wall_start_us = 1'767'225'600 * kSecond;  // 2026-01-01T00:00:00Z
  Micros quiesce_limit_us = 30 * kMinute;          // simulated, after heal
  std::uint64_t quiesce_events_max = 2'000'000;
  std::uint64_t steps_max = 5'000'000;  // of the whole run: memory grows with each
  std::shared_ptr<ClientPorts> ports;   // of foreign devices; none: all are ours
  bool keep_trace = false;  // record every event (memory), else only digest and observers
  bool operator==(const WorldConfig&) const = default;
};

}  // namespace dp::sim
