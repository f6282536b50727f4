#include "conformance/net/raw_client.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <cctype>
#include <charconv>
#include <optional>

#include "conformance/net/loop_impl.h"
#include "conformance/net/websocket.h"
#include "core/vocabulary/bytes.h"

namespace dp::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failure = boost::system::error_code;

constexpr std::size_t kReadBytes = 64u << 10;
constexpr std::size_t kHeadBytesMax = 64u << 10;
constexpr unsigned kSwitchingProtocols = 101;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

class RawWire : public std::enable_shared_from_this<RawWire> {
 public:
  RawWire(asio::io_context& io, RawOrder order)
      : order_(std::move(order)),
        resolver_(io),
        socket_(io),
        frames_reader_(RawClient::kKeptBytesMax) {}

  void start() {
    resolver_.async_resolve(
        order_.url.host, std::to_string(order_.url.port),
        [self = shared_from_this()](Failure failure, tcp::resolver::results_type found) {
          if (failure) return self->end(failure.message());
          asio::async_connect(self->socket_, found, [self](Failure refused, const tcp::endpoint&) {
            if (refused) return self->end(refused.message());
            self->connected();
          });
        });
  }

  void send(std::string bytes) {
    if (state_ == RawClient::State::over) return;
    unsent_ += bytes.size();
    queue_.push_back(std::move(bytes));
    if (may_write()) write();
  }

  void pause(bool paused) {
    const bool resumed = paused_ && !paused;
    paused_ = paused;
    if (resumed && !reading_ && is_connected_) read();
  }

  void end(std::string why) {
    if (state_ == RawClient::State::over) return;
    state_ = RawClient::State::over;
    ending_ = std::move(why);
    Failure ignored;
    resolver_.cancel();
    socket_.close(ignored);
  }

  RawClient::State state_ = RawClient::State::connecting;
  HttpAnswer answer_;
  std::deque<RawFrame> frames_;
  std::string ending_;
  std::size_t unsent_ = 0;
  bool is_connected_ = false;
  bool was_open_ = false;

 private:
  void connected() {
    Failure ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    if (order_.receive_buffer_bytes > 0) {
      socket_.set_option(
          asio::socket_base::receive_buffer_size(static_cast<int>(order_.receive_buffer_bytes)),
          ignored);
    }
    if (!order_.url.tls) return ask();
    Failure failure;
    context_.emplace(asio::ssl::context::tls_client);
    if (order_.ca_file.empty()) {
      context_->set_default_verify_paths(failure);
    } else {
      context_->load_verify_file(order_.ca_file, failure);
    }
    if (failure) return end("certificate: " + failure.message());
    tls_.emplace(socket_, *context_);
    SSL_set_tlsext_host_name(tls_->native_handle(), order_.url.host.c_str());
    tls_->set_verify_mode(asio::ssl::verify_peer);
    tls_->set_verify_callback(asio::ssl::host_name_verification(order_.url.host));
    tls_->async_handshake(asio::ssl::stream_base::client,
                          [self = shared_from_this()](Failure refused) {
                            if (refused) return self->end("certificate: " + refused.message());
                            self->ask();
                          });
  }

  void ask() {
    if (state_ == RawClient::State::over) return;
    is_connected_ = true;
    state_ = RawClient::State::asked;
    unsent_ += order_.request.size();
    queue_.push_front(order_.request);
    write();
    read();
  }

  // The request first; what else waits, once the upgrade is done.
  bool may_write() const { return is_connected_ && !writing_ && state_ == RawClient::State::open; }

  void write() {
    writing_ = true;
    const auto wrote = [self = shared_from_this()](Failure failure, std::size_t) {
      self->writing_ = false;
      if (self->state_ == RawClient::State::over) return;
      // What the peer said before it stopped listening may still wait to be read.
      if (failure) return self->queue_.clear();
      self->unsent_ -= self->queue_.front().size();
      self->queue_.pop_front();
      if (!self->queue_.empty() && self->may_write()) self->write();
    };
    if (tls_) {
      asio::async_write(*tls_, asio::buffer(queue_.front()), wrote);
    } else {
      asio::async_write(socket_, asio::buffer(queue_.front()), wrote);
    }
  }

  void read() {
    reading_ = true;
    const auto got = [self = shared_from_this()](Failure failure, std::size_t bytes) {
      self->reading_ = false;
      if (self->state_ == RawClient::State::over) return;
      self->take({self->chunk_.data(), bytes});
      if (failure) return self->end(failure.message());
      if (!self->paused_ && self->state_ != RawClient::State::over) self->read();
    };
    if (tls_) {
      tls_->async_read_some(asio::buffer(chunk_), got);
    } else {
      socket_.async_read_some(asio::buffer(chunk_), got);
    }
  }

  void take(std::string_view bytes) {
    kept_bytes_ += bytes.size();
    if (kept_bytes_ > RawClient::kKeptBytesMax) return end("it sent more than can be kept");
    if (state_ == RawClient::State::asked) return take_head(bytes);
    if (state_ == RawClient::State::answered) {
      answer_.body += bytes;
      return;
    }
    frames_reader_.feed(bytes);
    take_frames();
  }

  void take_frames() {
    while (auto frame = frames_reader_.next()) frames_.push_back(std::move(*frame));
    if (frames_reader_.too_long()) end("it announced a frame longer than can be kept");
  }

  void take_head(std::string_view bytes) {
    head_ += bytes;
    const std::size_t end_of_head = head_.find("\r\n\r\n");
    if (end_of_head == std::string::npos) {
      if (head_.size() > kHeadBytesMax) end("its answer to the upgrade is too long");
      return;
    }
    answer_.head = head_.substr(0, end_of_head + 2);
    const std::string rest = head_.substr(end_of_head + 4);
    constexpr std::string_view kVersion = "HTTP/1.1 ";
    if (!answer_.head.starts_with(kVersion)) return end("it does not answer in HTTP/1.1");
    const char* digits = answer_.head.data() + kVersion.size();
    std::from_chars(digits, digits + 3, answer_.status);
    if (answer_.status != kSwitchingProtocols) {
      state_ = RawClient::State::answered;
      answer_.body = rest;
      return;
    }
    state_ = RawClient::State::open;
    was_open_ = true;
    frames_reader_.feed(rest);
    take_frames();
    if (!queue_.empty() && may_write()) write();
  }

  RawOrder order_;
  tcp::resolver resolver_;
  std::optional<asio::ssl::context> context_;
  tcp::socket socket_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  std::array<char, kReadBytes> chunk_{};
  std::deque<std::string> queue_;
  std::string head_;
  RawFrameReader frames_reader_;
  std::size_t kept_bytes_ = 0;
  bool writing_ = false;
  bool reading_ = false;
  bool paused_ = false;
};

class RawClientOnLoop final : public RawClient {
 public:
  RawClientOnLoop(Loop& loop, RawOrder order)
      : wire_(std::make_shared<RawWire>(loop.impl().io, std::move(order))) {
    wire_->start();
  }
  ~RawClientOnLoop() override { wire_->end("left"); }
  RawClientOnLoop(const RawClientOnLoop&) = delete;
  RawClientOnLoop& operator=(const RawClientOnLoop&) = delete;

  void send(std::string bytes) override { wire_->send(std::move(bytes)); }
  void pause(bool paused) override { wire_->pause(paused); }
  void cut() override { wire_->end("cut"); }
  State state() const override { return wire_->state_; }
  const HttpAnswer& answer() const override { return wire_->answer_; }
  std::deque<RawFrame>& frames() override { return wire_->frames_; }
  std::size_t unsent_bytes() const override { return wire_->unsent_; }
  const std::string& ending() const override { return wire_->ending_; }
  bool was_connected() const override { return wire_->is_connected_; }
  bool was_open() const override { return wire_->was_open_; }

 private:
  std::shared_ptr<RawWire> wire_;
};

}  // namespace

std::string accept_of_key(std::string_view key) {
  const std::string salted = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned bytes = 0;
  if (EVP_Digest(salted.data(), salted.size(), digest.data(), &bytes, EVP_sha1(), nullptr) != 1) {
    return {};
  }
  return base64_encode({digest.data(), bytes});
}

std::string upgrade_request(const UpgradeRequest& asked) {
  std::string out = "GET " + asked.url.path +
                    " HTTP/1.1\r\nHost: " + authority_of(asked.url.host, asked.url.port) +
                    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                    "\r\nSec-WebSocket-Key: " +
                    asked.key + "\r\nSec-WebSocket-Protocol: " + std::string(kSubprotocol);
  if (asked.token_as_protocol) out += ", " + asked.token;
  out += "\r\n";
  if (!asked.token_as_protocol && !asked.token.empty()) {
    out += "Authorization: Bearer " + asked.token + "\r\n";
  }
  for (const auto& [name, value] : asked.headers) out += name + ": " + value + "\r\n";
  return out + "\r\n";
}

std::string HttpAnswer::header(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || lower(line.substr(0, colon)) != name) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    return std::string(value);
  }
  return {};
}

std::unique_ptr<RawClient> RawClient::connect(Loop& loop, RawOrder order) {
  return std::make_unique<RawClientOnLoop>(loop, std::move(order));
}

}  // namespace dp::net
