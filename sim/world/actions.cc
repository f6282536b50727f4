// The explicit actions of a World: what scenarios and people ask for by name.
#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "sim/world/state.h"

namespace dp::sim {

// ---- people -------------------------------------------------------------------------------------

bool World::act(DeviceId device, const client::Event& event) {
  WorldState& state = running();
  Device& host = state.device(device);
  if (!host.running()) return false;
  if (host.is_foreign() && host.port->is_closed()) {  // whoever comes back opens it again
    state.kill_device(device, 0, 0);
    state.boot(device);
    if (!state.device(device).running()) return false;
  }
  if (std::holds_alternative<client::Locked>(event)) return logout(device);
  if (std::holds_alternative<client::Unlocked>(event)) return login(device);
  if (const auto* hint = std::get_if<client::NetHint>(&event)) {
    state.emit(host.node, EventKind::lifecycle, 0, 0,
               hint->online ? "net_hint_up" : "net_hint_down", {}, &event);
    state.step_device(device, event);
    return true;
  }
  if (!is_person_event(event)) return false;
  std::string chat;
  std::string_view bytes;
  if (const auto* edited = std::get_if<client::Edited>(&event)) bytes = edited->text;
  if (const auto* opened = std::get_if<client::ChatOpened>(&event)) chat = opened->chat.text();
  if (const auto* deleted = std::get_if<client::ChatDeletePressed>(&event)) {
    chat = deleted->chat.text();
  }
  if (!chat.empty()) bytes = chat;
  state.emit(host.node, EventKind::person, 0, 0, event_name(event), bytes, &event);
  state.step_device(device, event);
  return true;
}

// ---- devices ------------------------------------------------------------------------------------

DeviceId World::add_device(const DeviceConfig& config) {
  WorldState& state = running();
  DeviceConfig off = config;
  off.powered_on = false;
  const DeviceId id = state.add_device(off);
  if (config.powered_on) state.boot(id);
  return id;
}
bool World::power_on(DeviceId device) {
  WorldState& state = running();
  if (state.device(device).booted() || state.device(device).retired) return false;
  state.boot(device);
  return true;
}
bool World::crash(DeviceId device) {
  WorldState& state = running();
  if (!state.device(device).booted()) return false;
  state.kill_device(device, 0, 0);
  return true;
}
bool World::call_off_restart(DeviceId device) {
  Device& host = running().device(device);
  if (!host.boot_scheduled || host.booted()) return false;
  host.boot_scheduled = false;
  ++host.incarnation;  // that start was of another process
  return true;
}
void World::crash_after_effects(DeviceId device, std::uint32_t count) {
  running().device(device).crash_countdown = count;
}
bool World::set_power(DeviceId device, PowerState power) {
  WorldState& state = running();
  if (!state.device(device).booted()) return false;
  switch (power) {
    case PowerState::off:
      state.kill_device(device, 0, 0);
      break;
    case PowerState::running:
      state.thaw(device);
      break;
    case PowerState::paused:
    case PowerState::suspended:
      state.freeze(device, power);
      break;
  }
  return true;
}
bool World::logout(DeviceId device) {
  WorldState& state = running();
  Device& host = state.device(device);
  if (!host.running()) return false;
  host.unlocked = false;
  const client::Event event = client::Locked{};
  state.emit(host.node, EventKind::lifecycle, 0, 0, "locked", {}, &event);
  state.step_device(device, event);
  return true;
}
bool World::login(DeviceId device) {
  WorldState& state = running();
  if (!state.device(device).running()) return false;
  state.unlock(device);
  return true;
}
void World::set_seal_delay(DeviceId device, Micros delay_us) {
  running().device(device).seal_delay_us = delay_us;
  if (port(device) != nullptr) state_->hold_port(device);
}
PowerState World::power(DeviceId device) const {
  return state_->device(device).power;
}

// ---- networks -----------------------------------------------------------------------------------

void World::set_online(DeviceId device, bool online, bool hint) {
  WorldState& state = running();
  Device& host = state.device(device);
  host.network.online = online;
  if (!online && host.link != 0) state.break_link(host.link, "offline");
  if (!hint || !state.device(device).booted()) return;
  const client::Event event = client::NetHint{online};
  state.emit(node_of(device), EventKind::lifecycle, 0, 0, online ? "net_hint_up" : "net_hint_down",
             {}, &event);
  state.complete(device, event);
}
void World::disconnect(DeviceId device) {
  WorldState& state = running();
  if (state.device(device).link != 0) state.break_link(state.device(device).link, "disconnect");
}
void World::disconnect_all() {
  WorldState& state = running();
  std::vector<std::uint64_t> ids;
  for (const auto& [id, link] : state.links) ids.push_back(id);
  for (const std::uint64_t id : ids) state.break_link(id, "storm");
}
void World::set_partition(DeviceId device, bool up_blocked, bool down_blocked) {
  WorldState& state = running();
  state.device(device).network.up_blocked = up_blocked;
  state.device(device).network.down_blocked = down_blocked;
  state.rearm_lanes(device);
}
void World::set_half_open(DeviceId device, bool frozen) {
  WorldState& state = running();
  Link* link = state.link_of(device);
  if (link == nullptr) return;
  link->frozen = frozen;
  state.rearm_lanes(device);
}
void World::set_slow_reader(DeviceId device, bool slow) {
  WorldState& state = running();
  state.device(device).network.slow_reader = slow;
  state.rearm_lanes(device);
}
void World::set_refusing(DeviceId device, bool refusing) {
  running().device(device).network.refusing = refusing;
}
void World::set_network(DeviceId device, const NetworkProfile& profile) {
  running().device(device).network.profile = profile;
}
void World::set_hostile(DeviceId device, const HostileProfile& profile) {
  running().device(device).network.hostile = profile;
}
void World::cut_at(DeviceId device, Direction direction, std::string frame_type) {
  running().device(device).network.cuts.push_back({direction, std::move(frame_type)});
}
void World::hold_at(DeviceId device, Direction direction, std::string frame_type) {
  running().device(device).network.holds.push_back({direction, std::move(frame_type)});
}
void World::release_held(DeviceId device) {
  WorldState& state = running();
  state.device(device).network.holds.clear();
  state.release_lanes(device);
}
void World::set_auth(std::size_t account, AuthVerdict verdict) {
  running().server.auth[account] = verdict;
}
bool World::forge(DeviceId receiver, std::string text) {
  WorldState& state = running();
  Link* link = state.link_of(receiver);
  if (link == nullptr || link->stage != LinkStage::open || link->broken) return false;
  InFlight frame;
  frame.text = std::move(text);
  frame.sent_us = state.now_us;
  frame.due_us = state.now_us;
  frame.forged = true;
  state.queue_frame(*link, Direction::down, std::move(frame));
  return true;
}
bool World::forge_to_server(DeviceId sender, std::string text) {
  WorldState& state = running();
  Link* link = state.link_of(sender);
  if (link == nullptr || link->stage != LinkStage::open || link->broken) return false;
  InFlight frame;
  frame.text = std::move(text);
  frame.sent_us = state.now_us;
  frame.due_us = state.now_us;
  frame.forged = true;
  state.queue_frame(*link, Direction::up, std::move(frame));
  return true;
}
void World::set_rewrite(DeviceId device, Direction direction, Rewrite rewrite) {
  DeviceNetwork& network = running().device(device).network;
  (direction == Direction::up ? network.rewrite_up : network.rewrite_down) = std::move(rewrite);
}

// ---- disks --------------------------------------------------------------------------------------

void World::set_write_delay(DeviceId device, Micros delay_us) {
  running().device(device).storage.write_delay_us = delay_us;
  if (port(device) != nullptr) state_->hold_port(device);
}
void World::fail_writes(DeviceId device, std::uint32_t count) {
  running().device(device).storage.fail_next = count;
  if (port(device) != nullptr) port(device)->fail_writes(count);
}
void World::set_disk_full(DeviceId device, bool full) {
  running().device(device).storage.full = full;
  if (port(device) != nullptr) port(device)->set_store_full(full);
}
void World::lose_unsynced_on_crash(DeviceId device, bool lose, bool torn) {
  DiskState& storage = running().device(device).storage;
  storage.lose_unsynced = lose;
  storage.torn = torn;
}
bool World::rot(DeviceId device, std::size_t row, std::size_t bit) {
  WorldState& state = running();
  Device& host = state.device(device);
  if (!host.storage.disk.flip_bit(row, bit)) return false;
  state.emit(host.node, EventKind::store_changed, host.storage.disk.durable().size(), 0, "rotted");
  return true;
}
void World::snapshot_store(DeviceId device) {
  DiskState& storage = running().device(device).storage;
  storage.snapshot = storage.disk.durable();
  storage.has_snapshot = true;
  if (port(device) != nullptr) port(device)->keep_snapshot();
}
bool World::restore_store(DeviceId device) {
  WorldState& state = running();
  if (!state.device(device).storage.has_snapshot) return false;
  state.replace_store(device, state.device(device).storage.snapshot, "restored");
  return true;
}
bool World::restore_row(DeviceId device, std::size_t row) {
  WorldState& state = running();
  const DiskState& storage = state.device(device).storage;
  if (!storage.has_snapshot) return false;
  // A row is kept in two places by turns, under its id and a number behind a dot.
  const auto id_of = [](const auto& place) { return place.first.substr(0, place.first.find('.')); };
  std::set<std::string> ids;
  for (const auto& place : storage.disk.durable()) ids.insert(id_of(place));
  if (row >= ids.size()) return false;
  const std::string id = *std::next(ids.begin(), static_cast<std::ptrdiff_t>(row));
  Disk::Rows rows = storage.disk.durable();
  std::erase_if(rows, [&](const auto& place) { return id_of(place) == id; });
  for (const auto& place : storage.snapshot) {
    if (id_of(place) == id) rows.insert(place);
  }
  state.replace_store(device, std::move(rows), "restored");
  return true;
}
bool World::wipe_store(DeviceId device) {
  running().replace_store(device, {}, "wiped");
  return true;
}
bool World::clone_store(DeviceId from, DeviceId to) {
  WorldState& state = running();
  if (from == to || account_of(from) != account_of(to)) return false;
  if ((port(from) == nullptr) != (port(to) == nullptr)) return false;
  if (port(to) != nullptr) {
    const auto copy = [&](ClientPort& one) { return one.copy_store_of(*port(from)); };
    return state.replace_port_store(to, copy, "cloned");
  }
  state.replace_store(to, state.device(from).storage.disk.durable(), "cloned");
  return true;
}

// ---- clocks -------------------------------------------------------------------------------------

void World::jump_wall(DeviceId device, Micros delta_us) {
  WorldState& state = running();
  state.device(device).clock.move_wall(state.now_us, delta_us);
  state.tell_clock(device, "jump");
}
void World::set_drift(DeviceId device, std::int32_t drift_ppm) {
  WorldState& state = running();
  state.device(device).clock.set_drift(state.now_us, drift_ppm);
  state.tell_clock(device, "drift");
  if (state.device(device).running()) state.arm_device_timer(device);
}
void World::jump_server_wall(Micros delta_us) {
  WorldState& state = running();
  state.server.clock.move_wall(state.now_us, delta_us);
  state.emit(kServerNode, EventKind::clock_changed, static_cast<std::uint64_t>(delta_us), 0,
             "jump");
}

// ---- the server ---------------------------------------------------------------------------------

bool World::crash_server() {
  WorldState& state = running();
  if (!state.server.core) return false;
  state.kill_server(0, 0);
  return true;
}
void World::crash_server_after_effects(std::uint32_t count) {
  running().server.crash_countdown = count;
}
bool World::start_server() {
  WorldState& state = running();
  if (state.server.core) return false;
  state.start_server();
  return true;
}
bool World::stop_server() {
  WorldState& state = running();
  if (!state.server.core || state.server.stopping) return false;
  state.server.stopping = true;
  state.emit(kServerNode, EventKind::power, 0, 0, "stopping");
  state.step_server(server::StopRequested{});
  return true;
}
bool World::server_running() const {
  return state_->server.core.has_value();
}
void World::set_server_config(const server::Config& config) {
  running().server.config = config;
}
void World::evict(const server::SlotKey& slot, bool record, bool counter) {
  WorldState& state = running();
  state.emit(kServerNode, EventKind::cache_struck, record ? 1 : 0, counter ? 1 : 0, "evicted",
             slot.chat.text());
  state.step_server(server::CacheEvicted{slot, record, counter});
}
void World::hollow(const server::SlotKey& slot) {
  WorldState& state = running();
  state.emit(kServerNode, EventKind::cache_struck, 0, 0, "hollowed", slot.chat.text());
  state.step_server(server::CacheHollowed{slot});
}
void World::set_cache_available(bool available) {
  WorldState& state = running();
  state.server.cache_available = available;
  state.emit(kServerNode, EventKind::cache_struck, 0, 0, available ? "available" : "unavailable");
  state.step_server(server::CacheAvailability{available});
}
void World::set_database_answers(bool answers) {
  running().server.database_answers = answers;
}

void World::set_database_available(bool available) {
  running().server.database_available = available;
}
void World::set_database_latency(Micros min_us, Micros max_us) {
  ServerHost& host = running().server;
  host.database_latency_min_us = min_us;
  host.database_latency_max_us = std::max(min_us, max_us);
}
void World::seed_chat(std::size_t account, const ChatId& chat, std::uint64_t messages) {
  server::DatabaseTable& table = state_->server.table;
  const server::SlotKey slot{account_id(account), chat};
  for (std::uint64_t i = 0; i < messages; ++i) {
    server::StoreMessage message;
    message.slot = slot;
    message.message = MessageId{"seeded-" + std::to_string(i)};
    message.content = "c2VlZGVk";
    table.execute(message);
  }
}
void World::hold_jobs(bool held) {
  WorldState& state = running();
  state.server.hold_jobs = held;
  if (!held) state.release_jobs();
}
void World::lose_held_jobs() {
  ServerHost& host = running().server;
  for (const std::uint64_t ticket : host.held_jobs) host.jobs.erase(ticket);
  host.held_jobs.clear();
}
void World::duplicate_jobs(bool twice) {
  running().server.duplicate_jobs = twice;
}
void World::reverse_held_jobs() {
  ServerHost& host = running().server;
  std::reverse(host.held_jobs.begin(), host.held_jobs.end());
}
void World::backup_database() {
  ServerHost& host = running().server;
  host.backup = host.table;
}
bool World::restore_backup() {
  WorldState& state = running();
  if (!state.server.backup) return false;
  state.restore_backup();
  state.start_server();
  return true;
}

}  // namespace dp::sim
