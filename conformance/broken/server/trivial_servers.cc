// Servers that do not even try.
#include <cstdlib>
#include <fstream>
#include <utility>

#include "conformance/broken/server/broken_servers.h"
#include "conformance/broken/server/server_switches.h"

namespace dp::conformance {
namespace {

using Make = std::function<ServerSwitches()>;

BrokenServer broken(std::string name, std::string requirement, std::string what, Make make,
                    bool grave = false) {
  return {std::move(name), std::move(requirement), std::move(what), grave,
          [make = std::move(make)] { return altered_server(make()); }};
}

// Every frame is dealt with here, and the core hears of none.
Make replying(std::function<void(Between&, ConnId, const std::string& text)> reply) {
  return [reply = std::move(reply)] {
    ServerSwitches out;
    out.hear_text = [reply](Between& between, ConnId conn, const std::string& text) {
      reply(between, conn, text);
      return true;
    };
    return out;
  };
}

struct Answer {
  const char* request;
  const char* reply;
};
constexpr Answer kAnswers[] = {{"update_draft", "draft_update_receipt"},
                               {"delete_draft", "draft_delete_receipt"},
                               {"chat_message_added", "chat_message_receipt"},
                               {"delete_chat", "chat_delete_receipt"},
                               {"ping", "pong"}};

void always_ok(Between& between, ConnId conn, const std::string& text) {
  Json frame = Json::parse(text, nullptr, false);
  if (!frame.is_object()) return;
  const Json& all = fields(frame);
  for (const Answer& one : kAnswers) {
    if (!is(frame, one.request)) continue;
    Json payload = {{"chat_id", all.value("chat_id", Json())},
                    {"draft_v", all.value("proposed_v", Json(1))},
                    {"success", true}};
    for (const char* id : {"change_id", "message_id"}) {
      if (all.contains(id)) payload[id] = all[id];
    }
    const bool pong = std::string_view(one.reply) == "pong";
    between.send(conn, pong ? R"({"type":"pong"})" : frame_a(one.reply, payload).dump());
  }
}

ServerSwitches crashes_once() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId, Json& frame) {
    const auto marker = between.folder() / "crashed";
    if (!is(frame, "update_draft") || std::filesystem::exists(marker)) return false;
    std::ofstream(marker) << "once\n";
    std::_Exit(70);
  };
  return out;
}

// Each announcement is followed by the one before it.
ServerSwitches replays_old_news() {
  auto last = std::make_shared<std::map<ConnId, std::string>>();
  ServerSwitches out;
  out.say = [last](Between& between, ConnId conn, Json& frame) {
    if (!is(frame, "chat_draft_updated")) return false;
    const std::string text = frame.dump();
    if (const auto found = last->find(conn); found != last->end()) {
      between.later(0, [&between, conn, old = found->second] { between.send(conn, old); });
    }
    (*last)[conn] = text;
    return false;
  };
  return out;
}

ServerSwitches keeps_a_copy_of_everything() {
  ServerSwitches out;
  out.hear_text = [](Between& between, ConnId conn, const std::string& text) {
    const auto found = between.peers().find(conn);
    std::ofstream(between.folder() / "requests.log", std::ios::app)
        << (found == between.peers().end() ? "" : found->second.token) << " " << text << "\n";
    return false;
  };
  return out;
}

ServerSwitches waits(Micros us) {
  ServerSwitches out;
  out.leaves_at_us = [us](ConnId, Micros now_us) { return now_us + us; };
  return out;
}

std::vector<BrokenServer> servers_that_hardly_answer() {
  return {
      broken("silent", "DP-CONN-012", "never answers",
             replying([](Between&, ConnId, const std::string&) {})),
      broken("echo", "DP-CONN-012", "repeats what it is told",
             replying([](Between& between, ConnId conn, const std::string& text) {
               between.send(conn, text);
             })),
      broken("garbage", "DP-CONN-012", "answers garbage",
             replying([](Between& between, ConnId conn, const std::string&) {
               between.send(conn, "%$#{[");
             })),
      broken("megabytes", "DP-CONN-012", "answers megabytes",
             replying([](Between& between, ConnId conn, const std::string&) {
               between.send(conn, std::string(24u << 20, 'x'));
             })),
      broken("errors-only", "DP-CONN-012", "answers error to everything",
             replying([](Between& between, ConnId conn, const std::string& text) {
               Json frame = Json::parse(text, nullptr, false);
               if (!frame.is_object()) frame = Json::object();
               between.send(conn, error_frame("internal", fields(frame)).dump());
             })),
      broken("always-ok", "DP-VER-010", "says ok to everything", replying(always_ok), true),
      broken("closes-at-once", "DP-CONN-012", "accepts connections and closes them",
             [] {
               ServerSwitches out;
               out.event = [](Between& between, const server::Event& event) {
                 const auto* opened = std::get_if<server::ConnOpened>(&event);
                 if (opened == nullptr) return false;
                 between.close(opened->conn, 1000, "");
                 return true;
               };
               return out;
             }),
      broken("closes-on-everything", "DP-CONN-012", "closes at the first frame",
             replying([](Between& between, ConnId conn, const std::string&) {
               between.close(conn, 1000, "");
             })),
  };
}

std::vector<BrokenServer> servers_that_come_to_an_end() {
  return {
      broken("hangs-up-on-errors", "DP-WIRE-013", "closes with 1000 instead of any error",
             [] {
               ServerSwitches out;
               out.say = [](Between& between, ConnId conn, Json& frame) {
                 if (!is(frame, "error")) return false;
                 between.later(0, [&between, conn] { between.close(conn, 1000, ""); });
                 return true;
               };
               return out;
             }),
      broken("dies-of-bad-frames", "DP-WIRE-013", "ends when a frame is bad",
             [] {
               ServerSwitches out;
               out.say = [](Between&, ConnId, Json& frame) {
                 if (is(frame, "error")) std::_Exit(71);
                 return false;
               };
               return out;
             }),
      broken("dies-at-once", "DP-RUN-001", "ends before it listens",
             [] {
               ServerSwitches out;
               out.starting = [](const std::filesystem::path&) { std::_Exit(72); };
               return out;
             }),
      broken("answers-next-minute", "DP-CONN-012", "takes a minute for each answer",
             [] { return waits(kMinute); }),
      broken("crashes-once", "DP-VER-001", "dies of its first change", crashes_once),
      broken("replays-old-news", "DP-CONN-011", "repeats an old announcement after each new one",
             replays_old_news),
      broken("copies-everything", "DP-RUN-006", "keeps each frame and its token in a file",
             keeps_a_copy_of_everything, true),
  };
}

}  // namespace

std::vector<BrokenServer> trivial_servers() {
  std::vector<BrokenServer> all = servers_that_hardly_answer();
  auto part = servers_that_come_to_an_end();
  all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace dp::conformance
