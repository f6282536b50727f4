#include "conformance/adapter/reply.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace dp::conformance {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kEffectsMax = 100'000;
constexpr std::uint64_t kNumberMax = (std::uint64_t{1} << 53) - 1;

// Reads members of one object; the first that is wrong is remembered.
class Members {
 public:
  Members(const Json& object, std::string place, std::string& wrong)
      : object_(object), place_(std::move(place)), wrong_(wrong) {
    if (!object_.is_object()) complain("", "is no object");
  }

  std::string text(const char* name) {
    const Json* value = find(name);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    complain(name, "is no string");
    return {};
  }
  std::optional<std::string> maybe_text(const char* name) {
    if (!object_.is_object() || !object_.contains(name) || object_[name].is_null()) {
      return std::nullopt;
    }
    return text(name);
  }
  std::optional<std::string> nullable_text(const char* name) {
    const Json* value = find(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    return text(name);
  }
  bool boolean(const char* name) {
    const Json* value = find(name);
    if (value == nullptr) return false;
    if (value->is_boolean()) return value->get<bool>();
    complain(name, "is no boolean");
    return false;
  }
  std::uint64_t number(const char* name) {
    const Json* value = find(name);
    if (value == nullptr) return 0;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() <= kNumberMax) {
      return value->get<std::uint64_t>();
    }
    complain(name, "is no whole number from 0 to 2^53 - 1");
    return 0;
  }
  const Json& list(const char* name) {
    static const Json kNone = Json::array();
    const Json* value = find(name);
    if (value == nullptr) return kNone;
    if (value->is_array()) return *value;
    complain(name, "is no array");
    return kNone;
  }
  std::vector<std::string> texts(const char* name) {
    std::vector<std::string> out;
    for (const Json& each : list(name)) {
      if (!each.is_string()) complain(name, "holds something that is no string");
      out.push_back(each.is_string() ? each.get<std::string>() : std::string());
    }
    return out;
  }
  bool has(const char* name) const { return object_.is_object() && object_.contains(name); }

 private:
  const Json* find(const char* name) {
    if (has(name)) return &object_[name];
    complain(name, "is missing");
    return nullptr;
  }
  void complain(const char* name, const char* what) {
    if (wrong_.empty()) {
      const std::string where = place_ + (*name == '\0' || place_.empty() ? "" : ".") + name;
      wrong_ = where.empty() ? what : where + " " + what;
    }
  }

  const Json& object_;
  std::string place_;
  std::string& wrong_;
};

AdapterEffect effect_of(const Json& json, const std::string& place, std::string& wrong) {
  Members members(json, place, wrong);
  AdapterEffect out;
  out.kind = members.text("effect");
  if (out.kind.starts_with("conn.")) out.conn = members.number("conn");
  if (out.kind == "conn.open") {
    out.detail = members.text("url");
    out.authorization = members.maybe_text("authorization");
    if (members.has("protocols")) out.protocols = members.texts("protocols");
  } else if (out.kind == "conn.send") {
    out.text = members.text("text");
  } else if (out.kind == "conn.close") {
    out.number = members.number("code");
  } else if (out.kind == "store.write") {
    out.number = members.number("rows");
  } else if (out.kind == "ui.replaced") {
    out.chat = members.text("chat_id");
    out.text = members.text("text");
  } else if (out.kind == "ui.draft" || out.kind == "ui.preview_dropped") {
    out.chat = members.text("chat_id");
  } else if (out.kind == "ui.notice") {
    out.text = members.text("kind");
    out.chat = members.nullable_text("chat_id").value_or("");
    out.detail = members.text("detail");
  } else if (out.kind == "log") {
    out.text = members.text("message");
  } else if (out.kind != "ui.chats" && out.kind != "store.failed" && wrong.empty()) {
    wrong = place + ".effect is not one of section 5";
  }
  return out;
}

DraftState draft_of(const Json& json, std::string& wrong) {
  Members members(json, "state.drafts[]", wrong);
  DraftState out;
  out.chat = members.text("chat_id");
  out.text = members.text("text");
  out.copies = members.texts("copies");
  out.version = members.number("version");
  out.pending = members.boolean("pending");
  out.payload = members.maybe_text("payload");
  out.base_hash = members.maybe_text("base_hash");
  if (members.has("high_water")) out.high_water = members.number("high_water");
  if (members.has("fence")) out.fence = members.number("fence");
  return out;
}

ClientState state_of(const Json& json, std::string& wrong) {
  Members members(json, "state", wrong);
  ClientState out;
  out.current_chat = members.nullable_text("current_chat");
  out.editor_text = members.text("editor_text");
  out.focused = members.boolean("focused");
  out.draft_version = members.number("draft_version");
  out.unsaved = members.boolean("unsaved");
  out.unsynced = members.boolean("unsynced");
  out.too_long = members.boolean("too_long");
  out.last_saved_text = members.nullable_text("last_saved_text");
  out.connection = members.text("connection");
  for (const Json& each : members.list("chats")) {
    Members chat(each, "state.chats[]", wrong);
    const std::string id = chat.text("chat_id");
    const bool has_draft = chat.boolean("has_draft");
    out.chats.push_back({id, has_draft, chat.boolean("draft_only")});
  }
  for (const Json& each : members.list("drafts")) out.drafts.push_back(draft_of(each, wrong));
  if (members.has("archive")) {
    for (const Json& each : members.list("archive")) {
      Members entry(each, "state.archive[]", wrong);
      const std::string chat = entry.text("chat_id");
      const std::string reason = entry.text("reason");
      out.archive.push_back({chat, reason, entry.text("text")});
    }
  }
  return out;
}

void read_error(const Json& json, Reply& out, std::string& wrong) {
  Members error(json, "error", wrong);
  out.error_code = error.text("code");
  out.error_message = error.text("message");
  const auto known = {"unsupported", "bad_request", "bad_state", "internal"};
  if (std::ranges::find(known, out.error_code) == known.end() && wrong.empty()) {
    wrong = "error.code is not one of section 1";
  }
}

void read_extras(const Json& json, Members& members, Reply& out, std::string& wrong) {
  if (members.has("implementation")) {
    out.hello = Introduction{members.text("implementation"), members.text("version"),
                             members.texts("capabilities"), members.texts("unsupported_options")};
  }
  if (members.has("state")) out.state = state_of(json["state"], wrong);
  if (members.has("refused")) out.refused = members.boolean("refused");
  if (members.has("output")) {
    out.output = json["output"].dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  if (!members.has("previews")) return;
  for (const Json& each : members.list("previews")) {
    Members entry(each, "previews[]", wrong);
    const std::string chat = entry.text("chat_id");
    out.previews.push_back({chat, entry.nullable_text("preview")});
  }
}

}  // namespace

const DraftState* ClientState::draft(std::string_view chat) const {
  const auto at = std::ranges::find(drafts, chat, &DraftState::chat);
  return at == drafts.end() ? nullptr : &*at;
}

Result<Reply> read_reply(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) return fail(Fault::peer, "bad_reply", "is not JSON");
  std::string wrong;
  Reply out;
  Members members(json, "", wrong);
  out.id = members.number("id");
  out.now_ms = members.number("now_ms");
  if (!members.has("next_timer_ms") || !json["next_timer_ms"].is_null()) {
    out.next_timer_ms = members.number("next_timer_ms");
  }
  if (members.has("error")) {
    read_error(json["error"], out, wrong);
  } else if (!members.has("ok") || json["ok"] != true) {
    if (wrong.empty()) wrong = "neither ok nor error";
  }
  if (members.has("effects")) {
    const Json& effects = members.list("effects");
    if (effects.size() > kEffectsMax) return fail(Fault::peer, "bad_reply", "too many effects");
    for (std::size_t i = 0; i < effects.size(); ++i) {
      out.effects.push_back(effect_of(effects[i], "effects[" + std::to_string(i) + "]", wrong));
    }
  }
  read_extras(json, members, out, wrong);
  if (!wrong.empty()) return fail(Fault::peer, "bad_reply", wrong);
  return out;
}

std::optional<std::string> string_member(std::string_view object, std::string_view name) {
  const Json json = Json::parse(object, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto at = json.find(name);
  if (at == json.end() || !at->is_string()) return std::nullopt;
  return at->get<std::string>();
}

}  // namespace dp::conformance
