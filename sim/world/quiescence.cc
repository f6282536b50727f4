#include <algorithm>

#include "sim/world/state.h"

namespace dp::sim {

namespace {

client::Connection connection_of(const Device& host) {
  if (host.is_foreign()) return host.port->view().connection;
  if (const auto* sealed = std::get_if<client::Client>(&host.core)) {
    return sealed->connection();
  }
  return std::get<FieldClient>(host.core).view().connection;
}

std::string pending_of(const Device& host, Micros now_us) {
  if (host.is_foreign()) return host.port->pending(host.clock.at(now_us));
  if (const auto* sealed = std::get_if<client::Client>(&host.core)) return sealed->pending();
  return std::get<FieldClient>(host.core).pending();
}

// A process that is paused or suspended does nothing until somebody lets it go on, and what arrives
// for it waits: it is at rest.
bool is_frozen(const Device& host) {
  return host.booted() && host.power != PowerState::running;
}

bool asks_for_connection(std::string_view reason) {
  return reason.starts_with("a connection") || reason.starts_with("the connection");
}

}  // namespace

// Whether frames may have been withheld or changed inside a connection. Whoever was lied to has no
// reason to ask again until it connects again.
bool WorldState::adversary_was_here() const {
  if (remembers_frames) return true;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if (family_of(kind) == Family::hostile && counts[i].fired > 0) return true;
  }
  return std::any_of(devices.begin(), devices.end(), [](const Device& host) {
    return host.network.rewrite_up || host.network.rewrite_down;
  });
}

void WorldState::end_all_faults() {
  for (Occurrence& occurrence : occurrences) occurrence.active = false;
  server.cache_available = true;
  server.database_available = true;
  server.database_answers = true;
  server.hold_jobs = false;
  server.duplicate_jobs = false;
  server.crash_countdown.reset();
  server.database_latency_min_us = config.database.latency_min_us;
  server.database_latency_max_us = config.database.latency_max_us;
  for (AuthVerdict& verdict : server.auth) {
    if (verdict == AuthVerdict::unavailable) verdict = AuthVerdict::accepted;
  }
  remembers_frames = false;
  for (Device& host : devices) {
    host.crash_countdown.reset();
    host.network.up_blocked = false;
    host.network.down_blocked = false;
    host.network.slow_reader = false;
    host.network.refusing = false;
    host.network.hostile = {};
    host.network.cuts.clear();
    host.network.holds.clear();
    host.network.rewrite_up = nullptr;
    host.network.rewrite_down = nullptr;
    host.storage.full = false;
    host.storage.fail_next = 0;
    host.storage.lose_unsynced = false;
    host.storage.torn = false;
    if (!host.is_foreign()) continue;
    host.port->set_store_full(false);
    host.port->fail_writes(0);
  }
  for (auto& [id, link] : links) {
    link.frozen = false;
    link.up.waits = false;
    link.down.waits = false;
  }
}

void WorldState::heal(const std::vector<DeviceId>& core) {
  set_phase(Phase::heal);
  const bool connect_again = adversary_was_here();
  end_all_faults();
  if (connect_again) {
    std::vector<std::uint64_t> open;
    for (const auto& [id, link] : links) open.push_back(id);
    for (const std::uint64_t id : open) break_link(id, "the adversary left");
  }
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const DeviceId id{static_cast<std::uint32_t>(i)};
    if (std::find(core.begin(), core.end(), id) != core.end()) continue;
    if (device(id).booted()) kill_device(id, 0, 0);
    device(id).retired = true;
  }
  if (server.stopping && server.core) {
    if (!server.start_after_stop_us) server.start_after_stop_us = 0;
  } else if (!server.core) {
    start_server();
  } else {
    emit(kServerNode, EventKind::cache_struck, 0, 0, "available");
    step_server(server::CacheAvailability{true});
  }
  release_jobs();
  for (const DeviceId id : core) {
    if (device(id).retired) continue;
    if (device(id).is_foreign() && device(id).booted() && device(id).port->is_closed()) {
      kill_device(id, 0, 0);
    }
    if (!device(id).booted()) {
      if (device(id).boot == 0 && !device(id).boot_scheduled) continue;  // was never switched on
      device(id).network.online = true;
      boot(id);
      continue;
    }
    thaw(id);
    if (!device(id).unlocked) unlock(id);
    if (!device(id).network.online) {
      device(id).network.online = true;
      const client::Event hint = client::NetHint{true};
      emit(node_of(id), EventKind::lifecycle, 0, 0, "net_hint_up", {}, &hint);
      complete(id, hint);
    }
    rearm_lanes(id);
    if (device(id).running()) arm_device_timer(id);
  }
}

bool WorldState::settled() const {
  if (!server.core || server.stopping || server.start_scheduled) return false;
  if (!server.queries.empty() || (!server.jobs.empty() && !server.hold_jobs)) return false;
  for (const auto& [id, link] : links) {
    if (link.stage == LinkStage::asked || link.broken) return false;
    if (!link.up.queue.empty()) return false;
    if (!link.down.queue.empty() && !is_frozen(device(link.device))) return false;
  }
  for (const Device& host : devices) {
    if (host.retired) continue;
    if (host.boot_scheduled) return false;
    if (!host.booted()) continue;
    if (host.storage.disk.cached_writes() > 0) return false;
    if (is_frozen(host)) continue;
    if (!host.waiting.empty() || host.seals_under_way > 0) return false;
  }
  return pending().empty();
}

std::string WorldState::pending() const {
  if (livelocked) return "the world makes no progress: too many events, at one instant or in all";
  if (!server.core) return "the server is down";
  if (server.stopping) return "the server is stopping: " + server.core->pending();
  if (!server.queries.empty()) {
    return std::to_string(server.queries.size()) + " database requests are under way";
  }
  // What a caller holds back on purpose is not going on; heal ends it.
  if (!server.jobs.empty() && !server.hold_jobs) {
    return std::to_string(server.jobs.size()) + " persistence jobs are queued";
  }
  for (const Device& host : devices) {
    if (host.retired) continue;
    const std::string device_name = node_name(host.node);
    if (host.boot_scheduled) return device_name + " is about to start";
    if (!host.booted()) continue;
    if (host.storage.disk.cached_writes() > 0) return device_name + " is writing to its disk";
    if (is_frozen(host)) continue;
    if (host.is_foreign() && host.port->is_closed()) continue;
    if (host.seals_under_way > 0) return device_name + " waits for its cipher";
    if (host.releases_under_way > 0) return device_name + " waits for its disk or its cipher";
    const std::string reason = pending_of(host, now_us);
    // Without a network, waiting for one is rest; a pause in typing or a write is not.
    const bool cut_off = !host.network.online && asks_for_connection(reason);
    if (!reason.empty() && !cut_off) return device_name + ": " + reason;
    const client::Connection connection = connection_of(host);
    if (host.unlocked && host.network.online && connection != client::Connection::online &&
        connection != client::Connection::signed_out) {
      return device_name + " is not connected yet";
    }
  }
  for (const auto& [id, link] : links) {
    const bool down_waits = !link.down.queue.empty() && !is_frozen(device(link.device));
    if (!link.up.queue.empty() || down_waits) {
      return "frames are under way on link " + std::to_string(id);
    }
    if (link.broken || link.stage == LinkStage::asked) {
      return "link " + std::to_string(id) + " is changing";
    }
  }
  const std::string reason = server.core->pending();
  if (!reason.empty() && !server.hold_jobs) return "server: " + reason;
  return {};
}

}  // namespace dp::sim
