#include <algorithm>
#include <utility>

#include "sim/world/cipher_tap.h"
#include "sim/world/state.h"

namespace dp::sim {

namespace {

constexpr Micros kRestartMin = 20 * kMillisecond;
constexpr Micros kRestartMax = 20 * kSecond;
constexpr Micros kSlowCipherMax = 3 * kSecond;
constexpr Micros kSlowWriteMax = 5 * kSecond;
constexpr std::uint32_t kCrashFactorWhileWriting = 30;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::string joined(const std::vector<std::string>& arguments) {
  std::string out;
  for (const std::string& argument : arguments) {
    if (!out.empty()) out += '\t';
    out += argument;
  }
  return out;
}

}  // namespace

DeviceId WorldState::add_device(const DeviceConfig& device_config) {
  const DeviceId id{static_cast<std::uint32_t>(devices.size())};
  Device host;
  host.config = device_config;
  host.config.client.account = accounts[device_config.account];
  host.config.client.suite = config.accounts[device_config.account].suite;
  host.node = node_of(id);
  host.clock = NodeClock(now_us, config.wall_start_us + now_us + device_config.clock.wall_skew_us,
                         device_config.clock.drift_ppm);
  host.network.profile = device_config.network.value_or(config.network);
  host.network.hostile = config.hostile;
  host.network.online = device_config.online;
  host.storage.write_delay_us = device_config.write_delay_us;
  host.seal_delay_us = device_config.seal_delay_us;
  add_port(host, id);
  devices.push_back(std::move(host));
  if (device_config.powered_on) {
    devices.back().boot_scheduled = true;
    schedule(now_us, TaskKind::device_boots, id.index, 0, 0);
  }
  return id;
}

void WorldState::boot(DeviceId id) {
  Device& host = device(id);
  host.boot_scheduled = false;
  if (host.booted() || host.retired) return;
  host.power = PowerState::running;
  if (host.clock.suspended()) host.clock.resume(now_us);
  ++host.boot;
  if (host.is_foreign()) return boot_port(id);
  if (config.accounts[host.config.account].dialect == Dialect::sealed) {
    host.core.emplace<client::Client>(host.config.client);
  } else {
    host.core.emplace<FieldClient>(host.config.client);
  }
  client::StoreOpened opened{host.storage.disk.rows_at_boot(), host.boot};
  emit(host.node, EventKind::boot, host.boot, opened.rows.size());
  // How old something is that an earlier boot learned is the one thing wall clocks are asked for.
  for (const FaultKind kind : std::exchange(host.wall_moved, {})) {
    if (!opened.rows.empty()) had_effect(kind);
  }
  const std::uint32_t incarnation = host.incarnation;
  step_device(id, opened);
  if (!device(id).network.online && device(id).incarnation == incarnation) {
    const client::Event hint = client::NetHint{false};
    emit(node_of(id), EventKind::lifecycle, 0, 0, "net_hint_down", {}, &hint);
    step_device(id, hint);
  }
  if (device(id).incarnation == incarnation) unlock(id);
}

void WorldState::unlock(DeviceId id) {
  Device& host = device(id);
  host.unlocked = true;
  const client::Event event = client::Unlocked{keys.key(host.config.account)};
  emit(host.node, EventKind::lifecycle, 0, 0, "unlocked", {}, &event);
  step_device(id, event);
}

void WorldState::step_device(DeviceId id, const client::Event& event) {
  Device& host = device(id);
  if (!host.booted()) return;
  if (host.is_foreign()) return step_port(id, event);
  CoreRandom random(config.seed, host.node.value, host.draws);
  CipherTap tap(*this, host.node);
  crypto::RecordingCipher cipher(keys.cipher(), tap);
  crypto::RecordingFieldSealer sealer(keys.field_sealer(), tap);
  const Now now = host.clock.at(now_us);
  client::Outcome outcome;
  if (auto* sealed = std::get_if<client::Client>(&host.core)) {
    client::Environment environment{now, random, cipher};
    outcome = sealed->step(event, environment);
  } else {
    FieldEnvironment environment{now, random, cipher, sealer};
    outcome = std::get<FieldClient>(host.core).step(event, environment);
  }
  host.next_timer_us = outcome.next_timer_us;
  host.idle = outcome.idle;
  perform(id, outcome);
  if (device(id).booted()) arm_device_timer(id);
}

void WorldState::perform(DeviceId id, const client::Outcome& outcome) {
  for (std::size_t i = 0; i < outcome.effects.size(); ++i) {
    if (crash_now(device(id))) {
      kill_device(id, i, outcome.effects.size() - i);
      return;
    }
    perform_effect(id, outcome.effects[i]);
  }
}

bool WorldState::crash_now(Device& host) {
  if (host.crash_countdown) {
    if (*host.crash_countdown == 0) {
      host.crash_countdown.reset();
      return true;
    }
    --*host.crash_countdown;
  }
  const std::uint32_t factor = host.storage.disk.cached_writes() > 0 ? kCrashFactorWhileWriting : 1;
  if (!strikes(FaultKind::device_crash, host.node, factor)) return false;
  had_effect(FaultKind::device_crash);
  const std::uint64_t delay = tape.pick(how_site(FaultKind::device_crash), host.node.value,
                                        static_cast<std::uint64_t>(kRestartMax));
  host.restart_after_us = kRestartMin + static_cast<Micros>(delay);
  return true;
}

void WorldState::restart_later(DeviceId id, Micros delay_us) {
  Device& host = device(id);
  host.boot_scheduled = true;
  schedule(now_us + delay_us, TaskKind::device_boots, id.index, 0, host.incarnation);
}

void WorldState::damage_disk(Device& host) {
  Disk& disk = host.storage.disk;
  const std::size_t puts = disk.cached_puts();
  if (puts == 0) return;
  Disk::CrashDamage damage{puts, std::nullopt};
  const bool lose = host.storage.lose_unsynced || strikes(FaultKind::lost_unsynced, host.node);
  if (lose) {
    damage.puts_kept = puts - 1 - tape.pick(kUnsyncedKeptSite, host.node.value, puts);
  }
  const bool tear =
      damage.puts_kept > 0 && (host.storage.torn || strikes(FaultKind::torn_write, host.node));
  if (tear) {
    const std::size_t size = disk.cached_put_bytes(damage.puts_kept - 1);
    if (size > 0) {
      damage.torn_bytes = tape.pick(how_site(FaultKind::torn_write), host.node.value, size);
      had_effect(FaultKind::torn_write);
    }
  }
  const std::size_t lost = disk.crash(damage);
  if (lost > 0) had_effect(FaultKind::lost_unsynced);
  emit(host.node, EventKind::store_changed, disk.durable().size(), lost,
       damage.torn_bytes ? "torn" : "crashed");
}

void WorldState::kill_device(DeviceId id, std::size_t performed, std::size_t lost) {
  Device& host = device(id);
  emit(host.node, EventKind::crash, performed, lost);
  host.core.emplace<std::monostate>();
  if (host.is_foreign()) host.port->kill();
  host.releases_under_way = 0;
  ++host.incarnation;
  host.power = PowerState::off;
  host.waiting.clear();
  host.unlocked = false;
  host.seals_under_way = 0;
  host.next_timer_us.reset();
  host.crash_countdown.reset();
  queue.arm(1 + id.index, std::nullopt, {});
  damage_disk(host);
  host.storage.last_due_us = 0;
  if (host.link != 0) device_end_gone(host.link);
  if (host.restart_after_us) {
    restart_later(id, *host.restart_after_us);
    host.restart_after_us.reset();
  }
}

void WorldState::replace_store(DeviceId id, Disk::Rows rows, std::string_view why) {
  if (device(id).is_foreign()) {
    const bool wipe = why == "wiped";
    const auto replace = [&](ClientPort& port) {
      return wipe ? port.wipe() : port.put_snapshot_back();
    };
    replace_port_store(id, replace, why);
    return;
  }
  if (device(id).booted()) kill_device(id, 0, 0);
  Device& host = device(id);
  host.storage.disk.replace(std::move(rows));
  emit(host.node, EventKind::store_changed, host.storage.disk.durable().size(), 0, why);
  if (!host.retired) boot(id);
}

void WorldState::tell_clock(DeviceId id, std::string_view why) {
  const Device& host = device(id);
  const Micros offset = host.clock.at(now_us).wall_us - config.wall_start_us - now_us;
  emit(host.node, EventKind::clock_changed, static_cast<std::uint64_t>(offset),
       static_cast<std::uint64_t>(host.clock.drift_ppm()), why);
}

void WorldState::perform_effect(DeviceId id, const client::Effect& effect) {
  const NodeId node = node_of(id);
  std::visit(Overloaded{
                 [&](const client::ConnOpen& one) { ask_connection(id, one.epoch); },
                 [&](const client::ConnSend& one) { send_up(id, one.epoch, one.text); },
                 [&](const client::ConnClose& one) { close_by_device(id, one.epoch, one.code); },
                 [&](const client::StoreWrite& one) { begin_write(id, one); },
                 [&](const client::SealTurn& one) {
                   Device& host = device(id);
                   emit(node, EventKind::seal_turn, one.seal.value, 0);
                   Micros delay = host.seal_delay_us;
                   if (strikes(FaultKind::slow_cipher, node)) {
                     had_effect(FaultKind::slow_cipher);
                     delay += 1 + static_cast<Micros>(tape.pick(how_site(FaultKind::slow_cipher),
                                                                node.value, kSlowCipherMax));
                   }
                   ++host.seals_under_way;
                   schedule(now_us + delay, TaskKind::seal_came, id.index, one.seal.value,
                            host.incarnation);
                 },
                 [&](const client::EditorReplaced& one) {
                   emit(node, EventKind::editor_replaced, 0, 0, one.chat.text(), one.text, &effect);
                 },
                 [&](const client::PreviewInvalidated& one) {
                   emit(node, EventKind::preview_invalidated, 0, 0, one.chat.text(), {}, &effect);
                 },
                 [&](const client::DraftAnnounced& one) {
                   emit(node, EventKind::draft_announced, 0, 0, one.chat.text(), {}, &effect);
                 },
                 [&](const client::ChatListChanged&) {
                   emit(node, EventKind::chat_list_changed, 0, 0, {}, {}, &effect);
                 },
                 [&](const client::Notice& one) {
                   const std::string chat = one.chat ? one.chat->text() : std::string();
                   emit(node, EventKind::notice, static_cast<std::uint64_t>(one.kind), 0,
                        one.detail, chat, &one);
                 },
                 [&](const client::Log& one) {
                   emit(node, EventKind::log, 0, 0, one.message, joined(one.arguments), &one);
                 },
             },
             effect);
}

void WorldState::begin_write(DeviceId id, const client::StoreWrite& write) {
  Device& host = device(id);
  DiskState& storage = host.storage;
  emit(host.node, EventKind::store_write, write.write.value, write.puts.size(), {}, {}, &write);
  Micros delay = storage.write_delay_us;
  if (strikes(FaultKind::slow_write, host.node)) {
    had_effect(FaultKind::slow_write);
    delay += 1 + static_cast<Micros>(
                     tape.pick(how_site(FaultKind::slow_write), host.node.value, kSlowWriteMax));
  }
  const Micros due = std::max(now_us + delay, storage.last_due_us);
  storage.last_due_us = due;
  std::string_view failure;
  if (storage.full) {
    failure = "disk full";
  } else if (storage.fail_next > 0) {
    --storage.fail_next;
    failure = "write failed";
  } else if (strikes(FaultKind::failed_write, host.node)) {
    had_effect(FaultKind::failed_write);
    failure = "write failed";
  }
  if (!failure.empty()) {
    if (storage.full) had_effect(FaultKind::disk_full);
    emit(host.node, EventKind::store_failed, write.write.value, 0, failure);
    schedule(due, TaskKind::store_synced, id.index, write.write.value + 1, host.incarnation);
    return;
  }
  for (const client::StorePut& put : write.puts) {
    emit(host.node, EventKind::store_put, write.write.value, put.value ? 0 : 1, put.key,
         put.value ? as_text(*put.value) : std::string_view());
  }
  storage.disk.accept(write);
  schedule(due, TaskKind::store_synced, id.index, 0, host.incarnation);
}

// `id` of the task: 0 for the oldest cached write, else 1 + the id of a write that failed.
void WorldState::finish_write(DeviceId id) {
  Device& host = device(id);
  if (crash_now(host)) {
    kill_device(id, 0, 0);
    return;
  }
  const std::optional<WriteId> write = host.storage.disk.sync_oldest();
  if (!write) return;
  emit(host.node, EventKind::store_synced, write->value);
  complete(id, client::StoreWritten{*write, true});
}

void WorldState::complete(DeviceId id, client::Event event) {
  Device& host = device(id);
  if (!host.booted()) return;
  if (host.power == PowerState::running && host.waiting.empty()) {
    step_device(id, event);
    return;
  }
  host.waiting.push_back(std::move(event));
}

void WorldState::deliver_waiting(DeviceId id) {
  Device& host = device(id);
  if (!host.running() || host.waiting.empty()) return;
  const client::Event event = std::move(host.waiting.front());
  host.waiting.pop_front();
  if (!host.waiting.empty()) {
    schedule(now_us, TaskKind::completion, id.index, 0, host.incarnation);
  }
  step_device(id, event);
  if (device(id).running() && device(id).waiting.empty()) rearm_lanes(id);
}

void WorldState::arm_device_timer(DeviceId id) {
  const Device& host = device(id);
  std::optional<Micros> at;
  if (host.running() && host.next_timer_us) at = host.clock.world_time_of(*host.next_timer_us);
  if (at) at = std::max(*at, now_us);
  queue.arm(1 + id.index, at, {static_cast<std::uint16_t>(TaskKind::device_timer), id.index, 0, 0});
}

void WorldState::freeze(DeviceId id, PowerState state) {
  Device& host = device(id);
  if (!host.booted()) return;
  const bool was_suspended = host.power == PowerState::suspended;
  host.power = state;
  if (state == PowerState::suspended && !was_suspended) host.clock.suspend(now_us);
  if (state != PowerState::suspended && was_suspended) host.clock.resume(now_us);
  emit(host.node, EventKind::power, static_cast<std::uint64_t>(state), 0,
       state == PowerState::suspended ? "suspended" : "paused");
  queue.arm(1 + id.index, std::nullopt, {});
}

void WorldState::thaw(DeviceId id) {
  Device& host = device(id);
  if (!host.booted() || host.power == PowerState::running) return;
  if (host.power == PowerState::suspended) host.clock.resume(now_us);
  host.power = PowerState::running;
  emit(host.node, EventKind::power, static_cast<std::uint64_t>(PowerState::running), 0, "running");
  if (!host.waiting.empty()) {
    schedule(now_us, TaskKind::completion, id.index, 0, host.incarnation);
  } else {
    rearm_lanes(id);
  }
  arm_device_timer(id);
}

}  // namespace dp::sim
