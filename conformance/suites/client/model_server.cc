#include "conformance/suites/client/model_server.h"

#include <algorithm>
#include <utility>

namespace dp::conformance {
namespace {

constexpr std::uint32_t kServerNode = 1;

}  // namespace

ModelServer::ModelServer(std::uint64_t seed, AccountId account, const crypto::Hasher& hasher,
                         server::Config config)
    : seed_(seed), hasher_(&hasher), account_(account), config_(config), core_(config) {}

void ModelServer::set_now(Micros now_us, Micros wall_us) {
  now_ = {now_us, wall_us};
}

void ModelServer::fire() {
  constexpr int kAtOnceMax = 100;
  for (int i = 0; i < kAtOnceMax && next_timer_us_ && *next_timer_us_ <= now_.monotonic_us; ++i) {
    step(server::TimerFired{});
  }
}

ConnId ModelServer::connect() {
  const ConnId conn{++last_conn_};
  open_.push_back(conn);
  step(server::ConnOpened{conn, "token"});
  return conn;
}

void ModelServer::frame(ConnId conn, std::string_view text) {
  step(server::FrameArrived{conn, std::string(text)});
}

void ModelServer::closed(ConnId conn) {
  if (std::erase(open_, conn) > 0) step(server::ConnClosed{conn});
}

std::vector<ServerSaid> ModelServer::take() {
  return std::exchange(said_, {});
}

void ModelServer::restart() {
  forget_connections();
  core_ = server::Server(config_);
  next_timer_us_.reset();
}

void ModelServer::wipe() {
  restart();
  table_ = server::DatabaseTable{};
}

void ModelServer::forget_connections() {
  open_.clear();
  said_.clear();
}

void ModelServer::step(const server::Event& event) {
  std::deque<server::Event> due{event};
  while (!due.empty()) {
    const server::Event next = std::move(due.front());
    due.pop_front();
    sim::CoreRandom random(seed_, kServerNode, draws_);
    server::Environment environment{now_, random, *hasher_};
    const server::Outcome outcome = core_.step(next, environment);
    next_timer_us_ = outcome.next_timer_us;
    for (const server::Effect& effect : outcome.effects) {
      if (const auto* judge = std::get_if<server::Judge>(&effect)) {
        due.emplace_back(server::AuthJudged{judge->conn, verdict_, account_});
      } else if (const auto* send = std::get_if<server::Send>(&effect)) {
        said_.push_back({send->conn, false, 0, send->text});
        due.emplace_back(server::Written{send->conn, send->text.size()});
      } else if (const auto* close = std::get_if<server::Close>(&effect)) {
        said_.push_back({close->conn, true, close->code, close->reason});
        std::erase(open_, close->conn);
        due.emplace_back(server::ConnClosed{close->conn});
      } else if (const auto* query = std::get_if<server::Query>(&effect)) {
        server::Answer answer = server::RequestFailed{};
        if (database_available_) answer = table_.execute(query->request);
        due.emplace_back(server::DatabaseAnswered{query->query, std::move(answer)});
      }
    }
  }
}

}  // namespace dp::conformance
