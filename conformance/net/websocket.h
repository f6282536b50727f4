// WebSockets of RFC 6455 in both directions, plain or over TLS, on a Loop.
//
// Guarantees: handlers are called on the loop's thread and never from inside a call made here;
// after `closed` nothing more is said about a connection; a message above the limit is never
// buffered beyond limit + 1 bytes and arrives cut to that size, so that its receiver can refuse it
// by name; text that is not UTF-8 ends the connection with 1007, a binary message with 1003; each
// handshake, opening or closing, and each refusal to read our last words, has an end.
// Does not: compress (no permessage-deflate), ping by itself, judge tokens, or bound what waits to
// be sent: `written` says how much left, and the owner cuts whoever reads too slowly.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "conformance/net/loop.h"
#include "core/vocabulary/ids.h"
#include "core/vocabulary/result.h"
#include "core/vocabulary/time.h"

namespace dp::net {

inline constexpr std::string_view kSubprotocol = "draft-sync.v1";

struct SocketLimits {
  std::size_t frame_bytes_max = 4u << 20;
  Micros handshake_timeout_us = 10 * kSecond;
  Micros close_timeout_us = 5 * kSecond;  // then the connection is cut, whatever was not sent
  Micros idle_timeout_us = 0;             // 0: the owner judges silence itself
  std::size_t connections_max = 10'000;   // a server's; more are refused while they connect
  // For servers that are judged: how a peer may legally, or may not, speak WebSocket.
  std::size_t fragment_bytes = 0;  // 0: a message is one frame
  bool binary_is_text = false;     // hands binary messages on instead of closing with 1003
};

// ---- a server -----------------------------------------------------------------------------------

struct Upgrade {       // what a client asked for
  std::string token;   // "" if it showed none
  std::string target;  // path and query
};
struct HttpReply {
  unsigned status = 404;
  std::string body;  // JSON
};
struct ServerHandlers {
  std::function<void(ConnId, Upgrade)> opened;
  std::function<void(ConnId, std::string)> text;
  std::function<void(ConnId, std::size_t bytes)> written;
  std::function<void(ConnId)> closed;
  // A request that is no upgrade. The answer ends the connection.
  std::function<HttpReply(const std::string& method, const std::string& target)> http;
  // A status other than 101 refuses the upgrade. May be empty: none is refused.
  std::function<HttpReply(const Upgrade&)> upgrade;
  std::function<void(ConnId)> pong;  // the peer's end has read everything sent before the ping
};
struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;             // 0: any that is free
  std::string certificate_file = {};  // PEM chain; "" and no key: plain WebSocket
  std::string key_file = {};          // PEM
  SocketLimits limits = {};
};

class WebSocketServer {
 public:
  // Fails with Fault::caller, "bad_certificate" or "bad_address", or with Fault::storage,
  // "cannot_listen"; the detail is the system's own words.
  static Result<std::unique_ptr<WebSocketServer>> listen(Loop& loop, ServerOptions options,
                                                         ServerHandlers handlers);
  virtual ~WebSocketServer() = default;

  virtual std::string url() const = 0;  // ws:// or wss://, with the port it got
  virtual void send(ConnId conn, std::string text) = 0;
  // Sends what waits, then the close; the connection is closed once the peer answered.
  virtual void close(ConnId conn, std::uint16_t code, std::string reason) = 0;
  virtual void cut(ConnId conn) = 0;   // no close, no goodbye
  virtual void ping(ConnId conn) = 0;  // one at a time
  virtual void stop_accepting() = 0;
  virtual std::size_t connections() const = 0;  // upgraded and not yet closed
};

// ---- a client -----------------------------------------------------------------------------------

struct ClientHandlers {
  std::function<void()> opened;
  std::function<void(std::string)> text;
  // Code 0: it never opened, or ended without a close; the reason then says what went wrong.
  std::function<void(std::uint16_t code, std::string reason)> closed;
};
struct ClientOptions {
  std::string url = {};            // ws://host[:port][/path] or wss://
  std::string token = {};          // sent as Authorization: Bearer; "" sends none
  bool token_as_protocol = false;  // in Sec-WebSocket-Protocol instead, as browsers must
  std::string ca_file = {};        // trusted instead of the system's authorities; wss only
  SocketLimits limits = {};
};
// An address that this client can connect to. Fails with Fault::caller, "bad_url"; a token or
// anything else before an @ is refused.
Result<void> check_url(const std::string& url);

class WebSocketClient {
 public:
  // Begins to connect. What goes wrong is told by `closed`.
  static std::unique_ptr<WebSocketClient> connect(Loop& loop, ClientOptions options,
                                                  ClientHandlers handlers);
  // Gives the connection up without a goodbye unless it was closed; no handler is called any more.
  virtual ~WebSocketClient() = default;
  virtual void send(std::string text) = 0;
  virtual void close(std::uint16_t code, std::string reason) = 0;
};

}  // namespace dp::net
