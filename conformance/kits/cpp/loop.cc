#include "conformance/kits/cpp/loop.h"

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <istream>
#include <map>
#include <ostream>

#include "conformance/kits/cpp/crypto_run.h"
#include "conformance/kits/cpp/device.h"
#include "conformance/kits/cpp/names.h"
#include "conformance/kits/cpp/request.h"

namespace dp::kit {
namespace {

class Loop {
 public:
  Loop(std::istream& in, std::ostream& out, Alteration& alteration)
      : in_(in), out_(out), alteration_(alteration), device_(alteration) {}

  // While a wired client waits for a line, its sockets and timers go on.
  bool read(std::string& line) {
    if (wired_) return wired_->next_line(line);
    return static_cast<bool>(std::getline(in_, line));
  }

  bool answer(const std::string& line) {  // false after bye
    request_ = Request(Json::parse(line, nullptr, false));
    Json reply = {{"id", request_.has("id") ? request_.member("id") : Json(0)}};
    std::string op;
    try {
      op = request_.text("op");
      perform(op, reply);
      reply["ok"] = true;
    } catch (const Refusal& refusal) {
      reply["error"] = {{"code", refusal.code}, {"message", refusal.message}};
    }
    reply["effects"] = device_.take_effects();
    reply["now_ms"] = device_.now_ms();
    const auto next = device_.next_timer_ms();
    reply["next_timer_ms"] = next ? Json(*next) : Json();
    const auto written =
        alteration_.reply(line, reply.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (written) out_ << *written << '\n' << std::flush;
    return op != "bye";
  }

 private:
  ConnEpoch conn() {
    const std::uint64_t number = request_.number("conn");
    if (!device_.knows(number)) throw Refusal{"bad_state", "no such connection"};
    return {number};
  }

  // ---- operations -------------------------------------------------------------------------------
  using Handler = std::function<void(Loop&, Json&)>;
  template <class Event>
  static Handler event() {
    return [](Loop& loop, Json&) { loop.device_.tell(Event{}); };
  }
  static Handler call(void (Device::*member)()) {
    return [member](Loop& loop, Json&) { (loop.device_.*member)(); };
  }
  static const std::map<std::string, Handler, std::less<>>& with_client();

  void perform(const std::string& op, Json& reply) {
    if (op == "hello") return introduce(reply);
    if (op == "case.begin") return begin();
    if (op == "case.end" || op == "bye") return device_.drop();
    if (op == "client.open") return open();
    if (op == "store.snapshot") return copy(request_.text("dir"), request_.text("to"));
    if (op == "store.restore") return copy(request_.text("from"), request_.text("dir"));
    if (op == "crypto.run") return crypto(reply);
    if (op == "store.fault") {
      return device_.set_store_fault(fault_of(request_), fault_count_of(request_));
    }
    if (op == "seal.hold") return device_.hold_seals(request_.boolean("on"));
    if (op == "clock.advance") return advance();
    if (op == "clock.wall") return device_.set_wall(request_.number("wall_ms"));
    const auto at = with_client().find(op);
    if (at == with_client().end()) throw Refusal{"unsupported", op};
    if (!device_.is_open()) throw Refusal{"bad_state", "no client is open"};
    at->second(*this, reply);
  }

  void introduce(Json& reply) {
    reply["protocol"] = 1;
    reply["implementation"] = "draftproof-reference";
    reply["version"] = "0.1.0";
    reply["capabilities"] = capabilities();
    reply["unsupported_options"] = Json::array();
  }

  void begin() {
    const std::string level = request_.text("level");
    if (level != "L3" && level != "L2") throw Refusal{"unsupported", "level"};
    if (level == "L2" && !wired_) {
      wired_ = std::make_unique<Wired>(STDIN_FILENO,
                                       [this](const client::Event& event) { device_.tell(event); });
    }
    device_.begin_case(config_of(request_.object("config")), request_.number("wall_ms"),
                       level == "L2" ? wired_.get() : nullptr);
  }

  void open() {
    if (device_.is_open()) throw Refusal{"bad_state", "a client is open"};
    if (!device_.open(order_of(request_))) throw Refusal{"bad_request", "no usable folder or key"};
  }

  void copy(const std::string& from, const std::string& to) {
    if (device_.is_open()) throw Refusal{"bad_state", "a client is open"};
    namespace fs = std::filesystem;
    std::error_code error;
    fs::remove_all(to, error);
    fs::copy(from, to, fs::copy_options::recursive, error);
    if (error) throw Refusal{"bad_request", "cannot copy the store"};
  }

  void crypto(Json& reply) {
    const auto output = run_crypto(request_.text("name"), request_.member("input"));
    if (!output) throw Refusal{"unsupported", "name or input"};
    if (output->is_null()) {
      reply["refused"] = true;
    } else {
      reply["output"] = *output;
    }
  }

  void advance() {
    if (device_.advance(request_.number("to_ms"))) return;
    throw Refusal{"bad_request", "to_ms is not possible"};
  }

  std::istream& in_;
  std::ostream& out_;
  std::unique_ptr<Wired> wired_;  // from the first wired case on
  Alteration& alteration_;
  Device device_;
  Request request_;
};

const std::map<std::string, Loop::Handler, std::less<>>& Loop::with_client() {
  static const std::map<std::string, Handler, std::less<>> kAll = {
      {"client.close", call(&Device::close)},
      {"client.crash", call(&Device::drop)},
      {"ui.switch",
       [](Loop& l, Json&) {
         if (l.request_.has("new")) return l.device_.tell(client::ComposerOpened{});
         if (l.request_.member("chat_id").is_null()) return l.device_.tell(client::ChatClosed{});
         l.device_.tell(client::ChatOpened{l.request_.chat()});
       }},
      {"ui.edit", [](Loop& l, Json&) { l.device_.tell(client::Edited{l.request_.text("text")}); }},
      {"ui.set_text", event<client::EditorReset>()},
      {"ui.focus", event<client::Focused>()},
      {"ui.blur", event<client::Blurred>()},
      {"ui.clear", event<client::ClearPressed>()},
      {"ui.send", event<client::SendPressed>()},
      {"ui.delete_chat",
       [](Loop& l, Json&) { l.device_.tell(client::ChatDeletePressed{l.request_.chat()}); }},
      {"ui.list", [](Loop& l, Json& reply) { reply["previews"] = l.device_.previews(); }},
      {"app.visibility",
       [](Loop& l, Json&) {
         if (l.request_.boolean("visible")) return l.device_.tell(client::Shown{});
         l.device_.tell(client::Hidden{});
       }},
      {"net.hint",
       [](Loop& l, Json&) { l.device_.tell(client::NetHint{l.request_.boolean("online")}); }},
      {"keys.lock", [](Loop& l, Json&) { l.device_.lock(true); }},
      {"keys.unlock", [](Loop& l, Json&) { l.device_.lock(false); }},
      {"conn.accept", [](Loop& l, Json&) { l.device_.tell(client::ConnOpened{l.conn()}); }},
      {"conn.refuse", [](Loop& l, Json&) { l.device_.tell(client::ConnClosed{l.conn(), 0}); }},
      {"conn.closed",
       [](Loop& l, Json&) {
         const auto code = static_cast<std::uint16_t>(l.request_.number("code"));
         l.device_.tell(client::ConnClosed{l.conn(), code});
       }},
      {"conn.frame",
       [](Loop& l, Json&) { l.device_.tell(client::FrameArrived{l.conn(), l.request_.frame()}); }},
      // The core sees no monotonic time while the machine sleeps; only its wall clock jumps.
      {"clock.suspend", [](Loop& l, Json&) { l.device_.sleep(l.request_.number("for_ms")); }},
      {"state.get", [](Loop& l, Json& reply) { reply["state"] = l.device_.state(); }},
  };
  return kAll;
}

}  // namespace

void run_adapter(std::istream& in, std::ostream& out, Alteration& alteration) {
  Loop loop(in, out, alteration);
  std::string line;
  while (loop.read(line) && loop.answer(line)) {
  }
}

}  // namespace dp::kit
