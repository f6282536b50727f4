// The stage in real time: what a wired case does instead of moving a clock.
#include <algorithm>

#include "conformance/suites/client/stage.h"

namespace dp::conformance {
namespace {

constexpr std::int64_t kBreakLimitMs = 5'000;
constexpr std::int64_t kPongLimitMs = 5'000;

}  // namespace

void Stage::listen() {
  auto wires = Wires::listen({}, [this](const std::string& token) {
    const Device* device = device_of(token);
    return device != nullptr && device->online && !device->hold_accept;
  });
  if (!wires) {
    throw CaseEnd{Verdict::harness_error, "cannot-listen", "a free port", wires.error().detail, ""};
  }
  wires_ = std::move(*wires);
}

Device* Stage::device_of(const std::string& token) {
  for (const auto& one : devices_) {
    if (one->token() == token) return one.get();
  }
  return nullptr;
}

void Stage::tick() {
  now_ms_ = wires_->now_us() / kMillisecond;
  const Micros now_us = now_ms_ * kMillisecond;
  server_.set_now(now_us, wall_ms() * kMillisecond + now_us);
  server_.fire();
}

void Stage::hear_wires(std::int64_t wait_ms) {
  wires_->wait(wait_ms * kMillisecond);
  tick();
  for (const WireEvent& event : wires_->take()) hear(event);
  route();
  pump();
}

void Stage::hear(const WireEvent& event) {
  using Kind = WireEvent::Kind;
  Device* device = device_of(event.token);
  if (event.kind == Kind::attempt) {
    const bool in_url = event.text.find("token-of-the-harness") != std::string::npos;
    if (in_url || device == nullptr) {
      watch_.breach("DP-CONN-002", "the token in a header, and not in the URL",
                    in_url ? "it is in the URL" : "it is nowhere");
    }
  }
  if (device == nullptr) return;
  const auto did = [&](const char* kind) {
    AdapterEffect effect;
    effect.kind = kind;
    effect.conn = event.conn;
    device->did_.push_back({now_ms_, effect});
  };
  if (event.kind == Kind::attempt) return did("conn.open");
  if (event.kind == Kind::opened) {
    device->lost();
    device->conn_ = event.conn;
    watch_.connected(device->index_);
    if (scripted) return;
    device->server_conn_ = server_.connect();
    by_server_conn_[device->server_conn_.value] = device->index_;
    return;
  }
  if (event.kind == Kind::text) return device->sent_text(event.conn, event.text);
  if (event.kind == Kind::pong) {
    pongs_awaited_ -= pongs_awaited_ > 0 ? 1 : 0;
    return;
  }
  if (event.conn != device->conn_) return;  // its end was the harness's doing
  did("conn.close");
  server_.closed(device->server_conn_);
  device->lost();
}

void Stage::break_wire(Device& device, std::uint16_t code) {
  const std::uint64_t conn = device.conn_;
  server_.closed(device.server_conn_);
  device.lost();
  if (code == 1006) {
    wires_->cut(conn);
  } else {
    wires_->close(conn, code, code == 1008 ? "Invalid session" : "");
  }
  const std::size_t before = device.count("conn.open");
  const auto noticed = [&] {
    return device.count("conn.open") > before || device.state().connection != "online";
  };
  check(until(noticed, kBreakLimitMs), "a broken connection is noticed", "it is not",
        "not-noticed");
}

void Stage::barrier() {
  if (!wired()) return;
  hear_wires(0);
  pongs_awaited_ = 0;
  for (const auto& one : devices_) {
    if (!one->is_open() || !one->connected()) continue;
    wires_->ping(one->conn_);
    ++pongs_awaited_;
  }
  const std::int64_t end = now_ms_ + kPongLimitMs;
  while (pongs_awaited_ > 0 && now_ms_ < end) {
    hear_wires(end - now_ms_);
    const auto connected = std::ranges::count_if(
        devices_, [](const auto& one) { return one->is_open() && one->connected(); });
    pongs_awaited_ = std::min(pongs_awaited_, static_cast<std::size_t>(connected));
  }
  check(pongs_awaited_ == 0, "a pong for every ping of WebSocket", "none within 5 s", "no-pong");
}

void Stage::advance_wired(std::int64_t ms) {
  tick();
  const std::int64_t end = now_ms_ + ms + kWiredSlackMs;
  while (now_ms_ < end) hear_wires(end - now_ms_);
  barrier();
}

}  // namespace dp::conformance
