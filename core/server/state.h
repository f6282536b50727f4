// Everything a server process remembers, as one regular value.
//
// Four groups: connections (with the frame each is busy with), slots (what the cache holds and
// what the process knows beside it), persistence jobs, and the questions the database has not
// answered. A copy is a snapshot; stored rows are shared between copies because they never change.
// Invariant of pins: a slot with a job, a doubt, a holder, a waiting frame or a reader never leaves
// `slots`, and nothing is evicted from it.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/server/server.h"
#include "core/server/version_rules.h"

namespace dp::server {

// What the database said about a slot, or what a verified cache record lets us say without it.
struct Knowledge {
  bool failed = false;  // the lookup failed: nothing is known
  SlotLoaded loaded;
  QueryId query{0};  // that brought it; 0 if none was needed
};

// The frame a connection is busy with. It is run again after each answer until it is done.
struct Task {
  enum class Hold : std::uint8_t { none, queued, held };

  explicit Task(wire::ClientFrame decoded) : frame(std::move(decoded)) {}

  wire::ClientFrame frame;
  // The one slot a change may hold; its lock makes check and change one atomic step.
  std::optional<SlotKey> slot;
  Hold hold = Hold::none;
  std::optional<Knowledge> knowledge;
  // Questions under way. A task with any is not run.
  std::size_t awaited = 0;
  std::optional<Answer> answer;       // of StoreMessage, DropChat or ListChats
  QueryId answered{0};                // the query it answers
  bool asked = false;                 // reads: the questions are out
  std::map<ChatId, Knowledge> reads;  // reads: what came back, each chat's slot pinned
  std::optional<Ruling> ruling;       // of a message's draft, while the message is stored
  StoredRef ruled_on;                 // what the slot held then; the cache may forget it meanwhile
  std::size_t cursor = 0;             // offline replay: the change being handled
  std::set<ChatId> spoken_for;        // offline replay: slots that had their change
  wire::OfflineSyncComplete tally;    // offline replay
};

struct Connection {
  enum class Phase : std::uint8_t {
    judging,  // the token authority has not spoken
    ready,
    leaving,  // closed by the peer; frames that had arrived are still handled, unanswered
  };
  Phase phase = Phase::judging;
  AccountId account;
  Micros last_heard_us = 0;
  std::deque<std::string> inbound;
  std::size_t inbound_bytes = 0;
  std::size_t outbound_bytes = 0;
  std::optional<Task> task;
};

// A request that may have changed the table although its answer was lost; see doubts.h.
struct Doubt {
  StoredRef deletion;  // null: the chat itself
  Micros due_us = 0;
};

struct Slot {
  // The cache: may vanish whenever nothing pins it.
  StoredRef record;
  bool hollow = false;  // the record kept its version and lost its content (R04)
  Micros record_until_us = 0;
  Version counter = 0;
  Micros counter_until_us = 0;
  Micros expiry_noted_us = 0;  // its one entry in `expiries`; 0 if there is none
  std::deque<Remembered> remembered;

  // The process.
  bool verified = false;  // the record was compared with the database and written through since
  bool gone = false;      // the chat was deleted while this entry lived
  // The table is known to hold this version or a newer one. An answer to a query below `fresh_from`
  // may have been read before that was so.
  Version durable = 0;
  QueryId fresh_from{0};
  std::optional<Doubt> doubt;
  std::deque<std::uint64_t> jobs;
  std::optional<ConnId> holder;
  std::deque<ConnId> waiting;
  std::size_t readers = 0;
};

// One stored change on its way to the table.
struct Job {
  StoredRef stored;
  Micros stored_us = 0;
  Micros due_us = 0;  // when it is asked again
  std::vector<QueryId> asked;
};

// Whom an answer is for.
struct Waiter {
  enum class For : std::uint8_t { slot, read, task, job, sweep, doubt };
  For what = For::task;
  ConnId conn;
  SlotKey slot;
  std::uint64_t job = 0;
};

struct State {
  explicit State(Config chosen) : config(chosen) {}

  Config config;
  std::map<ConnId, Connection> connections;
  std::map<AccountId, std::set<ConnId>> members;  // ready connections
  std::set<std::pair<Micros, ConnId>> deadlines;  // earliest instant a silence can be too long
  std::deque<ConnId> runnable;
  std::size_t judging = 0;  // connections in Phase::judging
  std::size_t busy = 0;     // connections with a task

  std::map<SlotKey, Slot> slots;
  std::set<std::pair<Micros, SlotKey>> expiries;  // earliest instant something leaves the cache
  std::map<AccountId, std::size_t> listings;      // listings under way pin an account's slots
  bool cache_available = true;
  std::set<SlotKey> behind;  // records that the table overtook while the cache was out of reach

  // Chats that exist only because of a draft that is not durable yet, in order of acceptance.
  std::map<AccountId, std::vector<ChatId>> unborn;
  // Those that became durable while a listing of the account was under way: it may have been read
  // before.
  std::map<AccountId, std::vector<ChatId>> born_during_listing;
  std::map<ChatId, AccountId> claims;

  std::map<std::uint64_t, Job> jobs;  // numbered in order of acceptance: the first is the oldest
  std::set<std::pair<Micros, std::uint64_t>> job_timers;
  std::uint64_t next_job = 1;
  std::size_t unpersisted_bytes = 0;

  std::set<std::pair<Micros, SlotKey>> doubts;  // when each is looked into

  std::map<QueryId, Waiter> waiters;
  std::uint64_t next_query = 1;
  std::optional<Micros> sweep_due_us;
  bool stopping = false;
  bool stopped = false;
};

// One step's context, handed to every function of this folder.
struct Turn {
  State& state;
  Now now;
  const crypto::Hasher& hasher;
  std::vector<Effect>& effects;
};

inline QueryId ask(Turn& turn, Request request, Waiter waiter) {
  const QueryId query{turn.state.next_query++};
  const bool is_job = waiter.what == Waiter::For::job;
  turn.state.waiters.emplace(query, waiter);
  turn.effects.push_back(Query{query, std::move(request), is_job});
  return query;
}

inline void log(Turn& turn, std::string_view message, std::vector<std::string> arguments = {}) {
  turn.effects.push_back(Log{message, std::move(arguments)});
}

}  // namespace dp::server
