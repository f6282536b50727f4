#include "conformance/hosts/device_host.h"

#include <utility>

namespace dp::hosts {
namespace {

constexpr std::uint16_t kNormalClosure = 1000;
constexpr Micros kHangUpUs = 1 * kSecond;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

DeviceHost::DeviceHost(net::Loop& loop, DeviceParts parts, Ears ears)
    : loop_(loop),
      socket_options_(std::move(parts.socket)),
      store_(std::move(parts.store)),
      cipher_(std::move(parts.cipher)),
      key_(parts.key),
      log_(parts.log),
      ears_(std::move(ears)),
      core_(parts.config),
      online_(parts.online),
      timer_(loop, [this] { step(client::TimerFired{}); }),
      hang_up_timer_(loop, [this] {
        if (const auto done = std::exchange(hung_up_, nullptr)) done();
      }) {
  socket_options_.limits.frame_bytes_max = parts.config.wire.frame_bytes_max;
}

Result<void> DeviceHost::start() {
  Result<client::StoreOpened> opened = store_.boot();
  if (!opened) return std::unexpected(opened.error());
  if (!online_) step(client::NetHint{false});
  step(*opened);
  step(client::Unlocked{key_});
  return {};
}

void DeviceHost::step(const client::Event& event) {
  client::Environment environment{net::Loop::now(), random_, cipher_};
  const client::Outcome outcome = core_.step(event, environment);
  idle_ = outcome.idle;
  for (const client::Effect& effect : outcome.effects) perform(effect);
  if (outcome.next_timer_us) {
    timer_.arm(*outcome.next_timer_us);
  } else {
    timer_.disarm();
  }
  if (ears_.stepped) ears_.stepped();
}

void DeviceHost::perform(const client::Effect& effect) {
  std::visit(Overloaded{
                 [&](const client::ConnOpen& one) { connect(one.epoch); },
                 [&](const client::ConnSend& one) {
                   if (socket_ && one.epoch == epoch_) socket_->send(one.text);
                 },
                 [&](const client::ConnClose& one) {
                   if (!socket_ || one.epoch != epoch_) return;
                   socket_->close(one.code, "");
                   socket_.reset();
                 },
                 [&](const client::StoreWrite& one) {
                   const bool ok = store_.write(one);
                   if (!ok) log_.line("store write failed");
                   loop_.post([this, id = one.write, ok] { step(client::StoreWritten{id, ok}); });
                 },
                 [&](const client::SealTurn& one) {
                   loop_.post([this, id = one.seal] { step(client::SealTurnCame{id}); });
                 },
                 [&](const client::Log& one) { log_.line(one.message, one.arguments); },
                 [](const auto&) {},
             },
             effect);
  if (ears_.heard) ears_.heard(effect);
}

void DeviceHost::connect(ConnEpoch epoch) {
  epoch_ = epoch;
  socket_.reset();
  if (!online_) {
    loop_.post([this, epoch] { step(client::ConnClosed{epoch, 0}); });
    return;
  }
  net::ClientHandlers on;
  on.opened = [this, epoch] { step(client::ConnOpened{epoch}); };
  on.text = [this, epoch](std::string text) { step(client::FrameArrived{epoch, std::move(text)}); };
  on.closed = [this, epoch](std::uint16_t code, const std::string& reason) {
    lost(epoch, code, reason);
  };
  socket_ = net::WebSocketClient::connect(loop_, socket_options_, std::move(on));
}

void DeviceHost::lost(ConnEpoch epoch, std::uint16_t code, const std::string& reason) {
  log_.line("connection ended", {std::to_string(code), code == 0 ? reason : ""});
  if (epoch == epoch_) socket_.reset();
  if (const auto done = std::exchange(hung_up_, nullptr)) return done();
  step(client::ConnClosed{epoch, code});
}

void DeviceHost::set_online(bool online) {
  if (online == online_) return;
  online_ = online;
  step(client::NetHint{online});
  if (online || !socket_) return;
  socket_.reset();
  step(client::ConnClosed{epoch_, 0});
}

void DeviceHost::hang_up(std::function<void()> done) {
  if (!socket_) return loop_.post(std::move(done));
  hung_up_ = std::move(done);
  hang_up_timer_.arm(net::Loop::now().monotonic_us + kHangUpUs);
  socket_->close(kNormalClosure, "");
}

}  // namespace dp::hosts
