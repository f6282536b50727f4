#include <openssl/ssl.h>

#include <utility>
// Asio 1.74 uses std::exchange without including <utility>.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>

#include "conformance/net/loop_impl.h"
#include "conformance/net/session.h"
#include "conformance/net/websocket.h"

namespace dp::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failure = boost::system::error_code;

// Out of descriptors: the next try is after somebody may have left.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);

Result<TlsContext> server_tls(const ServerOptions& options) {
  if (options.certificate_file.empty() && options.key_file.empty()) return TlsContext();
  if (options.certificate_file.empty() || options.key_file.empty()) {
    return fail(Fault::caller, "bad_certificate", "a certificate and its key come together");
  }
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  Failure failure;
  tls->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, failure);
  tls->use_certificate_chain_file(options.certificate_file, failure);
  if (failure) {
    return fail(Fault::caller, "bad_certificate",
                options.certificate_file + ": " + failure.message());
  }
  tls->use_private_key_file(options.key_file, asio::ssl::context::pem, failure);
  if (failure) {
    return fail(Fault::caller, "bad_certificate", options.key_file + ": " + failure.message());
  }
  if (SSL_CTX_check_private_key(tls->native_handle()) != 1) {
    return fail(Fault::caller, "bad_certificate",
                options.key_file + " is not the key of " + options.certificate_file);
  }
  return tls;
}

class Server final : public WebSocketServer {
 public:
  Server(Loop& loop, ServerOptions options, ServerHandlers handlers, TlsContext tls)
      : io_(loop.impl().io),
        acceptor_(io_),
        pause_(io_),
        options_(std::move(options)),
        handlers_(std::move(handlers)),
        tls_(std::move(tls)) {}

  ~Server() override {
    *alive_ = false;
    for (auto& [conn, session] : sessions_) {
      session->detach();
      session->cut();
    }
  }

  Result<void> start() {
    Failure failure;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(options_.host, std::to_string(options_.port),
                                        tcp::resolver::passive, failure);
    if (failure || found.empty()) {
      return fail(Fault::caller, "bad_address", options_.host + ": " + failure.message());
    }
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), failure);
    if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor_.bind(endpoint, failure);
    if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) {
      return fail(Fault::storage, "cannot_listen",
                  authority_of(options_.host, options_.port) + ": " + failure.message());
    }
    options_.port = acceptor_.local_endpoint(failure).port();
    accept();
    return {};
  }

  std::string url() const override {
    const bool any = options_.host == "0.0.0.0" || options_.host == "::";
    const std::string host = any ? "127.0.0.1" : options_.host;
    return (tls_ ? "wss://" : "ws://") + authority_of(host, options_.port);
  }
  void send(ConnId conn, std::string text) override {
    if (const auto at = sessions_.find(conn); at != sessions_.end()) {
      at->second->send(std::move(text));
    }
  }
  void close(ConnId conn, std::uint16_t code, std::string reason) override {
    if (const auto at = sessions_.find(conn); at != sessions_.end()) {
      at->second->close(code, std::move(reason));
    }
  }
  void cut(ConnId conn) override {
    if (const auto at = sessions_.find(conn); at != sessions_.end()) at->second->cut();
  }
  void ping(ConnId conn) override {
    if (const auto at = sessions_.find(conn); at != sessions_.end()) at->second->ping();
  }
  void stop_accepting() override {
    Failure ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }
  std::size_t connections() const override { return open_.size(); }

 private:
  void accept() {
    acceptor_.async_accept([this, alive = alive_](Failure failure, tcp::socket socket) {
      if (!*alive || failure == asio::error::operation_aborted) return;
      if (failure) return accept_later();
      if (sessions_.size() < options_.limits.connections_max) begin(std::move(socket));
      accept();
    });
  }

  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this, alive = alive_](Failure failure) {
      if (*alive && !failure) accept();
    });
  }

  void begin(tcp::socket socket) {
    const ConnId conn{++last_conn_};
    SessionEvents events;
    events.opened = [this, conn](Upgrade upgrade) {
      open_.emplace(conn, true);
      if (handlers_.opened) handlers_.opened(conn, std::move(upgrade));
    };
    events.text = [this, conn](std::string text) {
      if (handlers_.text) handlers_.text(conn, std::move(text));
    };
    events.written = [this, conn](std::size_t bytes) {
      if (handlers_.written) handlers_.written(conn, bytes);
    };
    events.closed = [this, conn](std::uint16_t, const std::string&) {
      sessions_.erase(conn);
      if (open_.erase(conn) > 0 && handlers_.closed) handlers_.closed(conn);
    };
    events.http = [this](const std::string& method, const std::string& target) {
      return handlers_.http ? handlers_.http(method, target) : HttpReply{};
    };
    events.pong = [this, conn] {
      if (handlers_.pong) handlers_.pong(conn);
    };
    if (handlers_.upgrade) events.upgrade = handlers_.upgrade;
    sessions_.emplace(conn,
                      accept_session(std::move(socket), tls_, options_.limits, std::move(events)));
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  ServerOptions options_;
  ServerHandlers handlers_;
  TlsContext tls_;
  std::map<ConnId, std::shared_ptr<Session>> sessions_;
  std::map<ConnId, bool> open_;
  std::uint64_t last_conn_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

Result<std::unique_ptr<WebSocketServer>> WebSocketServer::listen(Loop& loop, ServerOptions options,
                                                                 ServerHandlers handlers) {
  Result<TlsContext> tls = server_tls(options);
  if (!tls) return std::unexpected(tls.error());
  auto server = std::make_unique<Server>(loop, std::move(options), std::move(handlers), *tls);
  if (const Result<void> started = server->start(); !started) {
    return std::unexpected(started.error());
  }
  return server;
}

}  // namespace dp::net
