// Wrong about frames: what is sent, and what is believed.
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "conformance/broken/client/broken_clients.h"
#include "conformance/broken/client/switches.h"

namespace dp::conformance {
namespace {

using Events = std::vector<client::Event>;
using Json = nlohmann::ordered_json;

BrokenClient broken(std::string name, std::string requirement, std::string what, bool grave,
                    std::function<Switches()> make) {
  return {std::move(name), std::move(requirement), std::move(what), grave,
          [make = std::move(make)] { return altered(make()); }};
}

bool is(const std::string& frame, const char* type) {
  return frame.find("\"" + std::string(type) + "\"") != std::string::npos;
}

Switches sends(std::function<void(Json& payload, const std::string& typed)> change,
               const char* type) {
  Switches out;
  out.frame = [change = std::move(change), type](std::string frame, const std::string& typed) {
    if (!is(frame, type)) return frame;
    Json json = Json::parse(frame);
    change(json["payload"], typed);
    return json.dump();
  };
  return out;
}

Switches hears(std::function<std::string(std::string)> change) {
  Switches out;
  out.heard_frame = std::move(change);
  return out;
}

std::string without(std::string text, const std::string& part) {
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos;) {
    text.erase(at, part.size());
  }
  return text;
}

// Reads whatever the library reads: the same key twice, for one.
std::string read_leniently(const std::string& frame) {
  const Json json = Json::parse(frame, nullptr, false);
  return json.is_discarded() ? frame : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string chat_in_lower_case(std::string frame) {
  Json json = Json::parse(frame, nullptr, false);
  if (!json.is_object() || !json.contains("chat_id") || !json["chat_id"].is_string()) return frame;
  std::string chat = json["chat_id"];
  for (char& c : chat) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  json["chat_id"] = chat;
  return json.dump();
}

std::string unavailable_is_gone(std::string frame) {
  Json json = Json::parse(frame, nullptr, false);
  if (json.is_discarded() || !is(frame, "draft_versions_response")) return frame;
  Json& payload = json["payload"];
  for (const Json& chat : payload["unavailable_chat_ids"]) {
    payload["versions"][chat.get<std::string>()] = 0;
  }
  payload["unavailable_chat_ids"] = Json::array();
  return json.dump();
}

Switches listens_to_the_dead() {
  auto epoch = std::make_shared<ConnEpoch>();
  Switches out;
  out.act = [epoch](std::vector<client::Effect>& effects) {
    for (const client::Effect& one : effects) {
      if (const auto* open = std::get_if<client::ConnOpen>(&one)) *epoch = open->epoch;
    }
  };
  out.hear = [epoch](const client::Event& event) {
    if (const auto* frame = std::get_if<client::FrameArrived>(&event)) {
      return Events{client::FrameArrived{*epoch, frame->text}};
    }
    if (const auto* closed = std::get_if<client::ConnClosed>(&event)) {
      return Events{client::ConnClosed{*epoch, closed->code}};
    }
    return Events{event};
  };
  return out;
}

// Makes its own receipt as soon as it has sent something.
Switches needs_no_receipt() {
  auto due = std::make_shared<Events>();
  Switches out;
  out.act = [due](std::vector<client::Effect>& effects) {
    for (const client::Effect& one : effects) {
      const auto* send = std::get_if<client::ConnSend>(&one);
      if (send == nullptr || !is(send->text, "update_draft")) continue;
      const Json payload = Json::parse(send->text)["payload"];
      const Json receipt = {{"type", "draft_update_receipt"},
                            {"payload",
                             {{"chat_id", payload["chat_id"]},
                              {"draft_v", payload["proposed_v"]},
                              {"success", true},
                              {"change_id", payload["change_id"]}}}};
      due->push_back(client::FrameArrived{send->epoch, receipt.dump()});
    }
  };
  out.afterwards = [due] { return std::exchange(*due, {}); };
  return out;
}

// A listing without the open chat makes it delete that chat.
Switches deletes_what_is_not_listed() {
  auto open_chat = std::make_shared<std::string>();
  Switches out;
  out.hear = [open_chat](const client::Event& event) {
    if (const auto* chat = std::get_if<client::ChatOpened>(&event)) *open_chat = chat->chat.text();
    const auto* frame = std::get_if<client::FrameArrived>(&event);
    const bool left_out = frame && is(frame->text, "initial_sync_response") &&
                          !open_chat->empty() && frame->text.find(*open_chat) == std::string::npos;
    if (!left_out) return Events{event};
    const std::string gone =
        R"({"type":"chat_deleted","payload":{"chat_id":")" + *open_chat + R"("}})";
    return Events{event, client::FrameArrived{frame->epoch, gone}};
  };
  return out;
}

Switches deaf_to_frames(const char* type) {
  Switches out;
  out.hear = [=](const client::Event& event) {
    const auto* frame = std::get_if<client::FrameArrived>(&event);
    return frame && is(frame->text, type) ? Events{} : Events{event};
  };
  return out;
}

Switches retries_at_once() {
  auto last = std::make_shared<client::ConnSend>();
  auto again = std::make_shared<bool>(false);
  Switches out;
  out.hear = [again](const client::Event& event) {
    const auto* frame = std::get_if<client::FrameArrived>(&event);
    *again = frame && is(frame->text, "error");
    return Events{event};
  };
  out.act = [=](std::vector<client::Effect>& effects) {
    for (const client::Effect& one : effects) {
      const auto* send = std::get_if<client::ConnSend>(&one);
      if (send && is(send->text, "update_draft")) *last = *send;
    }
    if (std::exchange(*again, false) && !last->text.empty()) effects.push_back(*last);
  };
  return out;
}

// Any error about the chat it has asked to delete is the end of that.
Switches gives_deletions_up() {
  auto asked = std::make_shared<bool>(false);
  Switches out;
  out.hear = [asked](const client::Event& event) {
    const auto* frame = std::get_if<client::FrameArrived>(&event);
    if (!frame || !is(frame->text, "error") || !*asked) return Events{event};
    client::FrameArrived done = *frame;
    Json json = Json::parse(frame->text);
    const Json& error = json["payload"];
    const Json receipt = {
        {"type", "chat_delete_receipt"},
        {"payload",
         {{"chat_id", error["chat_id"]}, {"success", true}, {"change_id", error["change_id"]}}}};
    done.text = receipt.dump();
    *asked = false;
    return Events{done};
  };
  out.act = [asked](std::vector<client::Effect>& effects) {
    for (const client::Effect& one : effects) {
      const auto* send = std::get_if<client::ConnSend>(&one);
      if (send && is(send->text, "delete_chat")) *asked = true;
    }
  };
  return out;
}

Switches sends_twice() {
  Switches out;
  out.act = [](std::vector<client::Effect>& effects) {
    const std::vector<client::Effect> once = effects;
    for (const client::Effect& one : once) {
      const auto* send = std::get_if<client::ConnSend>(&one);
      if (send == nullptr || !is(send->text, "chat_message_added")) continue;
      Json json = Json::parse(send->text);
      json["payload"]["message_id"] = json["payload"]["message_id"].get<std::string>() + "x";
      effects.push_back(client::ConnSend{send->epoch, json.dump()});
    }
  };
  return out;
}

std::vector<BrokenClient> broken_in_shape() {
  return {
      broken("token-in-the-url", "DP-CONN-002", "puts the token into the URL", true,
             [] {
               Switches out;
               out.url = [](const std::string& url, const std::string& token) {
                 return url + "?token=" + token;
               };
               return out;
             }),
      broken("listens-to-the-dead", "DP-CONN-018", "takes frames of dead connections", false,
             listens_to_the_dead),
      broken("same-key-twice", "DP-WIRE-007", "reads the same key twice", false,
             [] { return hears(read_leniently); }),
      broken("any-case", "DP-WIRE-012", "reads chat ids in upper case", false,
             [] { return hears(chat_in_lower_case); }),
      broken("base64-with-breaks", "DP-WIRE-018", "reads base64 with line breaks", false,
             [] { return hears([](const std::string& frame) { return without(frame, "\\n"); }); }),
      broken("ids-with-spaces", "DP-WIRE-016", "sends change ids with a space", false,
             [] {
               return sends([](Json& payload, const std::string&) { payload["change_id"] = "a b"; },
                            "update_draft");
             }),
      broken("base64-with-a-break", "DP-WIRE-017", "sends base64 with a line break", false,
             [] {
               return sends(
                   [](Json& payload, const std::string&) {
                     std::string text = payload["encrypted_draft_md"];
                     payload["encrypted_draft_md"] = text.insert(8, "\n");
                   },
                   "update_draft");
             }),
      broken("no-base-version", "DP-FRAME-001", "sends changes without their base", false,
             [] {
               return sends(
                   [](Json& payload, const std::string&) { payload.erase("base_version"); },
                   "update_draft");
             }),
      broken("no-change-id", "DP-FRAME-003", "sends changes without an id", false,
             [] {
               return sends([](Json& payload, const std::string&) { payload.erase("change_id"); },
                            "update_draft");
             }),
  };
}

std::vector<BrokenClient> broken_in_answers() {
  return {
      broken("unavailable-is-gone", "DP-FRAME-028", "takes unavailable for version 0", false,
             [] { return hears(unavailable_is_gone); }),
      broken("deletes-unlisted", "DP-FRAME-030", "deletes what a listing leaves out", true,
             deletes_what_is_not_listed),
      broken("retries-at-once", "DP-ERR-004", "repeats a refused change at once", false,
             retries_at_once),
      broken("deaf-to-refusals", "DP-ERR-005", "does not hear errors", false,
             [] { return deaf_to_frames("error"); }),
      broken("deaf-to-conflicts", "DP-OUT-008", "does not hear conflicts", true,
             [] { return deaf_to_frames("draft_conflict"); }),
      broken("deaf-to-broadcasts", "DP-SYNC-002", "does not hear broadcasts", false,
             [] { return deaf_to_frames("chat_draft_updated"); }),
      broken("needs-no-receipt", "DP-OUT-001", "believes what it sent is stored", true,
             needs_no_receipt),
      broken("gives-deletions-up", "DP-OUT-014", "drops a chat's deletion that was refused", false,
             gives_deletions_up),
      broken("sends-twice", "DP-OUT-007", "sends each message twice", false, sends_twice),
      broken("jumps-ahead", "DP-OUT-002", "proposes five numbers too many", false,
             [] {
               return sends(
                   [](Json& payload, const std::string&) {
                     payload["proposed_v"] = payload["proposed_v"].get<std::uint64_t>() + 5;
                   },
                   "update_draft");
             }),
  };
}

std::vector<BrokenClient> broken_in_privacy() {
  return {
      broken("no-preview", "DP-PREV-005", "sends no previews", false,
             [] {
               return sends(
                   [](Json& payload, const std::string&) {
                     payload["encrypted_draft_preview"] = nullptr;
                   },
                   "update_draft");
             }),
      broken("leaks-into-frames", "DP-PRIV-002", "sends the text beside the ciphertext", true,
             [] {
               return sends(
                   [](Json& payload, const std::string& typed) { payload["hint"] = typed; },
                   "update_draft");
             }),
      broken("leaks-reversed", "DP-PRIV-002", "sends the text backwards", true,
             [] {
               return sends(
                   [](Json& payload, const std::string& typed) {
                     payload["hint"] = std::string(typed.rbegin(), typed.rend());
                   },
                   "update_draft");
             }),
      broken("leaks-into-logs", "DP-PRIV-006", "logs what was typed", true,
             [] {
               Switches out;
               out.act = [](std::vector<client::Effect>& effects) {
                 effects.push_back(client::Log{"edited", {}});
               };
               out.log_prefix = [](const std::string& typed) { return typed + " "; };
               return out;
             }),
      broken("leaks-into-the-store", "DP-STORE-001", "keeps a plain copy beside the store", true,
             [] {
               Switches out;
               out.stray_file = [](const std::string& typed) { return typed; };
               return out;
             }),
      broken("shows-its-length", "DP-PRIV-001", "tells the server a sum over the text", true,
             [] {
               return sends(
                   [](Json& payload, const std::string& typed) {
                     std::uint64_t sum = 0;
                     for (const char c : typed) sum += static_cast<unsigned char>(c);
                     payload["hint"] = std::string(sum % 97, 'x');
                   },
                   "update_draft");
             }),
  };
}

}  // namespace

std::vector<BrokenClient> clients_broken_on_the_wire() {
  std::vector<BrokenClient> all = broken_in_shape();
  for (auto part : {broken_in_answers(), broken_in_privacy()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace dp::conformance
