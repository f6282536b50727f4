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
      alteration_(std::move(parts.alteration)),
      authority_(std::move(parts.authority)),
      core_(parts.config),
      timer_(loop, [this] { hear(server::TimerFired{}); }),
      stop_deadline_(loop, [this] { finish(End::deadline); }),
      options_(std::move(parts.sockets)),
      database_(loop, std::move(parts.database),
                [this](server::DatabaseAnswered answer) { hear(answer); }) {
  options_.limits.frame_bytes_max = parts.config.wire.frame_bytes_max;
  if (!alteration_) return;
  alteration_->begin({&loop_, [this](const server::Event& event) { step(event); },
                      [this](const server::Effect& effect) { perform(effect); }, &core_});
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
    hear(server::ConnOpened{conn, std::move(upgrade.token)});
  };
  on.text = [this](ConnId conn, std::string text) {
    hear(server::FrameArrived{conn, std::move(text)});
  };
  on.written = [this](ConnId conn, std::size_t bytes) { hear(server::Written{conn, bytes}); };
  on.closed = [this](ConnId conn) { hear(server::ConnClosed{conn}); };
  on.http = [this](const std::string& method, const std::string& target) {
    net::HttpReply reply = answer_http(method, target);
    return alteration_ ? alteration_->http(std::move(reply)) : reply;
  };
  if (alteration_)
    on.upgrade = [this](const net::Upgrade& one) { return alteration_->upgrade(one); };
  return on;
}

void ServerHost::hear(const server::Event& event) {
  if (alteration_) return alteration_->hear(event);
  step(event);
}

void ServerHost::step(const server::Event& event) {
  const crypto::Hasher& hasher = alteration_ ? alteration_->hasher(hasher_) : hasher_;
  server::Environment environment{net::Loop::now(), random_, hasher};
  const server::Outcome outcome = core_.step(event, environment);
  core_idle_ = outcome.idle;
  for (const server::Effect& effect : outcome.effects) {
    alteration_ ? alteration_->act(effect) : perform(effect);
  }
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
                   loop_.post([this, judged = authority_.judge(one)] { hear(judged); });
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
