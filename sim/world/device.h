// One simulated device: its process, disk, clocks, power and its side of the network, as a value.
//
// The process is a core (or nothing while it is off); everything else outlives it. What the world
// has for a frozen process waits in `waiting`, in order, until it goes on.
// Does not: act. sim/world steps the core and performs its effects.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/client/client.h"
#include "sim/disk/disk.h"
#include "sim/field_client/field_client.h"
#include "sim/network/profile.h"
#include "sim/schedule/clock.h"
#include "sim/tape/core_random.h"
#include "sim/world/client_port.h"
#include "sim/world/config.h"
#include "sim/world/world.h"

namespace dp::sim {

struct Cut {
  Direction direction = Direction::down;
  std::string frame_type;  // "" is any
};

struct DeviceNetwork {
  bool online = true;
  bool up_blocked = false;
  bool down_blocked = false;
  bool slow_reader = false;
  bool refusing = false;
  NetworkProfile profile;
  HostileProfile hostile;
  std::vector<Cut> cuts;
  std::vector<Cut> holds;
  World::Rewrite rewrite_up;
  World::Rewrite rewrite_down;
};

struct DiskState {
  Disk disk;
  Micros write_delay_us = 300;
  Micros last_due_us = 0;  // writes become durable in order
  std::uint32_t fail_next = 0;
  bool full = false;
  bool lose_unsynced = false;
  bool torn = false;
  Disk::Rows snapshot;
  bool has_snapshot = false;
};

// A running client behind the port of its device.
struct ForeignClient {
  ClientPort* port = nullptr;
};

struct Device {
  DeviceConfig config;
  NodeId node;
  NodeClock clock;
  PowerState power = PowerState::off;
  bool retired = false;  // switched off for good by heal()
  std::variant<std::monostate, client::Client, FieldClient, ForeignClient> core;
  std::shared_ptr<ClientPort> port;  // of a foreign device, as long as the world
  std::uint64_t boot = 0;
  std::uint32_t incarnation = 0;  // grows when the process dies: completions of the dead are void
  bool unlocked = false;
  bool boot_scheduled = false;
  std::optional<Micros> restart_after_us;  // set while a drawn crash kills the process
  DrawCounters draws{};
  DiskState storage;
  DeviceNetwork network;
  std::uint64_t link = 0;  // the present connection or attempt, 0 if none
  Micros seal_delay_us = 100;
  std::optional<std::uint32_t> crash_countdown;
  std::deque<client::Event> waiting;
  std::optional<Micros> next_timer_us;  // monotonic, as the core asked
  bool idle = true;                     // as the core said
  std::vector<FaultKind> wall_moved{};  // by these; nobody has looked at the wall clock since
  std::uint32_t seals_under_way = 0;

  std::uint32_t releases_under_way = 0;  // of what a port holds back

  bool is_foreign() const { return port != nullptr; }
  bool booted() const { return core.index() != 0; }
  bool running() const { return power == PowerState::running && booted(); }
};

}  // namespace dp::sim
