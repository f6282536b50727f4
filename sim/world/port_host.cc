// Foreign clients: a device whose program is behind a port (client_port.h).
//
// A port performs its writes and seals itself, within one step. What the world holds of its own
// clients' disks and ciphers is therefore shown to it as orders: fail, be full, wait.
#include <utility>

#include "sim/tape/core_random.h"
#include "sim/world/state.h"

namespace dp::sim {
namespace {

constexpr std::size_t kEntropyBytes = 32;
// A store or cipher quicker than this is at once: ports count milliseconds.
constexpr Micros kSlowFromUs = 2 * kMillisecond;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

void WorldState::add_port(Device& host, DeviceId id) {
  const AccountConfig& account = config.accounts[host.config.account];
  if (!config.ports || !host.config.foreign || account.dialect != Dialect::sealed) return;
  host.port = config.ports->make({.device = id.index,
                                  .token = "token-" + std::to_string(host.config.account),
                                  .master_key = keys.material()[host.config.account],
                                  .config = host.config.client});
}

void WorldState::boot_port(DeviceId id) {
  Device& host = device(id);
  host.core = ForeignClient{host.port.get()};
  emit(host.node, EventKind::boot, host.boot, 0);
  for (const FaultKind kind : std::exchange(host.wall_moved, {})) {
    if (host.boot > 1) had_effect(kind);
  }
  const std::uint32_t incarnation = host.incarnation;
  const auto lives = [&] { return device(id).booted() && device(id).incarnation == incarnation; };
  hold_port(id);
  CoreRandom random(config.seed, host.node.value, host.draws);
  PortBoot boot{host.boot, Bytes(kEntropyBytes), host.clock.at(now_us)};
  random.fill(Draw::nonce, boot.entropy);
  perform_port(id, host.port->boot(boot));
  if (!lives()) return;
  if (!device(id).network.online) {
    const client::Event hint = client::NetHint{false};
    emit(node_of(id), EventKind::lifecycle, 0, 0, "net_hint_down", {}, &hint);
    step_port(id, hint);
  }
  if (lives()) unlock(id);
}

void WorldState::step_port(DeviceId id, const client::Event& event) {
  const std::uint32_t incarnation = device(id).incarnation;
  const bool is_timer = std::holds_alternative<client::TimerFired>(event);
  const std::optional<Micros> due = device(id).next_timer_us;
  if (!is_timer && due && device(id).clock.at(now_us).monotonic_us >= *due) {
    // A clock that goes on by milliseconds cannot pass a timer without its firing.
    emit(node_of(id), EventKind::timer);
    step_port(id, client::TimerFired{});
    if (!device(id).booted() || device(id).incarnation != incarnation) return;
  }
  Device& host = device(id);
  const bool fails = strikes(FaultKind::failed_write, host.node);
  if (fails) host.port->fail_writes(1);
  PortOutcome outcome = host.port->step(event, host.clock.at(now_us));
  if (fails) host.port->fail_writes(host.storage.fail_next);
  perform_port(id, std::move(outcome));
  if (!device(id).booted() || device(id).incarnation != incarnation) return;
  plan_releases(id);
  if (host.port->is_closed() && host.link != 0) device_end_gone(host.link);
}

void WorldState::perform_port(DeviceId id, PortOutcome outcome) {
  device(id).next_timer_us = outcome.next_timer_us;
  device(id).idle = true;
  const std::uint32_t incarnation = device(id).incarnation;
  if (device(id).port->fault()) return give_up_port(id);
  for (std::size_t i = 0; i < outcome.effects.size(); ++i) {
    const bool seen = !std::holds_alternative<PortSealed>(outcome.effects[i]);
    if (seen && crash_now(device(id))) {
      kill_device(id, i, outcome.effects.size() - i);
      return;
    }
    perform_port_effect(id, outcome.effects[i]);
    if (device(id).incarnation != incarnation) return;
  }
  arm_device_timer(id);
}

void WorldState::perform_port_effect(DeviceId id, const PortEffect& effect) {
  const NodeId node = node_of(id);
  std::visit(
      Overloaded{
          [&](const client::Effect& one) { perform_effect(id, one); },
          [&](const PortWrote& one) {
            emit(node, EventKind::store_write, 0, one.rows);
            emit(node, EventKind::store_synced);
          },
          [&](const PortWriteFailed&) {
            Device& host = device(id);
            if (host.storage.full) had_effect(FaultKind::disk_full);
            if (!host.storage.full && host.storage.fail_next == 0) {
              had_effect(FaultKind::failed_write);
            }
            if (host.storage.fail_next > 0) --host.storage.fail_next;
            emit(node, EventKind::store_write);
            emit(node, EventKind::store_failed, 0, 0, "write failed");
          },
          [&](const PortLog& one) { emit(node, EventKind::log, 0, 0, "client", one.message); },
          [&](const PortStored& one) {
            emit(node, EventKind::store_put, 0, 0, one.file, one.bytes);
          },
          [&](const PortSealed& one) {
            crypto::SealRequest request = one.request;
            request.key = keys.key(device(id).config.account);
            const SealCall call{request, one.padded_plaintext, one.envelope};
            emit(node, EventKind::cipher_seal, 1, one.padded_plaintext.size(), {},
                 as_text(one.envelope), &call);
          },
      },
      effect);
}

void WorldState::give_up_port(DeviceId id) {
  if (!device(id).booted()) return;
  kill_device(id, 0, 0);
  device(id).retired = true;
  device(id).boot_scheduled = false;
}

void WorldState::hold_port(DeviceId id) {
  Device& host = device(id);
  const PortPowers& powers = config.ports->powers();
  host.port->hold(powers.slow_store && host.storage.write_delay_us >= kSlowFromUs,
                  powers.slow_cipher && host.seal_delay_us >= kSlowFromUs);
}

// What a step began to seal goes on after the delay of the cipher, and what that began to write
// after the delay of the disk: nothing of it can be seen while it waits.
void WorldState::plan_releases(DeviceId id) {
  Device& host = device(id);
  const PortPowers& powers = config.ports->powers();
  const bool seals = powers.slow_cipher && host.seal_delay_us >= kSlowFromUs;
  const bool writes = powers.slow_store && host.storage.write_delay_us >= kSlowFromUs;
  Micros at_us = now_us;
  if (seals) {
    at_us += host.seal_delay_us;
    ++host.releases_under_way;
    schedule(at_us, TaskKind::port_release, id.index, 0, host.incarnation);
  }
  if (writes) {
    at_us += host.storage.write_delay_us;
    ++host.releases_under_way;
    schedule(at_us, TaskKind::port_release, id.index, 1, host.incarnation);
  }
}

void WorldState::release_port(DeviceId id, bool writes) {
  Device& host = device(id);
  --host.releases_under_way;
  const std::uint32_t incarnation = host.incarnation;
  const Now now = host.clock.at(now_us);
  PortOutcome outcome = writes ? host.port->release_writes(now) : host.port->release_seals(now);
  const bool something = !outcome.effects.empty();
  perform_port(id, std::move(outcome));
  if (!device(id).booted() || device(id).incarnation != incarnation) return;
  if (something) plan_releases(id);
}

bool WorldState::replace_port_store(DeviceId id, const std::function<bool(ClientPort&)>& replace,
                                    std::string_view why) {
  if (device(id).booted()) kill_device(id, 0, 0);
  Device& host = device(id);
  const bool done = replace(*host.port);
  if (done) emit(host.node, EventKind::store_changed, 0, 0, why);
  if (!host.retired) boot(id);
  return done;
}

}  // namespace dp::sim
