// Real sockets and real time for the adapter loop: drive level L2 of docs/adapter.md.
//
// While the harness says nothing, sockets and the client's timer are served; what they bring is
// told to `tell`, on the same thread.
// Guarantees: nothing is told about a connection after `drop`, or of an earlier one.
// Does not: exist at drive level L3.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "conformance/net/loop.h"
#include "conformance/net/websocket.h"
#include "core/client/event.h"

namespace dp::kit {

class Wired {
 public:
  using Tell = std::function<void(const client::Event&)>;
  Wired(int descriptor, Tell tell);

  bool next_line(std::string& line);  // of the descriptor; false at its end

  void begin();  // time is 0 now
  Micros now_us() const { return net::Loop::now().monotonic_us - began_us_; }
  void arm(std::optional<Micros> at_us);
  void connect(ConnEpoch epoch, const std::string& url, const std::string& token);
  void send(ConnEpoch epoch, const std::string& text);
  void close(ConnEpoch epoch, std::uint16_t code);
  void drop();  // without a goodbye

 private:
  net::Loop loop_;
  Tell tell_;
  net::Timer timer_;
  std::deque<std::string> lines_;
  bool at_end_ = false;
  Micros began_us_ = 0;
  ConnEpoch epoch_;
  std::unique_ptr<net::WebSocketClient> socket_;
};

}  // namespace dp::kit
