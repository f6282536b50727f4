// The server core on real sockets, a real clock and a real database.
//
//   sockets --ConnOpened, FrameArrived, Written, ConnClosed--> core --Send, Close--> sockets
//   authority <--Judge-- core --Query--> database thread --DatabaseAnswered--> core
//
// Guarantees: every event is one step, on the loop's thread; effects are performed in order; a
// graceful stop ends only when the database holds what was acknowledged and each peer was told, or
// its deadline is over.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "conformance/hosts/authority.h"
#include "conformance/hosts/database_thread.h"
#include "conformance/hosts/server_alteration.h"
#include "conformance/hosts/structured_log.h"
#include "conformance/hosts/system_random.h"
#include "conformance/net/loop.h"
#include "conformance/net/websocket.h"
#include "core/crypto/sha256_hasher.h"
#include "core/server/server.h"

namespace dp::hosts {

struct ServerHostParts {
  server::Config config;
  net::ServerOptions sockets;
  SqliteDatabase database;
  Authority authority;
  StructuredLog log;
  std::shared_ptr<ServerAlteration> alteration = nullptr;  // only a server that is to be judged
};

class ServerHost {
 public:
  enum class End : std::uint8_t { clean, deadline };
  ServerHost(net::Loop& loop, ServerHostParts parts);
  ServerHost(const ServerHost&) = delete;
  ServerHost& operator=(const ServerHost&) = delete;

  Result<void> listen();  // fails as WebSocketServer::listen does
  std::string url() const { return sockets_->url(); }

  // Flushes, says goodbye to every connection and calls `ended`, at the latest after the deadline.
  void stop(Micros deadline_us, std::function<void(End)> ended);

 private:
  void hear(const server::Event& event);
  void step(const server::Event& event);
  void perform(const server::Effect& effect);
  void arm(std::optional<Micros> at_us);
  net::ServerHandlers handlers();
  net::HttpReply answer_http(const std::string& method, const std::string& target) const;
  void end_if_drained();
  void finish(End end);

  net::Loop& loop_;
  StructuredLog log_;
  std::shared_ptr<ServerAlteration> alteration_;
  Authority authority_;
  SystemRandom random_;
  crypto::Sha256Hasher hasher_;
  server::Server core_;
  bool core_idle_ = true;
  net::Timer timer_;
  net::Timer stop_deadline_;
  bool stopping_ = false;
  std::function<void(End)> ended_;
  net::ServerOptions options_;
  DatabaseThread database_;
  std::unique_ptr<net::WebSocketServer> sockets_;
};

}  // namespace dp::hosts
