// The inside of a World: its parts and the transitions between them. Private to sim/world.
//
// One transition per kind of thing that can happen; each leaves the world consistent and schedules
// what follows, and none steps a core while another core is being stepped.
//   trace_taps.cc  emit and the naming of what is emitted      device_host.cc  processes and disks
//   link_host.cc   connections, frames                         server_process.cc  process, database
//   link_end.cc    how connections end                         cipher_tap.cc  the cipher seam
//   fault_driver.cc  timed faults                              quiescence.cc  heal and rest
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/link.h"
#include "sim/schedule/event_queue.h"
#include "sim/tape/tape.h"
#include "sim/world/device.h"
#include "sim/world/keys.h"
#include "sim/world/server_host.h"
#include "sim/world/tasks.h"
#include "sim/world/world.h"

namespace dp::sim {

// One occurrence of a timed fault.
struct Occurrence {
  FaultKind kind = FaultKind::disconnect;
  DeviceId device;
  Micros start_us = 0;
  Micros length_us = 0;
  std::uint64_t parameter = 0;
  std::uint32_t repeats_left = 0;  // flapping
  bool active = false;
};

// What stays behind when a world is copied.
template <class T>
struct NotCopied {
  NotCopied() = default;
  NotCopied(const NotCopied&) {}
  NotCopied& operator=(const NotCopied&) { return *this; }
  T value{};
};

struct WorldState {
  explicit WorldState(WorldConfig initial);

  // ---- trace_taps.cc
  void emit(const TraceEvent& event);  // sequence and time are filled in
  void emit(NodeId node, EventKind kind, std::uint64_t number = 0, std::uint64_t other = 0,
            std::string_view name = {}, std::string_view bytes = {}, Detail detail = {});
  void fired(FaultKind kind, NodeId node, std::string_view parameters = {});
  FaultCount& count(FaultKind kind) { return counts[static_cast<std::size_t>(kind)]; }
  void had_effect(FaultKind kind) { ++count(kind).had_effect; }
  // Asks the tape, counts armed and fired, and traces. Only in the safety phase.
  bool strikes(FaultKind kind, NodeId node, std::uint32_t factor = 1);

  // ---- device_host.cc
  Device& device(DeviceId id) { return devices[id.index]; }
  const Device& device(DeviceId id) const { return devices[id.index]; }
  DeviceId add_device(const DeviceConfig& device_config);
  void boot(DeviceId id);
  void unlock(DeviceId id);
  void step_device(DeviceId id, const client::Event& event);
  void perform(DeviceId id, const client::Outcome& outcome);
  // ---- port_host.cc: the same for a foreign client
  void add_port(Device& host, DeviceId id);
  void boot_port(DeviceId id);
  void step_port(DeviceId id, const client::Event& event);
  void perform_port(DeviceId id, PortOutcome outcome);
  void perform_port_effect(DeviceId id, const PortEffect& effect);
  void release_port(DeviceId id, bool writes);
  void hold_port(DeviceId id);      // as slow as its disk and its cipher are now
  void plan_releases(DeviceId id);  // of what is held back from now on
  void give_up_port(DeviceId id);   // its line is dead: the device is off for good
  // The process dies, `replace` does its work on the store, and it starts again.
  bool replace_port_store(DeviceId id, const std::function<bool(ClientPort&)>& replace,
                          std::string_view why);
  void perform_effect(DeviceId id, const client::Effect& effect);
  bool crash_now(Device& host);
  void kill_device(DeviceId id, std::size_t performed, std::size_t lost);
  void restart_later(DeviceId id, Micros delay_us);
  void damage_disk(Device& host);
  // The process dies, the rows are replaced, and it starts again.
  void replace_store(DeviceId id, Disk::Rows rows, std::string_view why);
  void tell_clock(DeviceId id, std::string_view why);
  void begin_write(DeviceId id, const client::StoreWrite& write);
  void finish_write(DeviceId id);
  // Delivers to the core now, or queues if the process is frozen. Dropped if it is dead.
  void complete(DeviceId id, client::Event event);
  void deliver_waiting(DeviceId id);
  void arm_device_timer(DeviceId id);
  void freeze(DeviceId id, PowerState state);
  void thaw(DeviceId id);

  // ---- link_host.cc
  Link* link_of(DeviceId id);
  Link* find_link(std::uint64_t id);
  void ask_connection(DeviceId id, ConnEpoch epoch);
  void decide_connection(std::uint64_t link_id, bool fails);
  void send_up(DeviceId id, ConnEpoch epoch, const std::string& text);
  void send_down(ConnId conn, const std::string& text);
  void close_by_device(DeviceId id, ConnEpoch epoch, std::uint16_t code);
  void close_by_server(ConnId conn, std::uint16_t code);
  void break_link(std::uint64_t link_id, std::string_view why);
  void push_frame(Link& link, Direction direction, std::string text, bool forged = false);
  void queue_frame(Link& link, Direction direction, InFlight frame);
  bool held(const Link& link, Direction direction) const;
  void arm_lane(Link& link, Direction direction);
  void deliver_head(std::uint64_t link_id, Direction direction);
  void deliver_frame(std::uint64_t link_id, Direction direction, const InFlight& frame);
  void deliver_close(std::uint64_t link_id, Direction direction, std::uint16_t code);
  void device_learns(std::uint64_t link_id, std::uint16_t code);
  void server_learns(std::uint64_t link_id);
  bool cut_here(Link& link, Direction direction, const InFlight& frame);
  void device_end_gone(std::uint64_t link_id);  // the process died, the system says goodbye
  void server_end_gone();
  void forget_if_finished(std::uint64_t link_id);
  void rearm_lanes(DeviceId id);
  void release_lanes(DeviceId id);
  bool hold_here(Link& link, Direction direction, const InFlight& frame);
  Micros drawn_delay(Link& link, Direction direction);

  // ---- server_process.cc
  void start_server();
  void kill_server(std::size_t performed, std::size_t lost);
  void step_server(const server::Event& event);
  void end_server_if_flushed();
  void perform_server(const server::Outcome& outcome);
  void perform_server_effect(const server::Effect& effect);
  bool server_crash_now();
  void judge(const server::Judge& judge);
  void auth_decided(std::uint64_t link_id, std::uint32_t incarnation);
  void ask_database(const server::Query& query);
  void run_query(PendingQuery pending);
  void query_applied(std::uint64_t ticket);
  void query_answered(std::uint64_t ticket);
  void job_due(std::uint64_t ticket);
  void start_job(std::uint64_t ticket);
  void release_jobs();
  void arm_server_timer();
  Micros database_latency();
  std::vector<std::string> byzantine(Link& link, const std::string& text);

  // ---- fault_driver.cc
  void plan_timed_faults();
  void fault_strikes(std::size_t occurrence);
  void fault_ends(std::size_t occurrence);
  void strike_network(Occurrence& occurrence);
  void strike_device(Occurrence& occurrence);
  void strike_server(Occurrence& occurrence);
  void strike_clock(const Occurrence& occurrence);
  void undo_fault(const Occurrence& occurrence);
  void restore_backup();

  // ---- quiescence.cc
  bool adversary_was_here() const;
  void end_all_faults();
  void heal(const std::vector<DeviceId>& core);
  bool settled() const;
  std::string pending() const;

  // ---- world.cc
  void schedule(Micros time_us, TaskKind kind, std::uint32_t actor = 0, std::uint64_t id = 0,
                std::uint64_t extra = 0);
  bool dispatch_next();
  void dispatch(const Task& task);
  void set_phase(Phase next);
  std::size_t account_index(const AccountId& account) const;

  WorldConfig config;
  Micros now_us = 0;
  Phase phase = Phase::safety;
  EventQueue queue;
  Tape tape;
  WorldKeys keys;
  std::vector<AccountId> accounts;
  DrawCounters forger_draws{};  // of whoever holds an account's keys beside its devices
  std::vector<Device> devices;
  ServerHost server;
  std::map<std::uint64_t, Link> links;
  std::uint64_t next_link = 1;
  std::vector<Occurrence> occurrences;
  FaultCounts counts{};
  std::uint64_t steps_at_instant = 0;
  std::uint64_t steps = 0;  // of the whole run
  bool livelocked = false;
  std::uint32_t cloned_devices_max = 0;  // clones stop being made at this many devices
  bool remembers_frames = false;         // a Byzantine kind is on

  Digest digest;
  std::uint64_t next_sequence = 0;
  std::uint64_t frames_delivered = 0;
  std::vector<RecordedEvent> trace;
  NotCopied<std::vector<Observer*>> observers;
  NotCopied<World*> self;  // the World that owns this state, for observers
  bool started = false;    // everything due at time zero has happened
};

inline constexpr std::uint32_t kServerTimer =
    0;  // timer slots of the event queue: 1 + i is device i
inline constexpr std::uint64_t kStepsAtInstantMax = 200'000;

inline Lane& lane_of(Link& link, Direction direction) {
  return direction == Direction::up ? link.up : link.down;
}
inline NodeId receiver_of(const Link& link, Direction direction) {
  return direction == Direction::up ? kServerNode : node_of(link.device);
}

// Names for the trace.
std::string_view event_name(const client::Event& event);
std::string_view event_name(const server::Event& event);
std::string_view request_name(const server::Request& request);
std::string_view answer_name(const server::Answer& answer);
bool is_person_event(const client::Event& event);
bool is_lifecycle_event(const client::Event& event);

}  // namespace dp::sim
