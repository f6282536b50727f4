#include "conformance/hosts/server_host.h"

#include <utility>

namespace dp::hosts {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

ServerHost::ServerHost(net::Loop& loop, ServerHostParts parts)
    : loop_(loop),
      log_(parts.log),
      authority_(std::move(parts.authority)),
      core_(parts.config),
      timer_(loop, [this] { step(server::TimerFired{}); }),
      stop_deadline_(loop, [this] { finish(End::deadline); }),
      options_(std::move(parts.sockets)),
      database_(loop, std::move(parts.database),
                [this](server::DatabaseAnswered answer) { step(answer); }) {
  options_.limits.frame_bytes_max = parts.config.wire.frame_bytes_max;
}

Result<void> ServerHost::listen() {
  auto sockets = net::WebSocketServer::listen(loop_, options_, handlers());
  if (!sockets) return std::unexpected(sockets.error());
  sockets_ = std::move(*sockets);
  return {};
}

net::ServerHandlers ServerHost::handlers() {
  net::ServerHandlers on;
  on.opened = [this](ConnId conn, net::Upgrade upgrade) {
    step(server::ConnOpened{conn, std::move(upgrade.token)});
  };
  on.text = [this](ConnId conn, std::string text) {
    step(server::FrameArrived{conn, std::move(text)});
  };
  on.written = [this](ConnId conn, std::size_t bytes) { step(server::Written{conn, bytes}); };
  on.closed = [this](ConnId conn) { step(server::ConnClosed{conn}); };
  on.http = [this](const std::string& method, const std::string& target) {
    return answer_http(method, target);
  };
  return on;
}

void ServerHost::step(const server::Event& event) {
  server::Environment environment{net::Loop::now(), random_, hasher_};
  const server::Outcome outcome = core_.step(event, environment);
  core_idle_ = outcome.idle;
  for (const server::Effect& effect : outcome.effects) perform(effect);
  arm(outcome.next_timer_us);
  end_if_drained();
}

void ServerHost::arm(std::optional<Micros> at_us) {
  if (at_us) {
    timer_.arm(*at_us);
  } else {
    timer_.disarm();
  }
}

void ServerHost::perform(const server::Effect& effect) {
  std::visit(Overloaded{
                 [&](const server::Judge& one) {
                   // The answer is an event of its own, as any authority's would be.
                   loop_.post([this, judged = authority_.judge(one)] { step(judged); });
                 },
                 [&](const server::Send& one) { sockets_->send(one.conn, one.text); },
                 [&](const server::Close& one) { sockets_->close(one.conn, one.code, one.reason); },
                 [&](const server::Query& one) { database_.ask(one); },
                 [&](const server::Log& one) { log_.line(one.message, one.arguments); },
             },
             effect);
}

net::HttpReply ServerHost::answer_http(const std::string& method, const std::string& target) const {
  if (target != "/health") return {404, "{\"error\":\"there is /health and WebSocket\"}\n"};
  if (method != "GET" && method != "HEAD") return {405, "{\"error\":\"GET it\"}\n"};
  const Micros oldest_us = core_.oldest_unpersisted_age_us(net::Loop::now());
  const bool lagging = oldest_us * 2 > core_.config().persistence_window_us;
  const std::string_view status = stopping_ ? "stopping" : lagging ? "lagging" : "ok";
  return {status == "ok" ? 200u : 503u,
          "{\"status\":\"" + std::string(status) +
              "\",\"connections\":" + std::to_string(core_.connections()) +
              ",\"durable\":" + (oldest_us == 0 ? "true" : "false") +
              ",\"oldest_unpersisted_ms\":" + std::to_string(oldest_us / kMillisecond) + "}\n"};
}

void ServerHost::stop(Micros deadline_us, std::function<void(End)> ended) {
  if (stopping_) return;
  stopping_ = true;
  ended_ = std::move(ended);
  stop_deadline_.arm(net::Loop::now().monotonic_us + deadline_us);
  sockets_->stop_accepting();
  step(server::StopRequested{});
}

// The same condition as in the simulated world: the core is idle, nothing is on its way to or from
// the database, and nobody is connected.
void ServerHost::end_if_drained() {
  if (!stopping_ || !core_idle_ || database_.unanswered() > 0) return;
  if (core_.connections() > 0 || sockets_->connections() > 0) return;
  finish(End::clean);
}

void ServerHost::finish(End end) {
  if (const auto ended = std::exchange(ended_, nullptr)) {
    loop_.post([ended, end] { ended(end); });
  }
}

}  // namespace dp::hosts
