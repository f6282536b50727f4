#include "conformance/suites/client/wires.h"

#include <utility>

namespace dp::conformance {
namespace {

constexpr unsigned kSwitchingProtocols = 101;
constexpr unsigned kUnavailable = 503;

}  // namespace

Result<std::unique_ptr<Wires>> Wires::listen(net::ServerOptions options,
                                             std::function<bool(const std::string&)> admits) {
  std::unique_ptr<Wires> wires(new Wires);
  wires->admits_ = std::move(admits);
  auto server = net::WebSocketServer::listen(wires->loop_, std::move(options), wires->handlers());
  if (!server) return std::unexpected(server.error());
  wires->server_ = std::move(*server);
  return wires;
}

net::ServerHandlers Wires::handlers() {
  using Kind = WireEvent::Kind;
  net::ServerHandlers out;
  out.upgrade = [this](const net::Upgrade& upgrade) {
    events_.push_back({Kind::attempt, 0, upgrade.token, upgrade.target});
    return net::HttpReply{admits_(upgrade.token) ? kSwitchingProtocols : kUnavailable, ""};
  };
  out.opened = [this](ConnId conn, const net::Upgrade& upgrade) {
    lines_[conn.value].token = upgrade.token;
    events_.push_back({Kind::opened, conn.value, upgrade.token, ""});
  };
  out.text = [this](ConnId conn, std::string text) {
    events_.push_back({Kind::text, conn.value, lines_[conn.value].token, std::move(text)});
  };
  out.closed = [this](ConnId conn) {
    events_.push_back({Kind::closed, conn.value, lines_[conn.value].token, ""});
    lines_.erase(conn.value);
  };
  out.written = [this](ConnId conn, std::size_t) {
    const auto at = lines_.find(conn.value);
    if (at == lines_.end() || --at->second.unwritten > 0 || !at->second.ping_due) return;
    at->second.ping_due = false;
    server_->ping(conn);
  };
  out.pong = [this](ConnId conn) {
    events_.push_back({Kind::pong, conn.value, lines_[conn.value].token, ""});
  };
  return out;
}

void Wires::wait(Micros at_most_us) {
  loop_.run_until([this] { return !events_.empty(); }, at_most_us);
}

void Wires::send(std::uint64_t conn, std::string_view text) {
  const auto at = lines_.find(conn);
  if (at == lines_.end()) return;
  ++at->second.unwritten;
  server_->send({conn}, std::string(text));
}
void Wires::close(std::uint64_t conn, std::uint16_t code, std::string reason) {
  server_->close({conn}, code, std::move(reason));
}
void Wires::cut(std::uint64_t conn) {
  server_->cut({conn});
}
void Wires::ping(std::uint64_t conn) {
  const auto at = lines_.find(conn);
  if (at == lines_.end()) return;
  at->second.ping_due = at->second.unwritten > 0;
  if (!at->second.ping_due) server_->ping({conn});
}

}  // namespace dp::conformance
