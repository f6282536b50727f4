// The closed list of faults a world can inject, by family, and what became of each in a run.
//
// `armed`: the run was configured so that the fault could strike. `fired`: it was injected.
// `had_effect`: it changed something a node could observe (a frame was in the connection that was
// cut, the torn row existed, ...). A kind that never has an effect proves nothing, and campaigns
// fail on it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace dp::sim {

enum class Family : std::uint8_t { network, hostile, device, disk, server, clocks, byzantine };
inline constexpr std::size_t kFamilyCount = 7;
std::string_view name(Family family);

enum class FaultKind : std::uint8_t {
  // network
  long_tail_delay,   // one frame takes seconds
  disconnect,        // the connection breaks; frames under way are lost
  connect_refused,   // an attempt to connect fails
  reconnect_storm,   // all connections break at one instant
  half_open,         // both directions freeze and nobody is told
  partition_up,      // device to server is blocked, the other way works
  partition_down,    // server to device is blocked, the other way works
  flapping,          // the connection breaks again and again
  slow_reader,       // the device takes its frames very slowly
  lost_receipt,      // the connection breaks just before a receipt arrives
  auth_unavailable,  // the token authority does not answer
  // hostile network (adversary A3), inside a connection
  frame_reordered,
  frame_duplicated,
  frame_dropped,
  frame_corrupted,
  frame_replayed,
  // device process
  device_crash,    // between any two effects
  device_pause,    // the process is frozen and goes on later
  device_hidden,   // background: the client is told, then the process is frozen
  store_cloned,    // a second device starts from a copy of this one's store
  store_restored,  // an older snapshot of the store is put back
  store_wiped,     // the store is empty at the next start
  slow_cipher,     // a turn at the cipher takes long
  device_logout,   // keys go away and come back
  // device disk
  slow_write,
  failed_write,
  lost_unsynced,  // a crash drops writes that were not yet durable
  torn_write,     // a crash leaves the last row half written
  disk_full,
  bit_rot,
  // server
  server_restart,  // graceful
  server_crash,    // memory and queued jobs are gone
  cache_evicted,
  cache_hollowed,
  cache_unavailable,
  database_slow,
  database_failed,
  job_delayed,
  job_duplicated,
  job_reordered,
  job_lost,
  backup_restored,  // the database goes back to an older state; the server restarts
  // clocks
  clock_skew,
  clock_jump_back,
  clock_jump_forward,
  clock_drift,
  device_suspend,  // monotonic time stands still, wall time does not
  // Byzantine server (adversary A2)
  server_drops,
  server_replays_old,
  server_swaps_chats,
  server_equivocates,
  server_rolls_back,
  server_forges_success,
  server_forges_deletion,
  server_withholds,
  server_lies_about_versions,
};
inline constexpr std::size_t kFaultKindCount =
    static_cast<std::size_t>(FaultKind::server_lies_about_versions) + 1;
std::string_view name(FaultKind kind);
Family family_of(FaultKind kind);

struct FaultCount {
  std::uint64_t armed = 0;
  std::uint64_t fired = 0;
  std::uint64_t had_effect = 0;
  bool operator==(const FaultCount&) const = default;
};
using FaultCounts = std::array<FaultCount, kFaultKindCount>;

// How often each kind strikes in a run. 0 switches a kind off. The unit depends on the kind:
// faults with a site (a frame, a write, an effect, an answer) are parts per million of its visits;
// timed faults are the number of occurrences to spread over the safety phase.
struct FaultPlan {
  std::array<std::uint32_t, kFaultKindCount> intensity{};

  std::uint32_t& operator[](FaultKind kind) { return intensity[static_cast<std::size_t>(kind)]; }
  std::uint32_t operator[](FaultKind kind) const {
    return intensity[static_cast<std::size_t>(kind)];
  }
  bool operator==(const FaultPlan&) const = default;
};
bool is_timed(FaultKind kind);

}  // namespace dp::sim
