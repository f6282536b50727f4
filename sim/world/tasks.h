// What a scheduled task means to the world: Task::kind, with its actor, id and extra.
#pragma once

#include <cstdint>

namespace dp::sim {

enum class TaskKind : std::uint16_t {
  device_timer,    // actor: device
  device_boots,    // actor: device | extra: incarnation
  store_synced,    // actor: device | extra: incarnation
  seal_came,       // actor: device | id: seal | extra: incarnation
  completion,      // actor: device | extra: incarnation; the head of `waiting` is delivered
  link_decided,    // id: link | extra: 1 if the attempt fails
  lane_head,       // id: link | extra: Direction
  device_learns,   // id: link | extra: close code
  server_learns,   // id: link
  server_timer,    //
  server_starts,   // extra: incarnation
  auth_decided,    // id: link | extra: incarnation
  query_applied,   // id: ticket
  query_answered,  // id: ticket
  job_due,         // id: ticket
  fault_strikes,   // actor: FaultKind | id: occurrence
  fault_ends,      // actor: FaultKind | id: occurrence
  port_release,    // actor: device | id: 0 seals, 1 writes | extra: incarnation
};

}  // namespace dp::sim
