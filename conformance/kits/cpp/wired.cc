#include "conformance/kits/cpp/wired.h"

#include <utility>

namespace dp::kit {
namespace {

constexpr std::size_t kLineBytesMax = 16u << 20;

}  // namespace

Wired::Wired(int descriptor, Tell tell)
    : tell_(std::move(tell)), timer_(loop_, [this] { tell_(client::TimerFired{}); }) {
  loop_.read_lines(descriptor, kLineBytesMax, [this](std::optional<std::string> line) {
    at_end_ = !line;
    if (line) lines_.push_back(std::move(*line));
  });
}

bool Wired::next_line(std::string& line) {
  const auto spoken = [this] { return at_end_ || !lines_.empty(); };
  while (!loop_.run_until(spoken, kDay)) {
  }
  if (lines_.empty()) return false;
  line = std::move(lines_.front());
  lines_.pop_front();
  return true;
}

void Wired::begin() {
  drop();
  began_us_ = net::Loop::now().monotonic_us;
}

void Wired::arm(std::optional<Micros> at_us) {
  timer_.disarm();
  if (at_us) timer_.arm(began_us_ + *at_us);
}

void Wired::connect(ConnEpoch epoch, const std::string& url, const std::string& token) {
  epoch_ = epoch;
  net::ClientHandlers handlers;
  const auto mine = [this, epoch] { return epoch_ == epoch; };
  handlers.opened = [this, epoch, mine] {
    if (mine()) tell_(client::ConnOpened{epoch});
  };
  handlers.text = [this, epoch, mine](std::string text) {
    if (mine()) tell_(client::FrameArrived{epoch, std::move(text)});
  };
  handlers.closed = [this, epoch, mine](std::uint16_t code, const std::string&) {
    if (mine()) tell_(client::ConnClosed{epoch, code});
  };
  socket_ = net::WebSocketClient::connect(loop_, {.url = url, .token = token}, handlers);
}

void Wired::send(ConnEpoch epoch, const std::string& text) {
  if (socket_ && epoch == epoch_) socket_->send(text);
}

void Wired::close(ConnEpoch epoch, std::uint16_t code) {
  if (socket_ && epoch == epoch_) socket_->close(code, "");
  if (epoch == epoch_) epoch_ = {};
}

void Wired::drop() {
  arm(std::nullopt);
  epoch_ = {};
  socket_.reset();
}

}  // namespace dp::kit
