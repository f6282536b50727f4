// A WebSocket client that sends exactly the bytes it is told to, right or wrong, and keeps what
// comes back: for judging servers, where a library would refuse to misbehave.
//
//   auto client = RawClient::connect(loop, {.url = url, .request = upgrade_request({.url = url})});
//   loop.run_until([&] { return client->state() >= RawClient::State::open; }, 5 * kSecond);
//
// Life:  connecting -> asked -> open -> over      `open` is reached with status 101 only;
//                        \----> answered -> over  any other status is an answer
// Guarantees: what is told before `open` waits until then, so that no frame overtakes the upgrade;
// what is kept is bounded. A client that leaves cuts its connection.
// Does not: answer pings or closes, join fragments, or judge.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/net/loop.h"
#include "conformance/net/raw_frame.h"
#include "conformance/net/url.h"

namespace dp::net {

struct UpgradeRequest {
  Url url = {};
  std::string token = {};  // "" shows none
  bool token_as_protocol = false;
  std::string key = "AAAAAAAAAAAAAAAAAAAAAA==";
  std::vector<std::pair<std::string, std::string>> headers = {};  // more of them
};
std::string upgrade_request(const UpgradeRequest& asked);
std::string accept_of_key(std::string_view key);  // what Sec-WebSocket-Accept must say

struct RawOrder {
  Url url = {};
  std::string request = {};              // the opening bytes
  std::string ca_file = {};              // trusted instead of the system's authorities; wss only
  std::size_t receive_buffer_bytes = 0;  // 0: the system's own
};

struct HttpAnswer {
  unsigned status = 0;
  std::string head;  // with its lines
  std::string body;
  std::string header(std::string_view name) const;  // lower-case name; "" if it is not there
};

class RawClient {
 public:
  enum class State : std::uint8_t { connecting, asked, open, answered, over };
  static constexpr std::size_t kKeptBytesMax = 64u << 20;

  static std::unique_ptr<RawClient> connect(Loop& loop, RawOrder order);
  virtual ~RawClient() = default;

  virtual void send(std::string bytes) = 0;
  virtual void pause(bool paused) = 0;  // nothing more is read meanwhile
  virtual void cut() = 0;
  virtual State state() const = 0;
  virtual const HttpAnswer& answer() const = 0;
  virtual std::deque<RawFrame>& frames() = 0;  // whoever reads takes them out
  virtual std::size_t unsent_bytes() const = 0;
  virtual const std::string& ending() const = 0;  // why it is over, in the system's words
  virtual bool was_connected() const = 0;         // and, with wss, the certificate was accepted
  virtual bool was_open() const = 0;
};

}  // namespace dp::net
