// The server core: version authority for every slot, without I/O and without any plaintext.
//
//   host:  outcome = server.step(event, environment); perform outcome.effects in order
//
// Guarantees: frames of one connection are handled strictly first in, first out; a slot's version
// check and change are one atomic step; versions never reset and are never reused among durable
// ones; every refusal of a change is answered with its id; queues are bounded and a slow reader is
// disconnected. Servers are regular values: a copy is a snapshot, and a fresh Server over the same
// database is a restart.
// Does not: open envelopes (it reads public headers), own sockets, files or clocks, or trust a
// number a client did not seal.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/crypto/cipher.h"
#include "core/server/config.h"
#include "core/server/database.h"
#include "core/vocabulary/random.h"
#include "core/vocabulary/time.h"

namespace dp::server {

// ---- events
// -----------------------------------------------------------------------------------------
struct ConnOpened {  // the upgrade is complete; nothing is sent before the token is judged
  ConnId conn;
  std::string token;
};
struct AuthJudged {
  enum class Verdict : std::uint8_t { accepted, invalid, unavailable };
  ConnId conn;
  Verdict verdict = Verdict::accepted;
  AccountId account;
};
struct FrameArrived {
  ConnId conn;
  std::string text;
};
struct ConnClosed {
  ConnId conn;
};
struct Written {  // the transport took this many bytes of the connection's outbound queue
  ConnId conn;
  std::size_t bytes = 0;
};
struct DatabaseAnswered {
  QueryId query;
  Answer answer;
};
struct TimerFired {};

// What can befall the cache. A host that has no faults to inject never sends these.
struct CacheEvicted {  // memory pressure: the record, the counter, or both (R05)
  SlotKey slot;
  bool record = true;
  bool counter = true;
};
struct CacheHollowed {  // the record survives with its version and without its content (R04)
  SlotKey slot;
};
struct CacheAvailability {  // false: every cache operation fails until true (R10)
  bool available = true;
};
struct StopRequested {};  // graceful: flush everything, then close with 1001

using Event =
    std::variant<ConnOpened, AuthJudged, FrameArrived, ConnClosed, Written, DatabaseAnswered,
                 TimerFired, CacheEvicted, CacheHollowed, CacheAvailability, StopRequested>;

// ---- effects
// ----------------------------------------------------------------------------------------
struct Judge {  // ask the token authority
  ConnId conn;
  std::string token;
};
struct Send {
  ConnId conn;
  std::string text;
};
struct Close {
  ConnId conn;
  std::uint16_t code = 1000;
  std::string reason;
};
struct Query {
  QueryId query;
  Request request;
  // Persistence jobs may be delayed, repeated, reordered or lost by the world; lookups may not be
  // repeated. True for WriteDraft.
  bool is_job = false;
};
struct Log {
  std::string_view message;
  std::vector<std::string> arguments;
};
using Effect = std::variant<Judge, Send, Close, Query, Log>;

struct Outcome {
  std::vector<Effect> effects;
  std::optional<Micros> next_timer_us;
  bool idle = true;
};

struct Environment {
  Now now;
  Random& random;
  const crypto::Hasher& hasher;
};

// What oracles may see of one slot: everything known, by place.
struct SlotFacts {
  SlotKey slot;
  Version current = 0;  // of the cache record, 0 if none
  bool deleted = false;
  Version counter = 0;  // highest ever assigned that is still remembered
  std::size_t queued_jobs = 0;
  std::optional<DraftRow> record;
  bool operator==(const SlotFacts&) const = default;
};

struct State;  // core/server/state.h

class Server {
 public:
  explicit Server(Config config);
  Server(const Server&);
  Server(Server&&) noexcept;
  Server& operator=(const Server&);
  Server& operator=(Server&&) noexcept;
  ~Server();

  Outcome step(const Event& event, Environment& environment);

  std::vector<SlotFacts> slots() const;  // sorted; the cache's view
  std::size_t connections() const;
  std::size_t outbound_bytes(ConnId conn) const;
  Micros oldest_unpersisted_age_us(Now now) const;  // 0 if everything acknowledged is durable
  std::string pending() const;
  const Config& config() const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace dp::server
