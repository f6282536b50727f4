#include <utility>
// Asio 1.74 uses std::exchange without including <utility>.
#include <boost/asio/ssl/context.hpp>

#include "conformance/net/loop_impl.h"
#include "conformance/net/session.h"
#include "conformance/net/websocket.h"

namespace dp::net {
namespace {

namespace asio = boost::asio;
using Failure = boost::system::error_code;

Result<TlsContext> client_tls(const ClientOptions& options, const Url& url) {
  if (!url.tls) return TlsContext();
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  Failure failure;
  tls->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, failure);
  if (options.ca_file.empty()) {
    tls->set_default_verify_paths(failure);
  } else {
    tls->load_verify_file(options.ca_file, failure);
  }
  if (failure) return fail(Fault::caller, "bad_certificate", failure.message());
  return tls;
}

class Client final : public WebSocketClient {
 public:
  Client() = default;
  ~Client() override {
    if (session_ == nullptr) return;
    session_->detach();
    if (!is_closing_) session_->cut();
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void start(Loop& loop, ClientOptions options, ClientHandlers handlers) {
    const std::optional<Url> url = parse_url(options.url);
    Result<TlsContext> tls = url ? client_tls(options, *url) : fail(Fault::caller, "bad_url");
    if (!tls) {
      loop.post([alive = alive_, handlers = std::move(handlers), why = tls.error()] {
        if (*alive && handlers.closed) handlers.closed(0, why.code + ": " + why.detail);
      });
      return;
    }
    SessionEvents events;
    events.opened = [opened = std::move(handlers.opened)](const Upgrade&) {
      if (opened) opened();
    };
    events.text = std::move(handlers.text);
    events.closed = std::move(handlers.closed);
    session_ = connect_session(loop.impl().io, {*url, options.token, options.token_as_protocol},
                               *tls, options.limits, std::move(events));
  }

  void send(std::string text) override {
    if (session_) session_->send(std::move(text));
  }
  void close(std::uint16_t code, std::string reason) override {
    is_closing_ = true;
    if (session_) session_->close(code, std::move(reason));
  }

 private:
  std::shared_ptr<Session> session_;
  bool is_closing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

Result<void> check_url(const std::string& url) {
  if (parse_url(url)) return {};
  return fail(Fault::caller, "bad_url", url);
}

std::unique_ptr<WebSocketClient> WebSocketClient::connect(Loop& loop, ClientOptions options,
                                                          ClientHandlers handlers) {
  auto client = std::make_unique<Client>();
  client->start(loop, std::move(options), std::move(handlers));
  return client;
}

}  // namespace dp::net
