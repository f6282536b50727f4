#include "sim/faults/fault_kind.h"

namespace dp::sim {

namespace {

struct Row {
  std::string_view name;
  Family family;
  bool timed;
};

using enum Family;
// In the order of FaultKind.
constexpr std::array<Row, kFaultKindCount> kRows{{
    {"long_tail_delay", network, false},
    {"disconnect", network, true},
    {"connect_refused", network, false},
    {"reconnect_storm", network, true},
    {"half_open", network, true},
    {"partition_up", network, true},
    {"partition_down", network, true},
    {"flapping", network, true},
    {"slow_reader", network, true},
    {"lost_receipt", network, false},
    {"auth_unavailable", network, true},
    {"frame_reordered", hostile, false},
    {"frame_duplicated", hostile, false},
    {"frame_dropped", hostile, false},
    {"frame_corrupted", hostile, false},
    {"frame_replayed", hostile, false},
    {"device_crash", device, false},
    {"device_pause", device, true},
    {"device_hidden", device, true},
    {"store_cloned", device, true},
    {"store_restored", device, true},
    {"store_wiped", device, true},
    {"slow_cipher", device, false},
    {"device_logout", device, true},
    {"slow_write", disk, false},
    {"failed_write", disk, false},
    {"lost_unsynced", disk, false},
    {"torn_write", disk, false},
    {"disk_full", disk, true},
    {"bit_rot", disk, true},
    {"server_restart", server, true},
    {"server_crash", server, false},
    {"cache_evicted", server, true},
    {"cache_hollowed", server, true},
    {"cache_unavailable", server, true},
    {"database_slow", server, false},
    {"database_failed", server, false},
    {"job_delayed", server, false},
    {"job_duplicated", server, false},
    {"job_reordered", server, false},
    {"job_lost", server, false},
    {"backup_restored", server, true},
    {"clock_skew", clocks, true},
    {"clock_jump_back", clocks, true},
    {"clock_jump_forward", clocks, true},
    {"clock_drift", clocks, true},
    {"device_suspend", clocks, true},
    {"server_drops", byzantine, false},
    {"server_replays_old", byzantine, false},
    {"server_swaps_chats", byzantine, false},
    {"server_equivocates", byzantine, false},
    {"server_rolls_back", byzantine, true},
    {"server_forges_success", byzantine, false},
    {"server_forges_deletion", byzantine, false},
    {"server_withholds", byzantine, false},
    {"server_lies_about_versions", byzantine, false},
}};

constexpr std::array<std::string_view, kFamilyCount> kFamilyNames{
    "network", "hostile", "device", "disk", "server", "clocks", "byzantine"};

const Row& row_of(FaultKind kind) {
  return kRows[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view name(Family family) {
  return kFamilyNames[static_cast<std::size_t>(family)];
}

std::string_view name(FaultKind kind) {
  return row_of(kind).name;
}

Family family_of(FaultKind kind) {
  return row_of(kind).family;
}

bool is_timed(FaultKind kind) {
  return row_of(kind).timed;
}

}  // namespace dp::sim
