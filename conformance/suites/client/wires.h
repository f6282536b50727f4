// The network of a wired case: one listening socket, and what came over it, in order.
//
// Devices are told apart by the token they show. What arrives is queued while `wait` runs, so that
// judging never happens inside a socket's handler.
// Guarantees: `wait` returns when something arrived or the time is over, whichever is first.
// Does not: know frames.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/net/loop.h"
#include "conformance/net/websocket.h"

namespace dp::conformance {

struct WireEvent {
  enum class Kind : std::uint8_t { attempt, opened, text, closed, pong };
  Kind kind = Kind::attempt;
  std::uint64_t conn = 0;  // 0 for an attempt
  std::string token;       // of the connection
  std::string text;        // of a message, or the target of an attempt
};

class Wires {
 public:
  // `admits` is asked with the token of each attempt; one that is refused sees HTTP status 503.
  static Result<std::unique_ptr<Wires>> listen(net::ServerOptions options,
                                               std::function<bool(const std::string&)> admits);

  std::string url() const { return server_->url(); }
  Micros now_us() const { return net::Loop::now().monotonic_us - began_us_; }
  void wait(Micros at_most_us);
  std::vector<WireEvent> take() { return std::exchange(events_, {}); }

  void send(std::uint64_t conn, std::string_view text);
  void close(std::uint64_t conn, std::uint16_t code, std::string reason);
  void cut(std::uint64_t conn);
  void ping(std::uint64_t conn);  // behind everything that was sent before

 private:
  struct Line {
    std::string token;
    std::size_t unwritten = 0;  // messages that wait for the socket
    bool ping_due = false;
  };
  Wires() = default;
  net::ServerHandlers handlers();

  net::Loop loop_;
  Micros began_us_ = net::Loop::now().monotonic_us;
  std::function<bool(const std::string&)> admits_;
  std::map<std::uint64_t, Line> lines_;  // open connections
  std::vector<WireEvent> events_;
  std::unique_ptr<net::WebSocketServer> server_;
};

}  // namespace dp::conformance
