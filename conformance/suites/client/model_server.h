// The reference server as a peer in virtual time: no latency, a database in memory.
//
// Guarantees: a value; a copy is a backup of everything, and assigning one back is a restore.
// Does not: deliver frames; the stage carries them.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/real_cipher.h"
#include "core/server/database_table.h"
#include "core/server/server.h"
#include "sim/tape/core_random.h"

namespace dp::conformance {

struct ServerSaid {
  ConnId conn;
  bool closes = false;
  std::uint16_t code = 0;
  std::string text;  // of the frame, or the close reason
};

class ModelServer {
 public:
  // `hasher` must outlive the server and its copies.
  ModelServer(std::uint64_t seed, AccountId account, const crypto::Hasher& hasher,
              server::Config config = {});

  void set_now(Micros now_us, Micros wall_us);
  std::optional<Micros> next_timer_us() const { return next_timer_us_; }
  void fire();  // timers that are due

  ConnId connect();
  void frame(ConnId conn, std::string_view text);
  void closed(ConnId conn);
  std::vector<ServerSaid> take();  // since the last call, in order
  void set_accepting(server::AuthJudged::Verdict verdict) { verdict_ = verdict; }
  void set_database_available(bool available) { database_available_ = available; }
  const server::DatabaseTable& table() const { return table_; }

  // A process over the database alone, or over an empty one: every connection is gone.
  void restart();
  void wipe();
  void forget_connections();

 private:
  void step(const server::Event& event);

  std::uint64_t seed_;
  const crypto::Hasher* hasher_;
  AccountId account_;
  server::Config config_;
  server::Server core_;
  server::DatabaseTable table_;
  sim::DrawCounters draws_{};
  Now now_;
  std::optional<Micros> next_timer_us_;
  std::uint64_t last_conn_ = 0;
  std::vector<ConnId> open_;
  server::AuthJudged::Verdict verdict_ = server::AuthJudged::Verdict::accepted;
  bool database_available_ = true;
  std::vector<ServerSaid> said_;
};

}  // namespace dp::conformance
