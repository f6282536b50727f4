#include "sim/world/world.h"

#include <algorithm>
#include <utility>

#include "sim/tape/keyed_draw.h"
#include "sim/world/state.h"

namespace dp::sim {

namespace {

constexpr std::uint64_t kAccountLane = (1u << 17);
constexpr std::uint64_t kChatLane = (1u << 17) + 1;

std::array<std::uint8_t, 16> named_bytes(std::uint64_t seed, std::uint64_t lane, std::uint64_t a,
                                         std::uint64_t b) {
  std::array<std::uint8_t, 16> bytes;
  for (std::uint64_t half = 0; half < 2; ++half) {
    const std::uint64_t bits = keyed_draw(seed, lane, a, 2 * b + half);
    for (std::size_t i = 0; i < 8; ++i) {
      bytes[half * 8 + i] = static_cast<std::uint8_t>(bits >> (8 * i));
    }
  }
  return bytes;
}

}  // namespace

WorldState::WorldState(WorldConfig initial)
    : config(std::move(initial)),
      tape(config.seed, config.tape),
      keys(config.cipher, config.seed ^ config.key_secret, config.accounts.size()) {
  for (std::size_t i = 0; i < config.accounts.size(); ++i) {
    accounts.push_back(AccountId{named_bytes(config.seed, kAccountLane, i, 0)});
  }
  server.config = config.server;
  server.clock = NodeClock(0, config.wall_start_us, 0);
  server.database_latency_min_us = config.database.latency_min_us;
  server.database_latency_max_us = config.database.latency_max_us;
  server.auth.assign(config.accounts.size(), AuthVerdict::accepted);
  server.start_scheduled = true;
  schedule(0, TaskKind::server_starts);
  for (const DeviceConfig& one : config.devices) add_device(one);
  cloned_devices_max = static_cast<std::uint32_t>(devices.size() + 2);
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if (family_of(kind) == Family::byzantine && !is_timed(kind) && config.faults[kind] > 0) {
      remembers_frames = true;
    }
  }
  plan_timed_faults();
}

void WorldState::schedule(Micros time_us, TaskKind kind, std::uint32_t actor, std::uint64_t id,
                          std::uint64_t extra) {
  queue.schedule(time_us, {static_cast<std::uint16_t>(kind), actor, id, extra});
}

void WorldState::set_phase(Phase next) {
  constexpr std::string_view kNames[] = {"safety", "heal", "quiesce", "quiet"};
  if (phase == next) return;
  phase = next;
  emit(kWorldNode, EventKind::phase, static_cast<std::uint64_t>(next), 0,
       kNames[static_cast<std::size_t>(next)]);
}

bool WorldState::dispatch_next() {
  if (livelocked) return false;
  const auto due = queue.pop();
  if (!due) return false;
  if (due->time_us > now_us) {
    now_us = due->time_us;
    tape.set_now(now_us);
    steps_at_instant = 0;
  }
  if (++steps_at_instant > kStepsAtInstantMax || ++steps > config.steps_max) {
    livelocked = true;
    return false;
  }
  dispatch(due->task);
  return true;
}

void WorldState::dispatch(const Task& task) {
  const DeviceId id{task.actor};
  const auto alive = [&] {
    return devices[id.index].booted() && devices[id.index].incarnation == task.extra;
  };
  switch (static_cast<TaskKind>(task.kind)) {
    case TaskKind::device_timer:
      if (!device(id).running()) break;
      emit(node_of(id), EventKind::timer);
      step_device(id, client::TimerFired{});
      break;
    case TaskKind::device_boots:
      if (device(id).incarnation == task.extra) boot(id);
      break;
    case TaskKind::store_synced:
      if (!alive()) break;
      if (task.id == 0) return finish_write(id);
      complete(id, client::StoreWritten{WriteId{task.id - 1}, false});
      break;
    case TaskKind::seal_came:
      if (!alive()) break;
      --device(id).seals_under_way;
      emit(node_of(id), EventKind::seal_turn, task.id, 1);
      complete(id, client::SealTurnCame{SealId{task.id}});
      break;
    case TaskKind::completion:
      if (alive()) deliver_waiting(id);
      break;
    case TaskKind::link_decided:
      decide_connection(task.id, task.extra != 0);
      break;
    case TaskKind::lane_head:
      deliver_head(task.id, static_cast<Direction>(task.extra));
      break;
    case TaskKind::device_learns:
      device_learns(task.id, static_cast<std::uint16_t>(task.extra));
      break;
    case TaskKind::server_learns:
      server_learns(task.id);
      break;
    case TaskKind::server_timer:
      if (!server.core) break;
      emit(kServerNode, EventKind::timer);
      step_server(server::TimerFired{});
      break;
    case TaskKind::server_starts:
      start_server();
      break;
    case TaskKind::auth_decided:
      auth_decided(task.id, static_cast<std::uint32_t>(task.extra));
      break;
    case TaskKind::query_applied:
      query_applied(task.id);
      break;
    case TaskKind::query_answered:
      query_answered(task.id);
      break;
    case TaskKind::job_due:
      job_due(task.id);
      break;
    case TaskKind::fault_strikes:
      fault_strikes(task.id);
      break;
    case TaskKind::fault_ends:
      return fault_ends(task.id);
    case TaskKind::port_release:
      if (alive()) release_port(id, task.id != 0);
      break;
  }
}

// ---- the value ----------------------------------------------------------------------------------

World::World(WorldConfig config) : state_(std::make_unique<WorldState>(std::move(config))) {}
World::World(const World& other) : state_(std::make_unique<WorldState>(*other.state_)) {}
World::World(World&&) noexcept = default;
World& World::operator=(const World& other) {
  if (this != &other) state_ = std::make_unique<WorldState>(*other.state_);
  return *this;
}
World& World::operator=(World&&) noexcept = default;
World::~World() = default;

WorldState& World::running() {
  state_->self.value = this;
  if (!state_->started) {
    state_->started = true;
    while (state_->queue.next_us() == Micros{0} && state_->dispatch_next()) {
    }
  }
  return *state_;
}

// ---- names --------------------------------------------------------------------------------------

ChatId World::chat(std::size_t account, std::size_t ordinal) const {
  return ChatId::from_random(named_bytes(state_->config.seed, kChatLane, account, ordinal));
}
AccountId World::account_id(std::size_t account) const {
  return state_->accounts[account];
}
std::size_t World::device_count() const {
  return state_->devices.size();
}
std::size_t World::account_of(DeviceId device) const {
  return state_->device(device).config.account;
}

// ---- time ---------------------------------------------------------------------------------------

Micros World::now_us() const {
  return state_->now_us;
}
std::optional<Micros> World::next_event_us() const {
  return state_->queue.next_us();
}
bool World::step() {
  state_->self.value = this;
  state_->started = true;
  return state_->dispatch_next();
}
void World::run_until(Micros time_us) {
  WorldState& state = running();
  for (;;) {
    const auto next = state.queue.next_us();
    if (!next || *next > time_us || !state.dispatch_next()) break;
  }
  if (time_us > state.now_us) {
    state.now_us = time_us;
    state.tape.set_now(time_us);
    state.steps_at_instant = 0;
  }
}
void World::run_for(Micros duration_us) {
  run_until(running().now_us + duration_us);
}
bool World::run_until(const std::function<bool(const World&)>& predicate, Micros limit_us) {
  WorldState& state = running();
  if (predicate(*this)) return true;
  for (;;) {
    const auto next = state.queue.next_us();
    if (!next || *next > limit_us || !state.dispatch_next()) break;
    if (predicate(*this)) return true;
  }
  if (limit_us > state.now_us && !state.livelocked) {
    state.now_us = limit_us;
    state.tape.set_now(limit_us);
  }
  return predicate(*this);
}

// ---- the end of a run ---------------------------------------------------------------------------

void World::heal() {
  std::vector<DeviceId> core;
  for (std::size_t i = 0; i < state_->devices.size(); ++i) {
    core.push_back({static_cast<std::uint32_t>(i)});
  }
  running().heal(core);
}
void World::heal(const std::vector<DeviceId>& core) {
  running().heal(core);
}
bool World::quiesce() {
  WorldState& state = running();
  state.set_phase(Phase::quiesce);
  const Micros limit_us = state.now_us + state.config.quiesce_limit_us;
  for (std::uint64_t steps = 0; steps < state.config.quiesce_events_max; ++steps) {
    const auto next = state.queue.next_us();
    if ((!next || *next > state.now_us) && state.settled()) {
      state.set_phase(Phase::quiet);
      return true;
    }
    if (!next || *next > limit_us || !state.dispatch_next()) break;
  }
  return false;
}
std::string World::pending() const {
  return state_->pending();
}
bool World::is_healed(DeviceId device) const {
  const Device& host = state_->device(device);
  return !host.retired && host.boot > 0;
}

}  // namespace dp::sim
