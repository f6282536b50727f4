// The simulated server machine: the process, its database, job queue, clock and outages, as a
// value.
//
// Requests travel to the database and back as separate events, so that a crash, an outage or a
// restart can fall on either side of the moment a request takes effect. Persistence jobs wait in a
// queue that belongs to the process: they die with it.
// Does not: act. sim/world steps the core and performs its effects.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "core/server/database_table.h"
#include "core/server/server.h"
#include "sim/byzantine/byzantine.h"
#include "sim/schedule/clock.h"
#include "sim/tape/core_random.h"
#include "sim/world/config.h"
#include "sim/world/world.h"

namespace dp::sim {

struct PendingQuery {
  server::Query query;
  std::uint32_t incarnation = 0;
  std::uint32_t attempt = 0;             // 0 the first time, 1 for a duplicated job
  std::optional<server::Answer> answer;  // present once the database has applied it
};

struct ServerHost {
  server::Config config;
  std::optional<server::Server> core;
  std::uint32_t incarnation = 0;
  NodeClock clock;
  DrawCounters draws{};
  std::optional<Micros> next_timer_us;
  bool idle = true;
  bool stopping = false;
  bool start_scheduled = false;
  std::optional<Micros> start_after_stop_us;
  std::optional<std::uint32_t> crash_countdown;

  server::DatabaseTable table;
  std::optional<server::DatabaseTable> backup;
  Micros database_latency_min_us = 0;
  Micros database_latency_max_us = 0;
  bool database_available = true;
  bool database_answers = true;  // or requests are carried out and an error is all they return
  bool cache_available = true;

  std::map<std::uint64_t, PendingQuery> queries;  // by ticket: on their way to or from the database
  std::map<std::uint64_t, PendingQuery> jobs;     // by ticket: waiting in the process's queue
  std::deque<std::uint64_t> held_jobs;            // tickets, in the order they came due
  std::uint64_t next_ticket = 1;
  bool hold_jobs = false;
  bool duplicate_jobs = false;

  std::vector<AuthVerdict> auth;  // by account
  ByzantineMemory byzantine;
};

}  // namespace dp::sim
