// Wrong about what comes in: too lenient, too strict, or misread.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include "conformance/broken/server/broken_servers.h"
#include "conformance/broken/server/server_switches.h"
#include "core/vocabulary/bytes.h"

namespace dp::conformance {
namespace {

using Make = std::function<ServerSwitches()>;

BrokenServer broken(std::string name, std::string requirement, std::string what, Make make,
                    bool grave = false) {
  return {std::move(name), std::move(requirement), std::move(what), grave,
          [make = std::move(make)] { return altered_server(make()); }};
}

constexpr const char* kChanges[] = {"update_draft", "delete_draft", "chat_message_added",
                                    "sync_offline_changes", "delete_chat"};

bool is_change(const Json& frame) {
  return std::ranges::any_of(kChanges, [&](const char* type) { return is(frame, type); });
}

// What the library makes of the text is put in its place: it forgives what the server must not.
ServerSwitches reads_again(std::function<void(Json&)> mend) {
  ServerSwitches out;
  out.hear_text = [mend = std::move(mend)](Between&, ConnId, std::string& text) {
    Json frame = Json::parse(text, nullptr, false);
    if (frame.is_discarded()) return false;
    mend(frame);
    text = frame.dump(-1, ' ', false, Json::error_handler_t::replace);
    return false;
  };
  return out;
}

ServerSwitches mends_text(std::function<void(std::string&)> mend) {
  ServerSwitches out;
  out.hear_text = [mend = std::move(mend)](Between&, ConnId, std::string& text) {
    mend(text);
    return false;
  };
  return out;
}

// \udXXX becomes a question mark, as lenient decoders do.
void mend_surrogates(std::string& text) {
  for (std::size_t at = 0; (at = text.find("\\ud", at)) != std::string::npos;) {
    const bool half =
        at + 5 < text.size() && std::string_view("89abcdefABCDEF").contains(text[at + 3]);
    if (half) text.replace(at, 6, "?");
    ++at;
  }
}

void drop_deep_fields(Json& value, int level) {
  if (!value.is_structured()) return;
  if (level >= 8) {
    value = nullptr;
    return;
  }
  for (Json& inner : value) drop_deep_fields(inner, level + 1);
}

constexpr const char* kNumbers[] = {"base_version", "proposed_v", "version_before_edit",
                                    "client_draft_v"};

void make_whole(Json& value) {
  if (!value.is_structured()) return;
  for (const char* name : kNumbers) {
    if (!value.is_object() || !value.contains(name) || !value[name].is_number()) continue;
    const double number = std::clamp(value[name].get<double>(), 0.0, 9007199254740991.0);
    value[name] = static_cast<std::uint64_t>(std::abs(number));
  }
  for (Json& inner : value) make_whole(inner);
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

ServerSwitches reads_any_case() {
  ServerSwitches out;
  out.hear = [](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    const std::string chat = text_in(all, "chat_id");
    if (!chat.empty()) all["chat_id"] = lower(chat);
    return false;
  };
  return out;
}

// Fields that are missing or of another type get a value that seems to suit.
void guess_fields(Json& all) {
  if (!all.contains("encrypted_draft_md") || all["encrypted_draft_md"].is_number() ||
      all["encrypted_draft_md"].is_structured()) {
    all["encrypted_draft_md"] = nullptr;
  }
}

ServerSwitches any_change_id() {
  ServerSwitches out;
  out.hear = [](Between&, ConnId, Json& frame) {
    if (!is_change(frame)) return false;
    Json& all = fields(frame);
    const std::string id = text_in(all, "change_id");
    const bool good = std::ranges::all_of(
        id, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
    if (all.contains("change_id") && (id.empty() || id.size() > 64 || !good)) {
      all.erase("change_id");
    }
    return false;
  };
  return out;
}

// White space in base64 and a missing end are mended before anybody looks.
ServerSwitches lenient_base64() {
  ServerSwitches out;
  out.hear = [](Between&, ConnId, Json& frame) {
    Json& all = fields(frame);
    for (const char* name :
         {"encrypted_draft_md", "encrypted_draft_preview", "encrypted_tombstone"}) {
      if (!all.contains("proposed_v") || !all.contains(name) || !all[name].is_string()) continue;
      std::string text = all[name];
      std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '='; });
      std::ranges::replace(text, '-', '+');
      std::ranges::replace(text, '_', '/');
      text.append((4 - text.size() % 4) % 4, '=');
      // Stray bits behind the last byte.
      constexpr std::string_view kAlphabet =
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      const std::size_t pads = static_cast<std::size_t>(std::ranges::count(text, '='));
      if (pads > 0 && text.size() > pads) {
        char& last = text[text.size() - pads - 1];
        const std::size_t value = kAlphabet.find(last);
        const std::size_t mask = pads == 1 ? 0x3c : 0x30;
        if (value != std::string_view::npos) last = kAlphabet[value & mask];
      }
      all[name] = text;
    }
    return false;
  };
  return out;
}

ServerSwitches error_closes(const char* code, std::uint16_t with) {
  ServerSwitches out;
  out.say = [=](Between& between, ConnId conn, Json& frame) {
    if (!is(frame, "error") || text_in(fields(frame), "code") != code) return false;
    between.later(0, [&between, conn, with] { between.close(conn, with, "bad frame"); });
    return true;
  };
  return out;
}

ServerSwitches other_code(const char* code, const char* instead) {
  return says("error", [=](Json& all) {
    if (text_in(all, "code") == code) all["code"] = instead;
  });
}

// One code is answered with another only for frames that the library can read.
ServerSwitches bad_json_is_a_bad_frame() {
  auto readable = std::make_shared<std::map<ConnId, bool>>();
  ServerSwitches out;
  out.hear_text = [readable](Between&, ConnId conn, const std::string& text) {
    (*readable)[conn] = !Json::parse(text, nullptr, false).is_discarded() || text.contains("\\ud");
    return false;
  };
  out.say = [readable](Between&, ConnId conn, Json& frame) {
    Json& all = fields(frame);
    if ((*readable)[conn] && text_in(all, "code") == "invalid_json") all["code"] = "invalid_frame";
    return false;
  };
  return out;
}

ServerSwitches strict_about_fields() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId conn, Json& frame) {
    constexpr std::string_view kKnown =
        " chat_id chatId encrypted_draft_md encrypted_draft_preview base_version proposed_v "
        "change_id encrypted_tombstone chats changes chat_versions page_token message_id "
        "encrypted_content preserve_draft type event payload ";
    bool strange = false;
    for (const Json* level : {&frame, &fields(frame)}) {
      for (const auto& [name, value] : level->items()) {
        strange = strange || !kKnown.contains(" " + name + " ");
      }
    }
    if (!strange) return false;
    between.send(conn, error_frame("invalid_frame", fields(frame)).dump());
    return true;
  };
  return out;
}

ServerSwitches envelope_a_only() {
  ServerSwitches out;
  out.hear = [](Between& between, ConnId conn, Json& frame) {
    if (frame.contains("type") || !frame.contains("event")) return false;
    between.send(conn, error_frame("invalid_frame", frame).dump());
    return true;
  };
  return out;
}

ServerSwitches event_goes_first() {
  ServerSwitches out;
  out.hear = [](Between&, ConnId, Json& frame) {
    if (!frame.contains("event") || !frame["event"].is_string()) return false;
    frame.erase("type");
    return false;
  };
  return out;
}

std::vector<BrokenServer> broken_in_json() {
  return {
      broken("last-key-wins", "DP-WIRE-007", "reads the last of two equal keys",
             [] { return reads_again([](Json&) {}); }),
      broken(
          "guesses-fields", "DP-WIRE-008", "takes a missing text for a deletion",
          [] { return hears("update_draft", guess_fields); }, true),
      broken("mends-surrogates", "DP-WIRE-009", "reads half a surrogate pair as a question mark",
             [] { return mends_text(mend_surrogates); }),
      broken("any-depth", "DP-WIRE-010", "reads frames nested ever so deep",
             [] { return reads_again([](Json& frame) { drop_deep_fields(frame, 1); }); }),
      broken("any-length", "DP-WIRE-010", "buffers frames of any length",
             [] {
               ServerSwitches out;
               out.configure = [](server::Config& config, net::ServerOptions& options) {
                 config.wire.frame_bytes_max = 64u << 20;
                 config.max_inbound_bytes = 256u << 20;
                 options.limits.frame_bytes_max = 64u << 20;
               };
               return out;
             }),
      broken("any-number", "DP-WIRE-011", "rounds versions that are no whole numbers",
             [] { return reads_again(make_whole); }),
      broken("any-case", "DP-WIRE-012", "reads chat ids in upper case", reads_any_case),
      broken("closes-on-bad-json", "DP-WIRE-013", "closes when a text is not JSON",
             [] { return error_closes("invalid_json", 1003); }),
      broken("closes-on-bad-frames", "DP-WIRE-013", "closes when a frame has a bad field",
             [] { return error_closes("invalid_frame", 1002); }),
      broken("bad-frame-is-bad-json", "DP-WIRE-013", "calls a bad field bad JSON",
             [] { return other_code("invalid_frame", "invalid_json"); }),
      broken("bad-json-is-a-bad-frame", "DP-WIRE-020", "calls equal keys and depth a bad field",
             bad_json_is_a_bad_frame),
      broken("binary-is-text", "DP-WIRE-015", "reads binary messages",
             [] {
               ServerSwitches out;
               out.configure = [](server::Config&, net::ServerOptions& options) {
                 options.limits.binary_is_text = true;
               };
               return out;
             }),
      broken("any-change-id", "DP-WIRE-016", "takes change ids of any characters", any_change_id),
      broken("lenient-base64", "DP-WIRE-017", "mends base64 before it stores it", lenient_base64),
  };
}

std::vector<BrokenServer> broken_in_envelopes() {
  return {
      broken("envelope-a-only", "DP-WIRE-001", "does not read envelope B", envelope_a_only),
      broken("event-goes-first", "DP-WIRE-001", "reads the event where there is a type too",
             event_goes_first),
      broken("silent-on-nonsense", "DP-WIRE-003", "does not answer what is no frame",
             [] {
               ServerSwitches out;
               out.hear = [](Between&, ConnId, Json& frame) {
                 const auto named = [&](const char* key) {
                   return frame.contains(key) && frame[key].is_string();
                 };
                 return !named("type") && !named("event");
               };
               return out;
             }),
      broken("strict-about-fields", "DP-WIRE-004", "refuses fields it does not know",
             strict_about_fields),
      broken("closes-on-unknown-types", "DP-WIRE-005", "closes when it does not know a type",
             [] { return error_closes("unknown_type", 1000); }),
      broken("unknown-type-is-a-bad-frame", "DP-WIRE-005", "calls an unknown type a bad field",
             [] { return other_code("unknown_type", "invalid_frame"); }),
      broken("refusals-without-ids", "DP-WIRE-014", "does not say which change it refused",
             [] {
               return says("error", [](Json& all) {
                 all.erase("change_id");
                 all.erase("chat_id");
               });
             }),
      broken("refusals-without-change", "DP-WIRE-014", "names the chat of a refusal only",
             [] { return says("error", [](Json& all) { all.erase("change_id"); }); }),
      broken("half-sealed", "DP-FRAME-002", "takes a change with a base and no number as unsealed",
             [] {
               return hears("update_draft", [](Json& all) {
                 if (!all.contains("proposed_v")) all.erase("base_version");
               });
             }),
  };
}

std::vector<BrokenServer> broken_in_fields() {
  return {
      broken("one-spelling-of-chat-id", "DP-FRAME-004", "does not know chatId",
             [] { return hears("delete_draft", [](Json& all) { all.erase("chatId"); }); }),
      broken("two-chat-ids", "DP-FRAME-004", "takes the first of two different chat ids",
             [] {
               return hears("delete_draft", [](Json& all) {
                 if (all.contains("chat_id")) all.erase("chatId");
               });
             }),
      broken("preserves-on-anything", "DP-FRAME-007", "keeps the draft for a preserve_draft of 1",
             [] {
               return hears("chat_message_added", [](Json& all) {
                 const auto found = all.find("preserve_draft");
                 if (found == all.end()) return;
                 const bool falsy = found->is_null() || *found == false || *found == 0;
                 *found = !falsy;
               });
             }),
      broken("strict-preserve", "DP-FRAME-007", "refuses a preserve_draft that is no boolean",
             [] {
               ServerSwitches out;
               out.hear = [](Between& between, ConnId conn, Json& frame) {
                 Json& all = fields(frame);
                 const auto found = all.find("preserve_draft");
                 if (found == all.end() || found->is_boolean()) return false;
                 between.send(conn, error_frame("invalid_frame", all).dump());
                 return true;
               };
               return out;
             }),
      broken("absent-preview-is-null", "DP-FRAME-008", "drops a preview that is not sent again",
             [] {
               return hears("update_draft", [](Json& all) {
                 if (!all.contains("encrypted_draft_preview")) {
                   all["encrypted_draft_preview"] = nullptr;
                 }
               });
             }),
      broken("forgives-page-tokens", "DP-FRAME-010", "takes any page token for the first page",
             [] {
               auto given = std::make_shared<std::vector<std::string>>();
               ServerSwitches out;
               out.say = [given](Between&, ConnId, Json& frame) {
                 if (is(frame, "initial_sync_response")) {
                   given->push_back(text_in(fields(frame), "page_token"));
                 }
                 return false;
               };
               out.hear = [given](Between&, ConnId, Json& frame) {
                 Json& all = fields(frame);
                 if (!is(frame, "initial_sync_request") || !all.contains("page_token"))
                   return false;
                 const std::string token = text_in(all, "page_token");
                 if (std::ranges::find(*given, token) == given->end()) all.erase("page_token");
                 return false;
               };
               return out;
             }),
  };
}

}  // namespace

std::vector<BrokenServer> servers_broken_in_reading_frames() {
  std::vector<BrokenServer> all = broken_in_json();
  for (auto part : {broken_in_envelopes(), broken_in_fields()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace dp::conformance
