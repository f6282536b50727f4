#include "core/server/server.h"

#include <algorithm>
#include <utility>

#include "core/server/cache.h"
#include "core/server/doubts.h"
#include "core/server/persistence.h"
#include "core/server/sessions.h"
#include "core/server/state.h"
#include "core/server/tasks.h"

namespace dp::server {
namespace {

void receive(Turn& turn, const ConnOpened& event) {
  open_connection(turn, event);
}
void receive(Turn& turn, const AuthJudged& event) {
  receive_verdict(turn, event);
}
void receive(Turn& turn, const FrameArrived& event) {
  receive_text(turn, event);
}
void receive(Turn& turn, const ConnClosed& event) {
  receive_close(turn, event.conn);
}
void receive(Turn& turn, const Written& event) {
  receive_written(turn, event);
}
void receive(Turn& turn, const DatabaseAnswered& event) {
  receive_answer(turn, event);
}
void receive(Turn&, const TimerFired&) {}  // time passes at every step
void receive(Turn& turn, const CacheEvicted& event) {
  evict(turn, event);
}
void receive(Turn& turn, const CacheHollowed& event) {
  hollow_out(turn, event);
}
void receive(Turn& turn, const CacheAvailability& event) {
  change_availability(turn, event.available);
}
void receive(Turn& turn, const StopRequested&) {
  turn.state.stopping = true;
  // What was not begun is not acknowledged; its senders replay it elsewhere.
  for (auto& [conn, connection] : turn.state.connections) {
    connection.inbound.clear();
    connection.inbound_bytes = 0;
  }
  flush(turn, std::nullopt);
}

void pass_time(Turn& turn) {
  expire_cache(turn);
  close_silent_connections(turn);
  repeat_due_jobs(turn);
  look_into_due_doubts(turn);
  sweep_tombstones(turn);
}

// Going away waits for the frames in progress and for every job, then closes whoever is left.
void finish_stopping(Turn& turn) {
  State& state = turn.state;
  if (!state.stopping || state.stopped || !state.jobs.empty() || state.busy > 0) return;
  state.stopped = true;
  std::vector<ConnId> present;
  for (const auto& [conn, connection] : state.connections) {
    if (connection.phase != Connection::Phase::leaving) present.push_back(conn);
  }
  for (const ConnId conn : present) cut(turn, conn, kCloseGoingAway, "going_away");
  run_all(turn);
}

std::optional<Micros> next_timer_us(const State& state) {
  std::optional<Micros> next = state.sweep_due_us;
  const auto consider = [&next](Micros at_us) { next = next ? std::min(*next, at_us) : at_us; };
  if (!state.deadlines.empty()) consider(state.deadlines.begin()->first);
  if (!state.job_timers.empty()) consider(state.job_timers.begin()->first);
  if (!state.doubts.empty()) consider(state.doubts.begin()->first);
  if (state.stopped) next.reset();
  return next;
}

// A job counts until it is durable, even while it waits for its retry, and a doubt until it is
// settled, unless there is nobody left to tell.
bool is_idle(const State& state) {
  if (!state.doubts.empty() && !state.stopped) return false;
  return state.jobs.empty() && state.waiters.empty() && state.judging == 0 && state.busy == 0;
}

}  // namespace

Server::Server(Config config) : state_(std::make_unique<State>(config)) {}
Server::Server(const Server& other) : state_(std::make_unique<State>(*other.state_)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(const Server& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Outcome Server::step(const Event& event, Environment& environment) {
  Outcome outcome;
  Turn turn{*state_, environment.now, environment.hasher, outcome.effects};
  pass_time(turn);
  std::visit([&turn](const auto& one) { receive(turn, one); }, event);
  run_all(turn);
  finish_stopping(turn);
  outcome.next_timer_us = next_timer_us(*state_);
  outcome.idle = is_idle(*state_);
  return outcome;
}

std::vector<SlotFacts> Server::slots() const {
  std::vector<SlotFacts> all;
  all.reserve(state_->slots.size());
  for (const auto& [key, slot] : state_->slots) {
    SlotFacts facts;
    facts.slot = key;
    facts.current = version_of(slot.record);
    facts.deleted = slot.record && slot.record->row.deleted;
    facts.counter = slot.counter;
    facts.queued_jobs = slot.jobs.size();
    if (slot.record) facts.record = slot.record->row;
    all.push_back(std::move(facts));
  }
  return all;
}

std::size_t Server::connections() const {
  return static_cast<std::size_t>(std::ranges::count_if(state_->connections, [](const auto& entry) {
    return entry.second.phase != Connection::Phase::leaving;
  }));
}

std::size_t Server::outbound_bytes(ConnId conn) const {
  const auto found = state_->connections.find(conn);
  return found == state_->connections.end() ? 0 : found->second.outbound_bytes;
}

Micros Server::oldest_unpersisted_age_us(Now now) const {
  return oldest_job_age_us(*state_, now);
}

std::string Server::pending() const {
  const State& state = *state_;
  std::string text;
  const auto add = [&text](std::size_t count, std::string_view what) {
    if (count == 0) return;
    if (!text.empty()) text += ", ";
    text += std::to_string(count) + " " + std::string(what);
  };
  add(state.judging, "connections wait for the token authority");
  add(state.busy, "connections have frames in progress");
  add(state.jobs.size(), "acknowledged changes are not durable");
  add(state.doubts.size(), "requests have an unknown outcome");
  add(state.waiters.size(), "database requests are unanswered");
  if (state.stopping && !state.stopped) add(1, "graceful stop is waiting");
  return text;
}

const Config& Server::config() const {
  return state_->config;
}

}  // namespace dp::server
