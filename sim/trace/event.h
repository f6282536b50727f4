// One trace event: everything observable that happens in a world, in one flat shape.
//
// The trace is the only tap. Oracles, the digest, the printed story and the recorded file all see
// the same events, so nothing can be checked that is not also digested, and the reverse.
// Lifetime: `name`, `bytes` and `detail` point into the world and are valid only during the call
// that shows the event; RecordedEvent owns copies of what a file needs.
// Does not: interpret bytes. A frame that is not JSON is traced as it is.
//
// Text form, version `draftproof-trace/1`, one line per event, columns separated by one space:
//   sequence   decimal, counts every event of the world from 0
//   time_us    decimal, world time since the start of the run
//   node       `world`, `server` or `d<index>`
//   kind       name of the EventKind
//   number     decimal, meaning by kind (see EventKind)
//   other      decimal, meaning by kind
//   name       JSON string, meaning by kind
//   bytes      JSON string if the bytes are valid UTF-8, else `x:` and lowercase hex
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/client/effect.h"
#include "core/client/event.h"
#include "core/crypto/cipher.h"
#include "core/server/server.h"
#include "core/vocabulary/time.h"

namespace dp::sim {

inline constexpr std::string_view kTraceFormat = "draftproof-trace/1";

// 0 is the world itself (faults, phases), 1 the server, 2 + i the device i.
struct NodeId {
  std::uint32_t value = 0;
  auto operator<=>(const NodeId&) const = default;
};
struct DeviceId {
  std::uint32_t index = 0;
  auto operator<=>(const DeviceId&) const = default;
};
inline constexpr NodeId kWorldNode{0};
inline constexpr NodeId kServerNode{1};
constexpr NodeId node_of(DeviceId device) {
  return {device.index + 2};
}
constexpr bool is_device(NodeId node) {
  return node.value >= 2;
}
constexpr DeviceId device_of(NodeId node) {
  return {node.value - 2};
}
std::string node_name(NodeId node);

// Each line: number | other | name | bytes | detail (pointer alternative of Detail, if any).
enum class EventKind : std::uint8_t {
  // world
  phase,        // Phase | - | phase name
  fault,        // FaultKind | node it strikes | fault kind name | parameters in words
  fault_ended,  // FaultKind | node | fault kind name

  // people and processes
  person,         // - | - | event type name | text if Edited | client::Event
  lifecycle,      // - | - | unlocked, locked, net_hint_up, net_hint_down, shown, hidden
                  //   | - | client::Event
  boot,           // boot number | rows found | - | -
  crash,          // effects performed | effects lost | - | -
  power,          // PowerState | - | state name
  timer,          // - | -
  clock_changed,  // new wall clock minus world time, as two's complement | drift ppm | reason

  // network; number is always the link
  conn_asked,    // link | epoch                      at the device that asked
  conn_opened,   // link | epoch (device) or 0 (server; bytes = token presented)
  conn_failed,   // link | epoch | why                at the device
  conn_closed,   // link | close code | why           at either end, when it learns
  frame_sent,    // link | bytes queued before | frame type name or "" | frame
  frame_came,    // link | sent at (us) | frame type name or "" | frame    at the receiver
  frame_lost,    // link | - | why | frame            node: the receiver that never sees it
  frame_forged,  // link | FaultKind | - | frame      node: the receiver; hostile mode, Byzantine

  // the device's disk
  store_write,    // write id | puts | - | -          asked | client::StoreWrite
  store_put,      // write id | 1 if erased | row key | row bytes    entered the disk's cache
  store_synced,   // write id | -                     durable, the device will be told
  store_failed,   // write id | - | why
  store_changed,  // rows now | - | why (wiped, restored, cloned, rotted, crashed, torn) | -

  // what the client tells its user interface, and its log
  editor_replaced,      // - | - | chat id | text     | client::Effect
  preview_invalidated,  // - | - | chat id | -        | client::Effect
  draft_announced,      // - | - | chat id | -        | client::Effect
  chat_list_changed,    // - | - | -       | -        | client::Effect
  notice,               // NoticeKind | - | detail | chat id or ""   | client::Notice
  log,                  // - | - | template | arguments joined by a tab | client::Log/server::Log

  // the cipher seam, at the node that called
  seal_turn,    // seal id | 0 asked, 1 came
  cipher_seal,  // 1 if ok | plaintext bytes | - | envelope      | SealCall
  cipher_open,  // 1 if ok | plaintext bytes | - | envelope      | OpenCall

  // the server's surroundings
  auth_asked,    // link | - | token
  auth_judged,   // link | verdict
  db_asked,      // query id | 1 if a job | request type name | chat id or ""  | server::Query
  db_applied,    // query id | attempt     | request type name | draft bytes   | server::Query
  db_answered,   // query id | - | answer type name | -     | server::DatabaseAnswered
  job_queued,    // query id | version | chat id | -
  job_lost,      // query id | version | chat id | -
  cache_struck,  // - | - | evicted, hollowed, unavailable, available | chat id or ""
  server_step,   // - | - | event type name | - | server::Event (only what is not traced above)
};
inline constexpr std::size_t kEventKindCount = static_cast<std::size_t>(EventKind::server_step) + 1;
std::string_view name(EventKind kind);

enum class Phase : std::uint8_t { safety, heal, quiesce, quiet };

struct SealCall {
  const crypto::SealRequest& request;
  ByteView padded_plaintext;
  ByteView envelope;  // empty if the call failed
};
struct OpenCall {
  const crypto::OpenRequest& request;
  ByteView envelope;
  const crypto::Opened* opened;  // null if the call failed
};

using Detail =
    std::variant<std::monostate, const client::Event*, const client::Effect*,
                 const client::StoreWrite*, const client::Notice*, const client::Log*,
                 const server::Log*, const server::Query*, const server::DatabaseAnswered*,
                 const server::Event*, const SealCall*, const OpenCall*>;

struct TraceEvent {
  std::uint64_t sequence = 0;
  Micros time_us = 0;
  NodeId node;
  EventKind kind = EventKind::phase;
  std::uint64_t number = 0;
  std::uint64_t other = 0;
  std::string_view name;
  std::string_view bytes;
  Detail detail;  // typed view of the same thing; not digested, not recorded
};

struct RecordedEvent {
  std::uint64_t sequence = 0;
  Micros time_us = 0;
  NodeId node;
  EventKind kind = EventKind::phase;
  std::uint64_t number = 0;
  std::uint64_t other = 0;
  std::string name;
  std::string bytes;
  bool operator==(const RecordedEvent&) const = default;
};

RecordedEvent recorded(const TraceEvent& event);
TraceEvent view_of(const RecordedEvent& event);  // valid while `event` lives
std::string line_of(const TraceEvent& event);    // no newline at the end

}  // namespace dp::sim
