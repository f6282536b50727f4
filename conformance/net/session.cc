// The only file that includes Beast: it costs more to compile than the rest of the room together.
#include "conformance/net/session.h"

#include <utility>
// Beast 1.74 uses std::exchange without including <utility>.
#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <deque>
#include <optional>
#include <type_traits>

namespace dp::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ws = beast::websocket;
using asio::ip::tcp;
using Failure = boost::system::error_code;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;

constexpr std::size_t kHeaderBytesMax = 16u << 10;
constexpr std::size_t kBodyBytesMax = 16u << 10;
constexpr std::size_t kReadBytes = 16u << 10;
constexpr std::size_t kCloseReasonBytesMax = 123;
constexpr std::uint16_t kUnsupportedData = 1003;
constexpr unsigned kSwitchingProtocols = 101;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

std::chrono::microseconds span_of(Micros us) {
  return std::chrono::microseconds(us);
}

std::string_view text_of(beast::string_view text) {
  return {text.data(), text.size()};
}

// "a, b" -> the words between the commas, without blanks around them.
std::vector<std::string> protocols_of(const Request& request) {
  std::vector<std::string> words;
  std::string_view rest = text_of(request[http::field::sec_websocket_protocol]);
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto first = word.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    word = word.substr(first, word.find_last_not_of(" \t") - first + 1);
    words.emplace_back(word);
  }
  return words;
}

std::string token_of(const Request& request, const std::vector<std::string>& protocols) {
  constexpr std::string_view kBearer = "bearer ";
  const std::string_view shown = text_of(request[http::field::authorization]);
  if (shown.size() > kBearer.size() &&
      beast::iequals({shown.data(), kBearer.size()}, {kBearer.data(), kBearer.size()})) {
    return std::string(shown.substr(kBearer.size()));
  }
  if (protocols.size() >= 2 && protocols[0] == kSubprotocol) return protocols[1];
  return {};
}

Response response_to(const Request& request, const HttpReply& reply) {
  Response response{static_cast<http::status>(reply.status), request.version()};
  response.set(http::field::content_type, "application/json");
  response.set(http::field::cache_control, "no-store");
  response.keep_alive(false);
  if (request.method() != http::verb::head) response.body() = reply.body;
  response.prepare_payload();
  return response;
}

template <class Layer>
class Connection final : public Session, public std::enable_shared_from_this<Connection<Layer>> {
 public:
  static constexpr bool kSecure = std::is_same_v<Layer, Secure>;

  template <class... Below>
  Connection(TlsContext tls, const SocketLimits& limits, SessionEvents events, Below&&... below)
      : tls_(std::move(tls)),
        ws_(std::forward<Below>(below)...),
        deadline_(ws_.get_executor()),
        resolver_(ws_.get_executor()),
        limits_(limits),
        events_(std::move(events)) {
    ws::stream_base::timeout timeout{ws::stream_base::none(), ws::stream_base::none(), false};
    if (limits_.idle_timeout_us > 0) timeout.idle_timeout = span_of(limits_.idle_timeout_us);
    ws_.set_option(timeout);
    ws_.read_message_max(0);  // counted here, so that what is too long can be refused by name
    ws_.text(true);
    ws_.control_callback([this](ws::frame_type kind, beast::string_view) {
      if (kind == ws::frame_type::pong && !is_detached_ && events_.pong) events_.pong();
    });
    if (limits_.fragment_bytes == 0) return;
    ws_.auto_fragment(true);
    ws_.write_buffer_bytes(limits_.fragment_bytes);
  }

  // ---- opening as a server ----------------------------------------------------------------------

  void accept() {
    end_after(limits_.handshake_timeout_us, "the handshake took too long");
    if constexpr (kSecure) {
      ws_.next_layer().async_handshake(asio::ssl::stream_base::server,
                                       step([](auto& self) { self.read_request(); }));
    } else {
      read_request();
    }
  }

  void read_request() {
    parser_.emplace();
    parser_->header_limit(kHeaderBytesMax);
    parser_->body_limit(kBodyBytesMax);
    http::async_read(ws_.next_layer(), buffer_, *parser_,
                     [self = this->shared_from_this()](Failure failure, std::size_t) {
                       if (failure) return self->end(0, failure.message());
                       self->answer_request();
                     });
  }

  void answer_request() {
    request_ = parser_->release();
    if (!ws::is_upgrade(request_)) return answer_http();
    // Beast has no place for them, and nobody may send them before our answer.
    if (buffer_.size() > 0) return end(0, "bytes came before the handshake was over");
    const std::vector<std::string> protocols = protocols_of(request_);
    upgrade_.token = token_of(request_, protocols);
    upgrade_.target = std::string(text_of(request_.target()));
    if (!is_detached_ && events_.upgrade) {
      const HttpReply reply = events_.upgrade(upgrade_);
      if (reply.status != kSwitchingProtocols) return answer_http(reply);
    }
    const bool chosen = !protocols.empty() && protocols[0] == kSubprotocol;
    ws_.set_option(ws::stream_base::decorator([chosen](ws::response_type& response) {
      const beast::string_view protocol(kSubprotocol.data(), kSubprotocol.size());
      if (chosen) response.set(http::field::sec_websocket_protocol, protocol);
    }));
    ws_.async_accept(request_, step([](auto& self) { self.open(); }));
  }

  void answer_http() {
    HttpReply reply;
    if (!is_detached_ && events_.http) {
      const std::string method(text_of(request_.method_string()));
      reply = events_.http(method, std::string(text_of(request_.target())));
    }
    answer_http(reply);
  }

  void answer_http(const HttpReply& reply) {
    auto response = std::make_shared<Response>(response_to(request_, reply));
    http::async_write(ws_.next_layer(), *response,
                      [self = this->shared_from_this(), response](Failure, std::size_t) {
                        self->end(0, "answered as HTTP");
                      });
  }

  // ---- opening as a client ----------------------------------------------------------------------

  void connect(ConnectOrder order) {
    order_ = std::move(order);
    end_after(limits_.handshake_timeout_us, "connecting took too long");
    resolver_.async_resolve(
        order_.url.host, std::to_string(order_.url.port),
        [self = this->shared_from_this()](Failure failure, tcp::resolver::results_type found) {
          if (failure) return self->end(0, failure.message());
          beast::get_lowest_layer(self->ws_).async_connect(
              found, [self](Failure refused, const tcp::endpoint&) {
                if (refused) return self->end(0, refused.message());
                self->begin_tls();
              });
        });
  }

  void begin_tls() {
    Failure ignored;
    beast::get_lowest_layer(ws_).socket().set_option(tcp::no_delay(true), ignored);
    if constexpr (kSecure) {
      auto& tls = ws_.next_layer();
      SSL_set_tlsext_host_name(tls.native_handle(), order_.url.host.c_str());
      tls.set_verify_mode(asio::ssl::verify_peer);
      tls.set_verify_callback(asio::ssl::host_name_verification(order_.url.host));
      tls.async_handshake(asio::ssl::stream_base::client,
                          step([](auto& self) { self.ask_upgrade(); }));
    } else {
      ask_upgrade();
    }
  }

  void ask_upgrade() {
    ws_.set_option(ws::stream_base::decorator([this](ws::request_type& request) {
      std::string protocols(kSubprotocol);
      if (order_.token_as_protocol) {
        protocols += ", " + order_.token;
      } else if (!order_.token.empty()) {
        request.set(http::field::authorization, "Bearer " + order_.token);
      }
      request.set(http::field::sec_websocket_protocol, protocols);
    }));
    const std::string host = authority_of(order_.url.host, order_.url.port);
    ws_.async_handshake(
        response_, host, order_.url.path, [self = this->shared_from_this()](Failure failure) {
          if (failure == ws::error::upgrade_declined) {
            return self->end(0, "HTTP " + std::to_string(self->response_.result_int()));
          }
          if (failure) return self->end(0, failure.message());
          self->open();
        });
  }

  // ---- open -------------------------------------------------------------------------------------

  void open() {
    deadline_.cancel();
    ++deadline_number_;
    Failure ignored;
    beast::get_lowest_layer(ws_).socket().set_option(tcp::no_delay(true), ignored);
    buffer_ = beast::flat_buffer();
    is_open_ = true;
    read();
    if (!is_detached_ && events_.opened) events_.opened(std::move(upgrade_));
  }

  void read() {
    ws_.async_read_some(asio::buffer(chunk_), [self = this->shared_from_this()](Failure failure,
                                                                                std::size_t size) {
      if (failure == ws::error::closed) {
        const ws::close_reason& why = self->ws_.reason();
        return self->end(why.code, std::string(text_of({why.reason.data(), why.reason.size()})));
      }
      if (failure) return self->end(0, failure.message());
      self->take(size);
    });
  }

  void take(std::size_t size) {
    if (is_over_) return;
    if (ws_.got_binary() && !limits_.binary_is_text) {
      close(kUnsupportedData, "binary messages are not spoken here");
    } else {
      const std::size_t room = limits_.frame_bytes_max + 1 - message_.size();
      message_.append(chunk_.data(), std::min(size, room));
    }
    if (ws_.is_message_done()) {
      std::string message = std::exchange(message_, {});
      if (!closing_ && !is_detached_ && events_.text) events_.text(std::move(message));
    }
    if (!is_over_) read();
  }

  void send(std::string text) override {
    if (!is_open_ || closing_ || is_over_) return;
    queue_.push_back(std::move(text));
    if (!is_writing_) write();
  }

  void write() {
    is_writing_ = true;
    ws_.async_write(asio::buffer(queue_.front()),
                    [self = this->shared_from_this()](Failure failure, std::size_t) {
                      if (failure) return self->end(0, failure.message());
                      self->wrote();
                    });
  }

  void wrote() {
    is_writing_ = false;
    const std::size_t bytes = queue_.front().size();
    queue_.pop_front();
    if (!is_over_ && !is_detached_ && events_.written) events_.written(bytes);
    if (is_over_ || is_writing_) return;
    if (!queue_.empty()) {
      write();
    } else if (closing_) {
      say_goodbye();
    }
  }

  void ping() override {
    if (!is_open_ || closing_ || is_over_) return;
    ws_.async_ping({}, [self = this->shared_from_this()](Failure failure) {
      if (failure) self->end(0, failure.message());
    });
  }

  // ---- the end ----------------------------------------------------------------------------------

  void close(std::uint16_t code, std::string reason) override {
    if (closing_ || is_over_) return;
    if (!is_open_) return end(0, "given up while it opened");
    reason.resize(std::min(reason.size(), kCloseReasonBytesMax));
    closing_.emplace(static_cast<ws::close_code>(code), reason);
    end_after(limits_.close_timeout_us, "the peer did not answer the close");
    if (!is_writing_) say_goodbye();
  }

  void say_goodbye() {
    ws_.async_close(*closing_, [self = this->shared_from_this()](Failure) {
      self->end(self->closing_->code, "");
    });
  }

  void cut() override { end(0, "cut"); }
  // Not cleared: one of them may be what is calling.
  void detach() override { is_detached_ = true; }

 private:
  // Continues with `next` unless what was waited for failed.
  template <class Next>
  auto step(Next next) {
    return [self = this->shared_from_this(), next](Failure failure) {
      if (failure) return self->end(0, failure.message());
      if (!self->is_over_) next(*self);
    };
  }

  void end_after(Micros us, const char* why) {
    const std::uint64_t number = ++deadline_number_;
    deadline_.expires_after(span_of(us));
    deadline_.async_wait([self = this->shared_from_this(), number, why](Failure failure) {
      if (!failure && self->deadline_number_ == number) self->end(0, why);
    });
  }

  void end(std::uint16_t code, std::string reason) {
    if (std::exchange(is_over_, true)) return;
    ++deadline_number_;
    deadline_.cancel();
    resolver_.cancel();
    beast::get_lowest_layer(ws_).close();
    asio::post(ws_.get_executor(),
               [self = this->shared_from_this(), code, reason = std::move(reason)] {
                 const auto tell = std::exchange(self->events_, {}).closed;
                 if (!self->is_detached_ && tell) tell(code, reason);
               });
  }

  TlsContext tls_;  // used by ws_
  ws::stream<Layer, false> ws_;
  asio::steady_timer deadline_;
  std::uint64_t deadline_number_ = 0;
  tcp::resolver resolver_;
  SocketLimits limits_;
  SessionEvents events_;

  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Request request_;
  Upgrade upgrade_;
  ConnectOrder order_;
  ws::response_type response_;

  std::array<char, kReadBytes> chunk_{};
  std::string message_;
  std::deque<std::string> queue_;
  std::optional<ws::close_reason> closing_;
  bool is_open_ = false;
  bool is_writing_ = false;
  bool is_over_ = false;
  bool is_detached_ = false;
};

}  // namespace

std::shared_ptr<Session> accept_session(tcp::socket socket, TlsContext tls,
                                        const SocketLimits& limits, SessionEvents events) {
  if (tls == nullptr) {
    auto session = std::make_shared<Connection<Plain>>(tls, limits, std::move(events),
                                                       Plain(std::move(socket)));
    session->accept();
    return session;
  }
  auto session = std::make_shared<Connection<Secure>>(tls, limits, std::move(events),
                                                      Plain(std::move(socket)), *tls);
  session->accept();
  return session;
}

std::shared_ptr<Session> connect_session(asio::io_context& io, ConnectOrder order, TlsContext tls,
                                         const SocketLimits& limits, SessionEvents events) {
  if (tls == nullptr) {
    auto session = std::make_shared<Connection<Plain>>(tls, limits, std::move(events), Plain(io));
    session->connect(std::move(order));
    return session;
  }
  auto session =
      std::make_shared<Connection<Secure>>(tls, limits, std::move(events), Plain(io), *tls);
  session->connect(std::move(order));
  return session;
}

}  // namespace dp::net
