// Adapters that do not even try, and clients that are unusual and legal.
#include <poll.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "conformance/broken/client/broken_clients.h"
#include "conformance/broken/client/switches.h"

namespace dp::conformance {
namespace {

using Json = nlohmann::ordered_json;
using Reply = std::function<std::optional<std::string>(const std::string&, std::string)>;

BrokenClient replying(std::string name, std::string requirement, std::string what, Reply reply) {
  return {std::move(name), std::move(requirement), std::move(what), false,
          [reply = std::move(reply)] {
            Switches switches;
            switches.reply = reply;
            return altered(std::move(switches));
          }};
}

bool asks(const std::string& request, std::string_view op) {
  return request.find("\"op\":\"" + std::string(op) + "\"") != std::string::npos;
}

std::optional<std::string> always_ok(const std::string& request, std::string reply) {
  if (asks(request, "hello")) return reply;
  Json out = {{"id", Json::parse(request)["id"]},
              {"ok", true},
              {"effects", Json::array()},
              {"now_ms", 0},
              {"next_timer_ms", nullptr}};
  if (asks(request, "state.get")) out["state"] = Json::parse(reply).value("state", Json::object());
  return out.dump();
}

BrokenClient twin(std::string name, std::string what, std::function<Switches()> make) {
  return {std::move(name), "", std::move(what), false,
          [make = std::move(make)] { return altered(make()); }};
}

Switches rewriting(std::function<std::string(std::string)> rewrite) {
  Switches out;
  out.frame = [rewrite = std::move(rewrite)](std::string frame, const std::string&) {
    return rewrite(std::move(frame));
  };
  return out;
}

Switches jitter(std::uint8_t byte) {
  Switches out;
  out.draw = [=](Draw label, std::span<std::uint8_t> bytes) {
    if (label != Draw::reconnect_jitter) return;
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) bytes[i] = byte;
  };
  return out;
}

}  // namespace

std::vector<BrokenClient> trivial_clients() {
  return {
      replying("silent", "DP-SAVE-015", "never answers",
               [](const std::string& request, std::string reply) -> std::optional<std::string> {
                 if (asks(request, "hello")) return reply;
                 return std::nullopt;
               }),
      replying("echo", "DP-SAVE-015", "repeats what it is told",
               [](const std::string& request, const std::string&) { return request; }),
      replying("garbage", "DP-SAVE-015", "answers garbage",
               [](const std::string& request, std::string reply) {
                 return asks(request, "hello") ? reply : std::string("%$#{[");
               }),
      replying("megabytes", "DP-SAVE-015", "answers without end",
               [](const std::string& request, std::string reply) {
                 return asks(request, "hello") ? reply : std::string(40u << 20, 'x');
               }),
      replying("always-ok", "DP-SAVE-015", "says ok to everything", always_ok),
      replying("slow", "DP-SAVE-015", "takes four seconds for each answer",
               [](const std::string& request, std::string reply) {
                 if (!asks(request, "hello")) ::poll(nullptr, 0, 4000);
                 return reply;
               }),
      replying("crashes-when-cleared", "DP-SAVE-011", "dies of an emptied editor",
               [](const std::string& request, std::string reply) {
                 if (asks(request, "ui.edit") &&
                     request.find("\"text\":\"\"") != std::string::npos) {
                   std::_Exit(3);
                 }
                 return reply;
               }),
      replying("dies-at-once", "DP-SAVE-015", "ends before it says anything",
               [](const std::string&, const std::string&) -> std::string { std::_Exit(1); }),
  };
}

std::vector<BrokenClient> legal_twins() {
  return {
      twin("extra-fields", "sends fields nobody knows",
           [] {
             return rewriting([](std::string frame) {
               Json json = Json::parse(frame);
               json["x_trace"] = 7;
               if (json.contains("payload")) json["payload"]["x_extra"] = Json::array({1, nullptr});
               return json.dump();
             });
           }),
      twin("sorted-keys", "writes keys in another order",
           [] {
             return rewriting(
                 [](std::string frame) { return nlohmann::json::parse(frame).dump(); });
           }),
      twin("white-space", "writes frames over several lines",
           [] { return rewriting([](std::string frame) { return Json::parse(frame).dump(2); }); }),
      twin("longest-pauses", "waits as long as it may before reconnecting",
           [] { return jitter(0); }),
      twin("other-pauses", "waits otherwise before reconnecting", [] { return jitter(0x55); }),
      twin("talkative", "logs a lot",
           [] {
             Switches out;
             out.act = [](std::vector<client::Effect>& effects) {
               effects.insert(effects.begin(), client::Log{"step", {"one", "two"}});
             };
             return out;
           }),
      twin("extra-reply-members", "tells more than it is asked",
           [] {
             Switches out;
             out.reply = [](const std::string&, std::string reply) {
               return reply.substr(0, reply.size() - 1) + R"(,"x_load":{"cpu":3}})";
             };
             return out;
           }),
      twin("core-alone", "has no optional capability",
           [] {
             Switches out;
             out.reply = [](const std::string& request, std::string reply) {
               if (!asks(request, "hello")) return reply;
               Json json = Json::parse(reply);
               json["capabilities"] = Json::array({"core", "suite:1"});
               return json.dump();
             };
             return out;
           }),
      twin("some-capabilities", "leaves out some capabilities",
           [] {
             Switches out;
             out.reply = [](const std::string& request, std::string reply) {
               if (!asks(request, "hello")) return reply;
               Json json = Json::parse(reply);
               Json kept = Json::array();
               for (const Json& one : json["capabilities"]) {
                 if (one != "snapshot" && one != "archive" && one != "lock") kept.push_back(one);
               }
               json["capabilities"] = kept;
               return json.dump();
             };
             return out;
           }),
  };
}

}  // namespace dp::conformance
