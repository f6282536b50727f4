#include <algorithm>

#include "sim/world/state.h"

namespace dp::sim {

namespace {

// How long one occurrence of each timed fault may last.
Micros longest(FaultKind kind) {
  switch (kind) {
    case FaultKind::half_open:
    case FaultKind::partition_up:
    case FaultKind::partition_down:
    case FaultKind::slow_reader:
      return 40 * kSecond;
    case FaultKind::flapping:
      return 3 * kSecond;  // between two breaks
    case FaultKind::device_suspend:
      return 2 * kHour;
    case FaultKind::store_restored:
    case FaultKind::backup_restored:
    case FaultKind::server_rolls_back:
      return 30 * kSecond;  // from the snapshot to its return
    case FaultKind::clock_drift:
    case FaultKind::clock_skew:
      return kHour;
    default:
      return 15 * kSecond;
  }
}

constexpr Micros kJumpMax = 3 * kDay;
constexpr std::uint64_t kDriftMaxPpm = 2'000;
constexpr std::uint32_t kFlapsMax = 6;

bool needs_device(FaultKind kind) {
  const Family family = family_of(kind);
  return kind != FaultKind::reconnect_storm && kind != FaultKind::auth_unavailable &&
         family != Family::server && family != Family::byzantine;
}

// A malicious server shows everybody the past from here on, and makes them look.
void show_past(WorldState& world) {
  world.server.byzantine.show_past();
  std::vector<std::uint64_t> open;
  for (const auto& [id, link] : world.links) open.push_back(id);
  for (const std::uint64_t id : open) world.break_link(id, name(FaultKind::server_rolls_back));
}

}  // namespace

void WorldState::plan_timed_faults() {
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if (!is_timed(kind)) continue;
    for (std::uint32_t n = 0; n < config.faults[kind]; ++n) {
      if (needs_device(kind) && devices.empty()) continue;
      ++count(kind).armed;
      // Each occurrence is three decisions of its own ordinal, so that dropping one leaves the
      // rest.
      if (!tape.chance_at({occurs_site(kind), 0, n}, 1'000'000)) continue;
      const std::uint64_t when =
          tape.pick_at({when_site(kind), 0, n}, static_cast<std::uint64_t>(config.fault_phase_us));
      Occurrence occurrence;
      occurrence.kind = kind;
      occurrence.start_us = static_cast<Micros>(when);
      const std::uint64_t length =
          tape.pick_at({how_site(kind), 0, 4 * n}, static_cast<std::uint64_t>(longest(kind)));
      occurrence.length_us = 1 + static_cast<Micros>(length);
      if (needs_device(kind)) {
        const std::uint64_t target = tape.pick_at({how_site(kind), 0, 4 * n + 1}, devices.size());
        occurrence.device = {static_cast<std::uint32_t>(target)};
      }
      occurrence.parameter = tape.pick_at({how_site(kind), 0, 4 * n + 2}, 1u << 30);
      occurrences.push_back(occurrence);
      schedule(occurrence.start_us, TaskKind::fault_strikes, static_cast<std::uint32_t>(i),
               occurrences.size() - 1);
    }
  }
}

void WorldState::fault_strikes(std::size_t index) {
  Occurrence& occurrence = occurrences[index];
  if (phase != Phase::safety) return;
  occurrence.active = true;
  const NodeId node = needs_device(occurrence.kind) ? node_of(occurrence.device) : kServerNode;
  fired(occurrence.kind, node, std::to_string(occurrence.length_us) + " us");
  schedule(now_us + occurrence.length_us, TaskKind::fault_ends,
           static_cast<std::uint32_t>(occurrence.kind), index);
  switch (family_of(occurrence.kind)) {
    case Family::network:
    case Family::hostile:
      strike_network(occurrence);
      break;
    case Family::device:
    case Family::disk:
    case Family::clocks:
      strike_device(occurrence);
      break;
    case Family::server:
    case Family::byzantine:
      strike_server(occurrence);
      break;
  }
}

void WorldState::strike_network(Occurrence& occurrence) {
  const FaultKind kind = occurrence.kind;
  if (kind == FaultKind::reconnect_storm) {
    std::vector<std::uint64_t> ids;
    for (const auto& [id, link] : links) {
      if (link.stage == LinkStage::open && !link.broken) ids.push_back(id);
    }
    if (ids.size() > 1) had_effect(kind);
    for (const std::uint64_t id : ids) break_link(id, "storm");
    return;
  }
  if (kind == FaultKind::auth_unavailable) {
    for (AuthVerdict& verdict : server.auth) {
      if (verdict == AuthVerdict::accepted) verdict = AuthVerdict::unavailable;
    }
    return;
  }
  Device& host = device(occurrence.device);
  Link* link = link_of(occurrence.device);
  const bool connected = link != nullptr && link->stage == LinkStage::open && !link->broken;
  switch (kind) {
    case FaultKind::flapping:
      occurrence.repeats_left = 1 + static_cast<std::uint32_t>(occurrence.parameter % kFlapsMax);
      [[fallthrough]];
    case FaultKind::disconnect:
      if (connected) {
        had_effect(kind);
        break_link(link->id, name(kind));
      }
      break;
    case FaultKind::half_open:
      if (connected) {
        had_effect(kind);
        link->frozen = true;
      }
      break;
    case FaultKind::partition_up:
      host.network.up_blocked = true;
      if (connected) had_effect(kind);
      break;
    case FaultKind::partition_down:
      host.network.down_blocked = true;
      if (connected) had_effect(kind);
      break;
    case FaultKind::slow_reader:
      host.network.slow_reader = true;
      break;
    default:
      break;
  }
}

void WorldState::strike_device(Occurrence& occurrence) {
  const FaultKind kind = occurrence.kind;
  const DeviceId id = occurrence.device;
  Device& host = device(id);
  const std::uint64_t parameter = occurrence.parameter;
  const auto person = [&](const client::Event& event) {
    emit(node_of(id), is_person_event(event) ? EventKind::person : EventKind::lifecycle, 0, 0,
         event_name(event), {}, &event);
    step_device(id, event);
  };
  switch (kind) {
    case FaultKind::device_hidden:
      if (!host.running()) break;
      had_effect(kind);
      person(client::Hidden{});
      freeze(id, PowerState::paused);
      break;
    case FaultKind::device_pause:
    case FaultKind::device_suspend:
      if (!host.running()) break;
      had_effect(kind);
      freeze(id, kind == FaultKind::device_pause ? PowerState::paused : PowerState::suspended);
      break;
    case FaultKind::device_logout:
      if (!host.running()) break;
      had_effect(kind);
      host.unlocked = false;
      person(client::Locked{});
      break;
    case FaultKind::store_restored:
      host.storage.snapshot = host.storage.disk.durable();
      host.storage.has_snapshot = true;
      if (host.is_foreign()) host.port->keep_snapshot();
      break;
    case FaultKind::store_wiped:
      if (!host.storage.disk.durable().empty() || host.is_foreign()) had_effect(kind);
      replace_store(id, {}, "wiped");
      break;
    case FaultKind::store_cloned: {
      const auto copies = static_cast<std::uint32_t>(devices.size());
      if (host.config.account >= config.accounts.size() || copies >= cloned_devices_max) break;
      DeviceConfig twin = host.config;
      twin.powered_on = false;
      Disk::Rows rows = host.storage.disk.durable();
      if (!rows.empty() || host.is_foreign()) had_effect(kind);
      const DeviceId clone = add_device(twin);
      device(clone).storage.disk.replace(std::move(rows));
      if (device(id).is_foreign()) device(clone).port->copy_store_of(*device(id).port);
      emit(node_of(clone), EventKind::store_changed, device(clone).storage.disk.durable().size(), 0,
           "cloned");
      restart_later(clone, kSecond);
      break;
    }
    case FaultKind::disk_full:
      host.storage.full = true;
      if (host.is_foreign()) host.port->set_store_full(true);
      break;
    case FaultKind::bit_rot:
      if (host.storage.disk.flip_bit(parameter >> 16, parameter)) {
        had_effect(kind);
        emit(host.node, EventKind::store_changed, host.storage.disk.durable().size(), 0, "rotted");
        if (host.booted()) kill_device(id, 0, 0);  // nobody reads a row before the next boot
        restart_later(id, occurrence.length_us);
      }
      break;
    default:
      strike_clock(occurrence);
  }
}

void WorldState::strike_clock(const Occurrence& occurrence) {
  const FaultKind kind = occurrence.kind;
  const DeviceId id = occurrence.device;
  Device& host = device(id);
  const std::uint64_t parameter = occurrence.parameter;
  switch (kind) {
    case FaultKind::clock_jump_back:
    case FaultKind::clock_jump_forward:
    case FaultKind::clock_skew: {
      const auto size = static_cast<Micros>(1 + parameter * (kJumpMax >> 30));
      const bool back = kind == FaultKind::clock_jump_back ||
                        (kind == FaultKind::clock_skew && parameter % 2 == 1);
      host.clock.move_wall(now_us, back ? -size : size);
      host.wall_moved.push_back(kind);
      tell_clock(id, "jump");
      break;
    }
    case FaultKind::clock_drift: {
      const auto ppm = static_cast<std::int32_t>(parameter % (2 * kDriftMaxPpm)) -
                       static_cast<std::int32_t>(kDriftMaxPpm);
      const auto due = [&] {
        return host.next_timer_us ? host.clock.world_time_of(*host.next_timer_us) : std::nullopt;
      };
      const std::optional<Micros> before = due();
      host.clock.set_drift(now_us, ppm);
      if (host.running() && due() != before) had_effect(kind);  // a timer moved
      tell_clock(id, "drift");
      if (host.running()) arm_device_timer(id);
      break;
    }
    default:
      break;
  }
}

void WorldState::strike_server(Occurrence& occurrence) {
  const FaultKind kind = occurrence.kind;
  switch (kind) {
    case FaultKind::server_restart:
      if (!server.core || server.stopping) break;
      had_effect(kind);
      server.stopping = true;
      server.start_after_stop_us = occurrence.length_us / 4;
      emit(kServerNode, EventKind::power, 0, 0, "stopping");
      step_server(server::StopRequested{});
      break;
    case FaultKind::cache_evicted:
    case FaultKind::cache_hollowed: {
      if (!server.core) break;
      const std::vector<server::SlotFacts> slots = server.core->slots();
      if (slots.empty()) break;
      const server::SlotKey slot = slots[occurrence.parameter % slots.size()].slot;
      const bool hollow = kind == FaultKind::cache_hollowed;
      emit(kServerNode, EventKind::cache_struck, 0, 0, hollow ? "hollowed" : "evicted",
           slot.chat.text());
      const std::uint64_t which = occurrence.parameter % 3;
      if (hollow) {
        step_server(server::CacheHollowed{slot});
      } else {
        step_server(server::CacheEvicted{slot, which != 1, which != 2});
      }
      // What is pinned stays: only a cache that changed was struck.
      if (server.core && server.core->slots() != slots) had_effect(kind);
      break;
    }
    case FaultKind::cache_unavailable:
      server.cache_available = false;
      emit(kServerNode, EventKind::cache_struck, 0, 0, "unavailable");
      if (server.core) {
        had_effect(kind);
        step_server(server::CacheAvailability{false});
      }
      break;
    case FaultKind::backup_restored:
      server.backup = server.table;
      break;
    case FaultKind::server_rolls_back:
      server.byzantine.remember_present();
      break;
    default:
      break;
  }
}

void WorldState::fault_ends(std::size_t index) {
  Occurrence& occurrence = occurrences[index];
  if (!occurrence.active || phase != Phase::safety) return;
  const FaultKind kind = occurrence.kind;
  const DeviceId id = occurrence.device;
  if (occurrence.repeats_left > 0) {  // flapping
    --occurrence.repeats_left;
    Link* link = link_of(id);
    if (link != nullptr && link->stage == LinkStage::open && !link->broken) {
      break_link(link->id, "flapping");
    }
    schedule(now_us + occurrence.length_us, TaskKind::fault_ends, static_cast<std::uint32_t>(kind),
             index);
    return;
  }
  occurrence.active = false;
  const NodeId node = needs_device(kind) ? node_of(id) : kServerNode;
  emit(kWorldNode, EventKind::fault_ended, static_cast<std::uint64_t>(kind), node.value,
       name(kind));
  undo_fault(occurrence);
}

void WorldState::undo_fault(const Occurrence& occurrence) {
  const FaultKind kind = occurrence.kind;
  const DeviceId id = occurrence.device;
  switch (kind) {
    case FaultKind::half_open:
      // A path that froze either comes back or is found to be dead.
      if (Link* link = link_of(id); link != nullptr && link->frozen) {
        link->frozen = false;
        if (occurrence.parameter % 2 == 1) {
          break_link(link->id, "half open");
        } else {
          rearm_lanes(id);
        }
      }
      break;
    case FaultKind::partition_up:
      device(id).network.up_blocked = false;
      return rearm_lanes(id);
    case FaultKind::partition_down:
      device(id).network.down_blocked = false;
      rearm_lanes(id);
      break;
    case FaultKind::slow_reader:
      device(id).network.slow_reader = false;
      break;
    case FaultKind::auth_unavailable:
      for (AuthVerdict& verdict : server.auth) {
        if (verdict == AuthVerdict::unavailable) verdict = AuthVerdict::accepted;
      }
      break;
    case FaultKind::device_pause:
    case FaultKind::device_suspend:
    case FaultKind::device_hidden:
      thaw(id);
      if (kind == FaultKind::device_hidden && device(id).running()) {
        const client::Event shown = client::Shown{};
        emit(node_of(id), EventKind::person, 0, 0, "shown", {}, &shown);
        complete(id, shown);
      }
      break;
    case FaultKind::device_logout:
      if (device(id).booted() && !device(id).unlocked) unlock(id);
      break;
    case FaultKind::store_restored:
      if (!device(id).storage.has_snapshot) break;
      if (device(id).storage.disk.durable() != device(id).storage.snapshot ||
          device(id).is_foreign()) {
        had_effect(kind);
      }
      replace_store(id, device(id).storage.snapshot, "restored");
      break;
    case FaultKind::disk_full:
      device(id).storage.full = false;
      if (device(id).is_foreign()) device(id).port->set_store_full(false);
      break;
    case FaultKind::cache_unavailable:
      server.cache_available = true;
      emit(kServerNode, EventKind::cache_struck, 0, 0, "available");
      if (server.core) step_server(server::CacheAvailability{true});
      break;
    case FaultKind::backup_restored:
      restore_backup();
      break;
    case FaultKind::server_rolls_back:
      show_past(*this);
      break;
    default:
      break;
  }
}

void WorldState::restore_backup() {
  if (!server.backup) return;
  if (!(server.table == *server.backup)) had_effect(FaultKind::backup_restored);
  if (server.core) kill_server(0, 0);
  server.queries.clear();
  server.table = *server.backup;
  emit(kServerNode, EventKind::cache_struck, 0, 0, "database restored from a backup");
  if (!server.start_scheduled) {
    server.start_scheduled = true;
    schedule(now_us + kSecond, TaskKind::server_starts);
  }
}

}  // namespace dp::sim
