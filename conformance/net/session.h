// One WebSocket connection, whichever side began it and whatever it runs over: the seam between
// Beast, which one .cc file includes, and everything else.
//
// Life:   opening -> open -> closing -> over          (`closed` is told once, on reaching over)
//            \________________________/               (refused, broken, cut, out of time)
// A session keeps itself alive until it is over. detach() silences it for an owner that leaves.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "conformance/net/url.h"
#include "conformance/net/websocket.h"

namespace boost::asio::ssl {
class context;
}

namespace dp::net {

struct SessionEvents {
  std::function<void(Upgrade)> opened;
  std::function<void(std::string)> text;
  std::function<void(std::size_t)> written;
  std::function<void(std::uint16_t, std::string)> closed;
  std::function<HttpReply(const std::string&, const std::string&)> http;
  std::function<HttpReply(const Upgrade&)> upgrade;
  std::function<void()> pong;
};

class Session {
 public:
  virtual ~Session() = default;
  virtual void send(std::string text) = 0;
  virtual void close(std::uint16_t code, std::string reason) = 0;
  virtual void ping() = 0;  // one at a time: the next after its pong
  virtual void cut() = 0;
  virtual void detach() = 0;
};

// `tls` is null for a plain connection and must outlive the call; sessions hold on to it.
using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

std::shared_ptr<Session> accept_session(boost::asio::ip::tcp::socket socket, TlsContext tls,
                                        const SocketLimits& limits, SessionEvents events);

struct ConnectOrder {
  Url url;
  std::string token;
  bool token_as_protocol = false;
};
std::shared_ptr<Session> connect_session(boost::asio::io_context& io, ConnectOrder order,
                                         TlsContext tls, const SocketLimits& limits,
                                         SessionEvents events);

}  // namespace dp::net
