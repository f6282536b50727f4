#include "conformance/broken/server/server_switches.h"

#include <deque>
#include <functional>
#include <utility>

namespace dp::conformance {
namespace {

// Copying and comparing a JSON value goes as deep as it is nested, which ends the process where the
// core only refuses the frame.
bool is_shallow(std::string_view text) {
  constexpr int kLevelsMax = 64;
  int level = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size() && level <= kLevelsMax; ++at) {
    const char symbol = text[at];
    if (symbol == '\\' && quoted) ++at;
    if (symbol == '"') quoted = !quoted;
    if (quoted) continue;
    if (symbol == '{' || symbol == '[') ++level;
    if (symbol == '}' || symbol == ']') --level;
  }
  return level <= kLevelsMax;
}

class SwitchedHasher final : public crypto::Hasher {
 public:
  SwitchedHasher(const ServerSwitches& switches, const crypto::Hasher& real)
      : switches_(switches), real_(real) {}
  Hash32 sha256(ByteView bytes) const override {
    const Hash32 hash = real_.sha256(bytes);
    return switches_.hash ? switches_.hash(bytes, hash) : hash;
  }

 private:
  const ServerSwitches& switches_;
  const crypto::Hasher& real_;
};

class AlteredServer final : public hosts::ServerAlteration, public Between {
 public:
  explicit AlteredServer(ServerSwitches switches) : switches_(std::move(switches)) {}

  // ---- the seam
  // -------------------------------------------------------------------------------------

  void starting(const std::filesystem::path& folder) override {
    folder_ = folder;
    if (switches_.starting) switches_.starting(folder);
  }
  Result<server::Config> settings(Result<server::Config> read) override {
    if (!read && switches_.forgives_settings) read = server::Config();
    net::ServerOptions unused;
    if (read && switches_.configure) switches_.configure(*read, unused);
    return read;
  }
  void sockets(net::ServerOptions& options) override {
    server::Config unused;
    if (switches_.configure) switches_.configure(unused, options);
  }
  void hear(const server::Event& event) override {
    note(event);
    if (switches_.event && switches_.event(*this, event)) return;
    if (const auto* frame = std::get_if<server::FrameArrived>(&event)) return hear_frame(*frame);
    if (const auto* written = std::get_if<server::Written>(&event)) return hear_written(*written);
    if (const auto* answered = std::get_if<server::DatabaseAnswered>(&event)) {
      return hear_answer(*answered);
    }
    hands().tell(event);
  }
  void act(const server::Effect& effect) override {
    if (const auto* sent = std::get_if<server::Send>(&effect)) return say(sent->conn, sent->text);
    if (switches_.effect && switches_.effect(*this, effect)) return;
    if (const auto* query = std::get_if<server::Query>(&effect)) {
      if (switches_.found) asked_.emplace(query->query, query->request);
    }
    if (const auto* close = std::get_if<server::Close>(&effect)) {
      return leave(close->conn, [this, one = *close] { hands().perform(one); });
    }
    hands().perform(effect);
  }
  const crypto::Hasher& hasher(const crypto::Hasher& real) override {
    hasher_ = std::make_unique<SwitchedHasher>(switches_, real);
    return *hasher_;
  }
  net::HttpReply http(net::HttpReply reply) override {
    return switches_.http ? switches_.http(std::move(reply)) : reply;
  }
  net::HttpReply upgrade(const net::Upgrade& asked) override {
    return switches_.upgrade ? switches_.upgrade(asked) : ServerAlteration::upgrade(asked);
  }
  std::string ready_line(std::string line) override {
    return switches_.ready_line ? switches_.ready_line(std::move(line)) : line;
  }
  int ended(int status) override {
    timers_.clear();
    return switches_.exit_status ? switches_.exit_status(status) : status;
  }

  // ---- what switches do
  // -----------------------------------------------------------------------------

  void tell_core(ConnId conn, const std::string& text) override {
    tell_core(server::FrameArrived{conn, text});
  }
  void tell_core(const server::Event& event) override {
    hands().loop->post([this, event] { hands().tell(event); });
  }
  void send(ConnId conn, const std::string& text) override { perform_send(conn, text, 0); }
  void close(ConnId conn, std::uint16_t code, const std::string& reason) override {
    hands().perform(server::Close{conn, code, reason});
  }
  void ask_database(const server::Query& query) override { hands().perform(query); }
  void later(Micros after_us, std::function<void()> work) override {
    const std::uint64_t number = ++last_timer_;
    auto timer = std::make_unique<net::Timer>(*hands().loop, [this, number, work] {
      // The timer that calls this may not be destroyed by it.
      hands().loop->post([this, number] { timers_.erase(number); });
      work();
    });
    timer->arm(net::Loop::now().monotonic_us + after_us);
    timers_.emplace(number, std::move(timer));
  }
  const std::map<ConnId, Peer>& peers() const override { return peers_; }
  const server::Server& core() const override { return *hands().core; }
  const std::filesystem::path& folder() const override { return folder_; }

 private:
  void note(const server::Event& event) {
    if (const auto* opened = std::get_if<server::ConnOpened>(&event)) {
      peers_[opened->conn].token = opened->token;
    } else if (const auto* judged = std::get_if<server::AuthJudged>(&event)) {
      Peer& peer = peers_[judged->conn];
      peer.accepted = judged->verdict == server::AuthJudged::Verdict::accepted;
      peer.account = judged->account;
    } else if (const auto* closed = std::get_if<server::ConnClosed>(&event)) {
      peers_.erase(closed->conn);
      outbound_.erase(closed->conn);
    }
  }

  void hear_frame(const server::FrameArrived& arrived) {
    server::FrameArrived heard = arrived;
    if (switches_.hear_text && switches_.hear_text(*this, heard.conn, heard.text)) return;
    if (switches_.hear && is_shallow(heard.text)) {
      Json frame = Json::parse(heard.text, nullptr, false);
      if (frame.is_object()) {
        const Json before = frame;
        if (switches_.hear(*this, heard.conn, frame)) return;
        if (frame != before) heard.text = frame.dump();
      }
    }
    hands().tell(heard);
  }

  // The core counts the bytes it asked to send, whatever was sent in their place.
  void hear_written(const server::Written& written) {
    std::deque<std::size_t>& sizes = outbound_[written.conn];
    if (sizes.empty()) return;
    const std::size_t bytes = sizes.front();
    sizes.pop_front();
    hands().tell(server::Written{written.conn, bytes});
  }

  void hear_answer(const server::DatabaseAnswered& answered) {
    server::DatabaseAnswered heard = answered;
    if (const auto asked = asked_.extract(answered.query); !asked.empty() && switches_.found) {
      switches_.found(asked.mapped(), heard.answer);
    }
    hands().tell(heard);
  }

  void say(ConnId conn, const std::string& text) {
    std::string said = text;
    bool swallowed = false;
    if (switches_.say) {
      Json frame = Json::parse(text);
      const Json before = frame;
      swallowed = switches_.say(*this, conn, frame);
      if (frame != before) said = frame.dump();
    }
    if (!swallowed && switches_.say_text) swallowed = switches_.say_text(*this, conn, said);
    if (!swallowed) return perform_send(conn, said, text.size());
    tell_core(server::Written{conn, text.size()});
  }

  void perform_send(ConnId conn, const std::string& text, std::size_t bytes_of_core) {
    leave(conn, [this, conn, text, bytes_of_core] {
      if (!peers_.contains(conn)) return;
      outbound_[conn].push_back(bytes_of_core);
      hands().perform(server::Send{conn, text});
    });
  }

  void leave(ConnId conn, std::function<void()> work) {
    if (!switches_.leaves_at_us) return work();
    const Micros now_us = net::Loop::now().monotonic_us;
    leaving_[conn].push_back(std::move(work));
    later(switches_.leaves_at_us(conn, now_us) - now_us, [this, conn] {
      std::deque<std::function<void()>>& queue = leaving_[conn];
      const std::function<void()> next = std::move(queue.front());
      queue.pop_front();
      next();
    });
  }

  ServerSwitches switches_;
  std::filesystem::path folder_;
  std::unique_ptr<SwitchedHasher> hasher_;
  std::map<ConnId, Peer> peers_;
  std::map<ConnId, std::deque<std::size_t>> outbound_;
  std::map<ConnId, std::deque<std::function<void()>>> leaving_;
  std::map<QueryId, server::Request> asked_;
  std::map<std::uint64_t, std::unique_ptr<net::Timer>> timers_;
  std::uint64_t last_timer_ = 0;
};

}  // namespace

AccountId Between::account_of(ConnId conn) const {
  const auto found = peers().find(conn);
  return found == peers().end() ? AccountId() : found->second.account;
}

std::optional<server::SlotFacts> Between::slot(ConnId conn, const std::string& chat) const {
  const auto id = ChatId::parse(chat);
  if (!id) return std::nullopt;
  for (const server::SlotFacts& one : core().slots()) {
    if (one.slot.account == account_of(conn) && one.slot.chat == *id) return one;
  }
  return std::nullopt;
}

std::shared_ptr<hosts::ServerAlteration> altered_server(ServerSwitches switches) {
  return std::make_shared<AlteredServer>(std::move(switches));
}

bool is(const Json& frame, std::string_view name) {
  const auto type = frame.find("type");
  if (type != frame.end() && type->is_string()) return *type == name;
  const auto event = frame.find("event");
  return event != frame.end() && event->is_string() && *event == name;
}

Json& fields(Json& frame) {
  const auto payload = frame.find("payload");
  const bool is_a = frame.contains("type") && payload != frame.end() && payload->is_object();
  return is_a ? *payload : frame;
}

std::string text_in(const Json& fields, const char* name) {
  const auto found = fields.find(name);
  return found != fields.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Json frame_a(const char* type, Json payload) {
  return {{"type", type}, {"payload", std::move(payload)}};
}

Json error_frame(const char* code, const Json& about) {
  Json payload = {{"code", code}, {"message", "The request was refused."}};
  for (const char* id : {"chat_id", "change_id"}) {
    if (about.contains(id)) payload[id] = about[id];
  }
  return frame_a("error", std::move(payload));
}

ServerSwitches hears(const char* type, std::function<void(Json& fields)> change) {
  ServerSwitches out;
  out.hear = [type, change = std::move(change)](Between&, ConnId, Json& frame) {
    if (is(frame, type)) change(fields(frame));
    return false;
  };
  return out;
}

ServerSwitches says(const char* type, std::function<void(Json& fields)> change) {
  ServerSwitches out;
  out.say = [type, change = std::move(change)](Between&, ConnId, Json& frame) {
    if (is(frame, type)) change(fields(frame));
    return false;
  };
  return out;
}

ServerSwitches never_says(const char* type) {
  ServerSwitches out;
  out.say = [type](Between&, ConnId, Json& frame) { return is(frame, type); };
  return out;
}

ServerSwitches configured(std::function<void(server::Config&)> configure) {
  ServerSwitches out;
  out.configure = [configure = std::move(configure)](server::Config& config, net::ServerOptions&) {
    configure(config);
  };
  return out;
}

}  // namespace dp::conformance
