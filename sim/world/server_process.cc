#include <algorithm>
#include <utility>

#include "sim/world/cipher_tap.h"
#include "sim/world/state.h"

namespace dp::sim {

namespace {

constexpr Micros kSlowAnswerMax = 20 * kSecond;
constexpr Micros kJobDelayMax = 20 * kSecond;
constexpr Micros kJobReorderMax = 2 * kSecond;
constexpr Micros kServerDownMin = 100 * kMillisecond;
constexpr Micros kServerDownMax = 15 * kSecond;
constexpr std::uint32_t kCrashFactorWhilePersisting = 4;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::string chat_of(const server::Request& request) {
  return std::visit(Overloaded{
                        [](const server::LoadSlot& one) { return one.slot.chat.text(); },
                        [](const server::WriteDraft& one) { return one.row.slot.chat.text(); },
                        [](const server::StoreMessage& one) { return one.slot.chat.text(); },
                        [](const server::DropChat& one) { return one.slot.chat.text(); },
                        [](const auto&) { return std::string(); },
                    },
                    request);
}

Version version_of(const server::Request& request) {
  const auto* write = std::get_if<server::WriteDraft>(&request);
  return write == nullptr ? 0 : write->row.version;
}

std::string_view stored_bytes(const server::Request& request) {
  if (const auto* write = std::get_if<server::WriteDraft>(&request)) {
    if (write->row.tombstone) return *write->row.tombstone;
    if (write->row.draft) return *write->row.draft;
  }
  if (const auto* message = std::get_if<server::StoreMessage>(&request)) return message->content;
  return {};
}

bool same_slot(const server::Query& a, const server::Query& b) {
  const auto* first = std::get_if<server::WriteDraft>(&a.request);
  const auto* second = std::get_if<server::WriteDraft>(&b.request);
  return first != nullptr && second != nullptr && first->row.slot == second->row.slot;
}

}  // namespace

// ---- the process --------------------------------------------------------------------------------

void WorldState::start_server() {
  server.start_scheduled = false;
  if (server.core) return;
  server.core.emplace(server.config);
  server.stopping = false;
  server.idle = true;
  server.next_timer_us.reset();
  emit(kServerNode, EventKind::boot, server.incarnation, 0);
  if (!server.cache_available) step_server(server::CacheAvailability{false});
}

void WorldState::kill_server(std::size_t performed, std::size_t lost) {
  emit(kServerNode, EventKind::crash, performed, lost);
  server.core.reset();
  ++server.incarnation;
  server.stopping = false;
  server.crash_countdown.reset();
  server.next_timer_us.reset();
  queue.arm(kServerTimer, std::nullopt, {});
  for (const auto& [ticket, job] : server.jobs) {
    emit(kServerNode, EventKind::job_lost, job.query.query.value, version_of(job.query.request),
         chat_of(job.query.request));
  }
  server.jobs.clear();
  server.held_jobs.clear();
  server_end_gone();
}

void WorldState::step_server(const server::Event& event) {
  if (!server.core) return;
  CoreRandom random(config.seed, kServerNode.value, server.draws);
  server::Environment environment{server.clock.at(now_us), random, keys.cipher()};
  const server::Outcome outcome = server.core->step(event, environment);
  server.next_timer_us = outcome.next_timer_us;
  server.idle = outcome.idle;
  perform_server(outcome);
  if (!server.core) return;
  arm_server_timer();
  end_server_if_flushed();
}

// A graceful stop ends when the core is idle and the last request has left the database, repeated
// ones included, which no answer to the core will announce.
void WorldState::end_server_if_flushed() {
  if (!server.core || !server.stopping || !server.idle) return;
  if (!server.queries.empty() || !server.jobs.empty() || server.core->connections() > 0) return;
  emit(kServerNode, EventKind::power, 0, 0, "stopped");
  server.core.reset();
  ++server.incarnation;
  server.stopping = false;
  queue.arm(kServerTimer, std::nullopt, {});
  server_end_gone();
  if (!server.start_after_stop_us) return;
  schedule(now_us + *server.start_after_stop_us, TaskKind::server_starts);
  server.start_scheduled = true;
  server.start_after_stop_us.reset();
}

void WorldState::perform_server(const server::Outcome& outcome) {
  for (std::size_t i = 0; i < outcome.effects.size(); ++i) {
    if (server_crash_now()) {
      kill_server(i, outcome.effects.size() - i);
      return;
    }
    perform_server_effect(outcome.effects[i]);
  }
}

bool WorldState::server_crash_now() {
  if (server.crash_countdown) {
    if (*server.crash_countdown == 0) {
      server.crash_countdown.reset();
      return true;
    }
    --*server.crash_countdown;
  }
  const std::uint32_t factor = server.jobs.empty() ? 1 : kCrashFactorWhilePersisting;
  if (!strikes(FaultKind::server_crash, kServerNode, factor)) return false;
  had_effect(FaultKind::server_crash);
  const std::uint64_t down =
      tape.pick(how_site(FaultKind::server_crash), kServerNode.value, kServerDownMax);
  // Most are back soon, while what the last process asked of the database may still be under way.
  const Micros down_us = static_cast<Micros>(down) * static_cast<Micros>(down) / kServerDownMax;
  schedule(now_us + kServerDownMin + down_us, TaskKind::server_starts);
  server.start_scheduled = true;
  return true;
}

void WorldState::perform_server_effect(const server::Effect& effect) {
  std::visit(Overloaded{
                 [&](const server::Judge& one) { judge(one); },
                 [&](const server::Send& one) { send_down(one.conn, one.text); },
                 [&](const server::Close& one) { close_by_server(one.conn, one.code); },
                 [&](const server::Query& one) { ask_database(one); },
                 [&](const server::Log& one) {
                   std::string arguments;
                   for (const std::string& argument : one.arguments) {
                     if (!arguments.empty()) arguments += '\t';
                     arguments += argument;
                   }
                   emit(kServerNode, EventKind::log, 0, 0, one.message, arguments, &one);
                 },
             },
             effect);
}

void WorldState::arm_server_timer() {
  std::optional<Micros> at;
  if (server.core && server.next_timer_us) at = server.clock.world_time_of(*server.next_timer_us);
  if (at) at = std::max(*at, now_us);
  queue.arm(kServerTimer, at, {static_cast<std::uint16_t>(TaskKind::server_timer), 0, 0, 0});
}

// ---- the token authority ------------------------------------------------------------------------

void WorldState::judge(const server::Judge& asked) {
  emit(kServerNode, EventKind::auth_asked, asked.conn.value, 0, {}, asked.token);
  schedule(now_us + config.database.auth_latency_us, TaskKind::auth_decided, 0, asked.conn.value,
           server.incarnation);
}

void WorldState::auth_decided(std::uint64_t link_id, std::uint32_t incarnation) {
  if (!server.core || incarnation != server.incarnation) return;
  const Link* link = find_link(link_id);
  if (link == nullptr) return;
  const std::size_t account = device(link->device).config.account;
  const AuthVerdict verdict = server.auth[account];
  server::AuthJudged judged;
  judged.conn = ConnId{link_id};
  judged.account = accounts[account];
  switch (verdict) {
    case AuthVerdict::accepted:
      judged.verdict = server::AuthJudged::Verdict::accepted;
      break;
    case AuthVerdict::invalid:
      judged.verdict = server::AuthJudged::Verdict::invalid;
      break;
    case AuthVerdict::unavailable:
      had_effect(FaultKind::auth_unavailable);
      judged.verdict = server::AuthJudged::Verdict::unavailable;
      break;
  }
  emit(kServerNode, EventKind::auth_judged, link_id, static_cast<std::uint64_t>(verdict));
  step_server(judged);
}

// ---- the database -------------------------------------------------------------------------------

Micros WorldState::database_latency() {
  const Micros span = server.database_latency_max_us - server.database_latency_min_us;
  const std::uint64_t extra =
      tape.pick(kDatabaseLatencySite, kServerNode.value, static_cast<std::uint64_t>(span) + 1);
  Micros latency = server.database_latency_min_us + static_cast<Micros>(extra);
  if (strikes(FaultKind::database_slow, kServerNode)) {
    had_effect(FaultKind::database_slow);
    latency += 1 + static_cast<Micros>(tape.pick(how_site(FaultKind::database_slow),
                                                 kServerNode.value, kSlowAnswerMax));
  }
  return latency;
}

void WorldState::ask_database(const server::Query& asked) {
  const std::string chat = chat_of(asked.request);
  emit(kServerNode, EventKind::db_asked, asked.query.value, asked.is_job ? 1 : 0,
       request_name(asked.request), chat, &asked);
  PendingQuery pending{asked, server.incarnation, 0, std::nullopt};
  if (!asked.is_job) {
    run_query(std::move(pending));
    return;
  }
  const Version version = version_of(asked.request);
  if (strikes(FaultKind::job_lost, kServerNode)) {
    had_effect(FaultKind::job_lost);
    emit(kServerNode, EventKind::job_lost, asked.query.value, version, chat);
    return;
  }
  emit(kServerNode, EventKind::job_queued, asked.query.value, version, chat);
  Micros delay = config.database.job_delay_us;
  if (strikes(FaultKind::job_delayed, kServerNode)) {
    had_effect(FaultKind::job_delayed);
    delay += 1 + static_cast<Micros>(
                     tape.pick(how_site(FaultKind::job_delayed), kServerNode.value, kJobDelayMax));
  }
  if (strikes(FaultKind::job_reordered, kServerNode)) {
    delay += 1 + static_cast<Micros>(tape.pick(how_site(FaultKind::job_reordered),
                                               kServerNode.value, kJobReorderMax));
  }
  const bool twice = server.duplicate_jobs || strikes(FaultKind::job_duplicated, kServerNode);
  const std::uint64_t ticket = server.next_ticket++;
  server.jobs.emplace(ticket, pending);
  schedule(now_us + delay, TaskKind::job_due, 0, ticket);
  if (twice) {
    had_effect(FaultKind::job_duplicated);
    const std::uint64_t again = server.next_ticket++;
    pending.attempt = 1;
    const std::uint64_t gap = tape.pick(how_site(FaultKind::job_duplicated), kServerNode.value,
                                        static_cast<std::uint64_t>(kJobReorderMax));
    server.jobs.emplace(again, std::move(pending));
    schedule(now_us + delay + static_cast<Micros>(gap), TaskKind::job_due, 0, again);
  }
}

void WorldState::job_due(std::uint64_t ticket) {
  if (!server.jobs.contains(ticket)) return;
  if (server.hold_jobs) {
    server.held_jobs.push_back(ticket);
    return;
  }
  start_job(ticket);
}

void WorldState::start_job(std::uint64_t ticket) {
  const auto found = server.jobs.find(ticket);
  if (found == server.jobs.end()) return;
  for (auto older = server.jobs.begin(); older != found; ++older) {
    if (older->second.attempt == 0 && same_slot(older->second.query, found->second.query)) {
      had_effect(FaultKind::job_reordered);
      break;
    }
  }
  PendingQuery job = std::move(found->second);
  server.jobs.erase(found);
  run_query(std::move(job));
}

void WorldState::release_jobs() {
  std::deque<std::uint64_t> tickets;
  tickets.swap(server.held_jobs);
  for (const std::uint64_t ticket : tickets) start_job(ticket);
}

void WorldState::run_query(PendingQuery pending) {
  const std::uint64_t ticket = server.next_ticket++;
  const Micros latency = database_latency();
  server.queries.emplace(ticket, std::move(pending));
  schedule(now_us + latency / 2, TaskKind::query_applied, 0, ticket);
  schedule(now_us + latency, TaskKind::query_answered, 0, ticket);
}

void WorldState::query_applied(std::uint64_t ticket) {
  const auto found = server.queries.find(ticket);
  if (found == server.queries.end()) return;
  PendingQuery& pending = found->second;
  const server::Request& request = pending.query.request;
  const bool orders_it = !server.database_available || !server.database_answers;
  const bool fails = orders_it || strikes(FaultKind::database_failed, kServerNode);
  bool applies = !fails || (server.database_available && !server.database_answers);
  if (fails && !orders_it) {
    // A failure may hide that the request was carried out.
    applies = tape.pick(how_site(FaultKind::database_failed), kServerNode.value, 2) == 1;
  }
  if (applies) {
    pending.answer = server.table.execute(request);
    emit(kServerNode, EventKind::db_applied, pending.query.query.value, pending.attempt,
         request_name(request), stored_bytes(request), &pending.query);
  }
  if (fails) {
    had_effect(FaultKind::database_failed);
    pending.answer = server::RequestFailed{};
  }
}

void WorldState::query_answered(std::uint64_t ticket) {
  const auto found = server.queries.find(ticket);
  if (found == server.queries.end()) return;
  const PendingQuery pending = std::move(found->second);
  server.queries.erase(found);
  if (!server.core || pending.incarnation != server.incarnation || pending.attempt > 0) {
    return end_server_if_flushed();
  }
  const server::DatabaseAnswered answered{pending.query.query, *pending.answer};
  emit(kServerNode, EventKind::db_answered, pending.query.query.value, 0,
       answer_name(answered.answer), {}, &answered);
  step_server(answered);
}

// ---- a malicious server -------------------------------------------------------------------------

std::vector<std::string> WorldState::byzantine(Link& link, const std::string& text) {
  constexpr FaultKind kFrameKinds[] = {
      FaultKind::server_drops,          FaultKind::server_replays_old,
      FaultKind::server_swaps_chats,    FaultKind::server_equivocates,
      FaultKind::server_forges_success, FaultKind::server_forges_deletion,
      FaultKind::server_withholds,      FaultKind::server_lies_about_versions,
  };
  const std::size_t account = device(link.device).config.account;
  if (!remembers_frames) return {text};
  server.byzantine.remember(account, text);
  if (auto past = server.byzantine.as_it_was(account, text)) {
    had_effect(FaultKind::server_rolls_back);
    return {std::move(*past)};
  }
  for (const FaultKind kind : kFrameKinds) {
    if (!strikes(kind, node_of(link.device))) continue;
    const std::uint64_t turn = tape.pick(how_site(kind), node_of(link.device).value, 64);
    const auto changed = server.byzantine.rewrite(kind, account, text, turn);
    if (!changed) continue;
    had_effect(kind);
    return *changed;
  }
  return {text};
}

}  // namespace dp::sim
