// Where a server can be made wrong, or merely different, without touching its core.
//
//   sockets, database --hear(event)--> alteration --tell--> core
//   core --effect--> alteration: act(effect) --perform--> sockets, database
//
// A host that has an Alteration asks it at every seam between the core and the world. This one
// changes nothing; conformance/broken holds those that do.
// Does not: exist in a server meant for people.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "conformance/net/websocket.h"
#include "core/server/server.h"

namespace dp::hosts {

class ServerAlteration {
 public:
  // What it may do by itself, on the loop's thread. Valid as long as the host is.
  struct Hands {
    net::Loop* loop = nullptr;
    std::function<void(const server::Event&)> tell;      // the core; not from inside act()
    std::function<void(const server::Effect&)> perform;  // on sockets and database
    const server::Server* core = nullptr;
  };

  ServerAlteration() = default;
  ServerAlteration(const ServerAlteration&) = delete;
  ServerAlteration& operator=(const ServerAlteration&) = delete;
  virtual ~ServerAlteration() = default;

  // Before anything is opened: the data folder exists and is ours.
  virtual void starting(const std::filesystem::path& folder) { (void)folder; }
  virtual Result<server::Config> settings(Result<server::Config> read) { return read; }
  virtual void sockets(net::ServerOptions&) {}
  virtual void begin(Hands hands) { hands_ = std::move(hands); }

  virtual void hear(const server::Event& event) { hands_.tell(event); }
  virtual void act(const server::Effect& effect) { hands_.perform(effect); }
  // The host gives its own, which outlives this.
  // NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter)
  virtual const crypto::Hasher& hasher(const crypto::Hasher& real) { return real; }
  virtual net::HttpReply http(net::HttpReply reply) { return reply; }
  virtual net::HttpReply upgrade(const net::Upgrade&) { return {101, ""}; }  // any other refuses
  // What is printed instead of the ready line, its ends of line included.
  virtual std::string ready_line(std::string line) { return line; }
  // The loop has ended and is about to go; gives the exit status.
  virtual int ended(int status) { return status; }

 protected:
  const Hands& hands() const { return hands_; }

 private:
  Hands hands_;
};

}  // namespace dp::hosts
