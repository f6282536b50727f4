// Strict reading of frames, for both sides.
#include "conformance/vectors/areas.h"
#include "conformance/vectors/frame_shapes.h"

namespace dp::vectors {
namespace {

constexpr const char* kChat = "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d";

Json input(const std::string& text) {
  return {{"text", text}};
}
Json input(const Json& frame) {
  return input(frame.dump());
}
Json with_path(const FrameShape& shape, std::string_view name, const Json& value) {
  Json payload = example_payload(shape, true);
  fields_within(payload, shape)[std::string(name)] = value;
  return input(enveloped(shape.type, std::move(payload)));
}
std::string place_of(const FrameShape& shape, const FieldShape& field) {
  std::string out(shape.type);
  if (!shape.path.empty()) out += "." + std::string(shape.path);
  return out + "." + std::string(field.name);
}

void good_shapes(Author& author, const std::vector<FrameShape>& shapes) {
  for (const FrameShape& shape : shapes) {
    const std::string type(shape.type);
    const Json least = example_payload(shape, false);
    const Json all = example_payload(shape, true);
    author.rule(type + " in envelope A, with all fields", input(enveloped(type, all)));
    author.rule(type + " in envelope B", input(flat(type, all)));
    if (least != all) author.rule(type + ", what may be absent is", input(enveloped(type, least)));
    Json more = all;
    more["a_field_of_tomorrow"] = {{"deep", Json::array({1, nullptr, "x"})}};
    author.rule(type + " with a field that nobody knows", input(enveloped(type, more)));
    Json reversed = Json::object();
    const auto& members = all.get_ref<const Json::object_t&>();
    for (auto at = members.rbegin(); at != members.rend(); ++at) reversed[at->first] = at->second;
    Json frame = Json::object();
    if (!all.empty()) frame["payload"] = reversed;
    frame["type"] = type;
    author.rule(type + ", members in reverse order", input(frame));
  }
}

void missing_fields(Author& author, const std::vector<FrameShape>& shapes) {
  for (const FrameShape& shape : shapes) {
    for (const FieldShape& field : shape.fields) {
      if (field.absence != Absence::refused) continue;
      Json payload = example_payload(shape, true);
      fields_within(payload, shape).erase(std::string(field.name));
      author.defect("missing_field", place_of(shape, field),
                    input(enveloped(shape.type, std::move(payload))));
    }
  }
}

std::vector<Json> wrong_values(FieldKind kind) {
  switch (kind) {
    case FieldKind::chat_id:
    case FieldKind::name:
    case FieldKind::text:
      return {Json(7), Json(nullptr), Json::array({"x"})};
    case FieldKind::lenient_name:
    case FieldKind::lenient_text:
      return {Json(7), Json::array({"x"})};
    case FieldKind::text_or_null:
      return {Json(7), Json(false)};
    case FieldKind::number:
      return {Json("3"), Json(nullptr), Json(true)};
    case FieldKind::flag:
      return {Json("true"), Json(nullptr), Json(1)};
    case FieldKind::only_true:
      return {Json("true"), Json(1)};
    case FieldKind::object:
      return {Json("x"), Json(nullptr), Json::array()};
    case FieldKind::list:
      return {Json("x"), Json(nullptr), Json::object()};
    case FieldKind::anything:
      break;
  }
  return {};
}

void wrong_types(Author& author, const std::vector<FrameShape>& shapes) {
  for (const FrameShape& shape : shapes) {
    for (const FieldShape& field : shape.fields) {
      for (const Json& value : wrong_values(field.kind)) {
        author.defect("wrong_type", place_of(shape, field) + " is " + value.dump(),
                      with_path(shape, field.name, value));
      }
    }
  }
}

// `frame` has the number 123454321 where another spelling goes.
void numbers(Author& author, const std::string& frame) {
  const std::string mark = "123454321";
  const auto spelt = [&](const std::string& number) {
    std::string text = frame;
    return input(text.replace(text.find(mark), mark.size(), number));
  };
  for (const char* good : {"0", "1", "4294967296", "9007199254740990", "9007199254740991"}) {
    author.boundary(std::string("the number ") + good, spelt(good));
  }
  for (const char* bad :
       {"-1", "-0", "1.0", "1.5", "0.0", "1e0", "1E2", "1e+2", "10e-1", "9007199254740992",
        "9007199254740993", "18446744073709551615", "18446744073709551617", "1e308",
        "-9007199254740991", "100000000000000000000000000000000000000000"}) {
    author.defect("number_not_plain", std::string("the number ") + bad, spelt(bad));
  }
}

void ids(Author& author, const FrameShape& shape, std::string_view name_field) {
  const std::string x64(64, 'x');
  for (const std::string& good :
       {std::string("a"), std::string("_"), std::string("-"), x64, std::string("AZaz09_-")}) {
    author.boundary("an id of " + std::to_string(good.size()) + " characters",
                    with_path(shape, name_field, good));
  }
  for (const std::string& bad :
       {std::string(), x64 + "x", std::string("a b"), std::string("a.b"), std::string("a/b"),
        std::string("a+b"), std::string("\xC3\xA9"), std::string("a\n"), std::string("a\0", 2)}) {
    author.defect("bad_name", "an id of " + std::to_string(bad.size()) + " bytes",
                  with_path(shape, name_field, bad));
  }
  for (const char* bad :
       {"", "7B0C0F3E-6A55-4D5C-9C3E-0D6A1F2B3C4D", "7b0c0f3e-6a55-1d5c-9c3e-0d6a1f2b3c4d",
        "7b0c0f3e-6a55-4d5c-cc3e-0d6a1f2b3c4d", "{7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d}",
        "7b0c0f3e6a554d5c9c3e0d6a1f2b3c4d", "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4",
        "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d\n", "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4g"}) {
    author.defect("bad_chat_id", std::string("\"") + bad + "\"", with_path(shape, "chat_id", bad));
  }
}

// `open` is everything of a frame up to the closing brace of the body; `close` is that.
void json(Author& author, const std::string& open, const std::string& close) {
  const std::string whole = open + close;
  const auto with = [&](const std::string& member) { return input(open + ", " + member + close); };
  author.rule("white space around tokens", input(" \t\r\n" + open + " " + close + "\n"));
  author.rule("escapes of every kind", with(R"("x": "\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC")"));
  author.rule("an escaped pair of surrogates", with(R"("x": "\ud83d\ude00")"));
  author.rule("text beyond the first plane", with("\"x\": \"\xF0\x9F\x98\x80\""));
  author.rule("a number nobody reads may be spelt in any way", with(R"("x": -1.5e+300)"));
  author.boundary("an empty key", with(R"("": 1)"));
  author.boundary("a key with an escape", with(R"("\u0078y": 1)"));
  author.boundary("the same key in two objects", with(R"("x": {"k": 1}, "y": {"k": 1})"));
  author.boundary("nested 8 levels deep",
                  with("\"x\": " + std::string(7, '[') + std::string(7, ']')));
  author.defect("too_deep", "nested 9 levels deep",
                with("\"x\": " + std::string(8, '[') + std::string(8, ']')));
  author.defect("too_deep", "objects, 9 levels",
                with(R"("x": {"x": {"x": {"x": {"x": {"x": {"x": {"x": {}}}}}}}})"));
  author.defect("too_deep", "1000 levels",
                with("\"x\": " + std::string(1000, '[') + std::string(1000, ']')));
  author.defect("duplicate_key", "beside each other", with(R"("x": 1, "x": 1)"));
  author.defect("duplicate_key", "in an inner object", with(R"("x": {"k": 1, "l": 2, "k": 3})"));
  author.defect("duplicate_key", "within a list", with(R"("x": [{"k": 1, "k": 2}])"));
  author.defect("duplicate_key", "one of them escaped", with(R"("x": 1, "\u0078": 2)"));
  author.defect("duplicate_key", "the empty key", with(R"("": 1, "": 2)"));
  author.defect("lone_surrogate", "a first one alone", with(R"("x": "\ud83d")"));
  author.defect("lone_surrogate", "a second one alone", with(R"("x": "\ude00")"));
  author.defect("lone_surrogate", "the pair reversed", with(R"("x": "\ude00\ud83d")"));
  author.defect("lone_surrogate", "a first one before a letter", with(R"("x": "\ud83da")"));
  author.defect("lone_surrogate", "two first ones", with(R"("x": "\ud83d\ud83d")"));
  author.defect("lone_surrogate", "in a key", with(R"("\ud83d": 1)"));
  for (const char* bad :
       {R"("x": 01)",      R"("x": +1)",      R"("x": .5)",        R"("x": 1.)",
        R"("x": 1e)",      R"("x": 0x10)",    R"("x": NaN)",       R"("x": Infinity)",
        R"("x": -)",       R"("x": True)",    R"("x": nul)",       R"("x": 'y')",
        R"(x: 1)",         R"("x" 1)",        R"("x": 1,)",        R"("x": [1,])",
        R"("x": [1 2])",   R"("x": "\x41")",  R"("x": "\u12")",    R"("x": "\u00g0")",
        "\"x\": \"a\tb\"", "\"x\": \"a\nb\"", R"("x": 1 /* y */)", R"("x")",
        R"("x":)",         R"("x": [})",      R"("x": "y)"}) {
    author.defect("json_syntax", bad, with(bad));
  }
  author.defect("json_syntax", "a second object behind it", input(whole + "{}"));
  author.defect("json_syntax", "a letter behind it", input(whole + "x"));
  author.defect("json_syntax", "a brace too many", input(whole + "}"));
  author.defect("json_syntax", "a brace missing", input(whole.substr(0, whole.size() - 1)));
  author.defect("json_syntax", "a byte order mark in front", input("\xEF\xBB\xBF" + whole));
  author.defect("json_syntax", "NUL behind it", input(whole + std::string(1, '\0')));
  for (const char* other : {"[]", "\"ping\"", "7", "true", "null"}) {
    author.defect("not_an_object", other, input(std::string(other)));
  }
  author.defect("not_an_object", "a frame in a list", input("[" + whole + "]"));
  author.defect("json_syntax", "nothing", input(std::string()));
  author.defect("json_syntax", "white space alone", input(std::string(" \n")));
  for (const char* bad : {"\xFF", "\xC3", "\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xE2\x82", "\xF8\x88\x80\x80\x80"}) {
    const std::string text = open + ", \"x\": \"" + bad + "\"" + close;
    author.defect("not_utf8", "bytes " + hex_encode(as_bytes(bad)),
                  {{"text_hex", hex_encode(as_bytes(text))}});
  }
}

void names_of_frames(Author& author) {
  author.rule("type goes before event", input(Json{{"type", "ping"}, {"event", "update_draft"}}));
  author.rule("event counts if type is no string", input(Json{{"type", 7}, {"event", "ping"}}));
  author.rule("ping needs no payload, and what it has is not read",
              input(Json{{"type", "ping"}, {"payload", 7}}));
  author.defect("no_type", "an empty object", input(std::string("{}")));
  author.defect("no_type", "type is a number", input(Json{{"type", 7}}));
  author.defect("no_type", "type is null", input(Json{{"type", nullptr}}));
  author.defect("no_type", "event is a list", input(Json{{"event", Json::array({"ping"})}}));
  author.defect("no_type", "the payload alone", input(Json{{"payload", {{"chat_id", kChat}}}}));
  for (const char* name : {"", "Ping", "ping ", "pings", "draft_update_receipt", "update-draft"}) {
    author.defect("unknown_type", std::string("\"") + name + "\"", input(Json{{"type", name}}));
  }
  author.defect("unknown_type", "in envelope B", input(Json{{"event", "draft_update"}}));
  author.defect("missing_field", "a frame with fields and no payload",
                input(Json{{"type", "get_chat_details"}}));
  author.defect("wrong_type", "the payload is a list",
                input(Json{{"type", "get_chat_details"}, {"payload", Json::array()}}));
  author.defect("wrong_type", "the payload is null",
                input(Json{{"type", "get_chat_details"}, {"payload", nullptr}}));
}

void rules_of_single_frames(Author& author) {
  const auto frame = [](const char* type, Json payload) {
    return input(enveloped(type, std::move(payload)));
  };
  const char* other = "00000000-0000-4000-8000-000000000000";
  author.rule("chatId in place of chat_id", frame("delete_draft", {{"chatId", kChat}}));
  author.rule("both spellings agree",
              frame("delete_draft", {{"chatId", kChat}, {"chat_id", kChat}}));
  author.defect("two_chat_ids", "both spellings, two chats",
                frame("delete_draft", {{"chatId", kChat}, {"chat_id", other}}));
  author.defect("bad_chat_id", "chatId in upper case",
                frame("delete_draft", {{"chatId", "7B0C0F3E-6A55-4D5C-9C3E-0D6A1F2B3C4D"}}));
  author.defect("missing_field", "chatId belongs to delete_draft alone",
                frame("get_chat_details", {{"chatId", kChat}}));
  for (const char* type : {"update_draft", "delete_draft", "chat_message_added"}) {
    Json payload = {{"chat_id", kChat}, {"encrypted_draft_md", "QQ=="}};
    payload.update(Json{{"message_id", "m-1"}, {"encrypted_content", "QQ=="}});
    Json half = payload;
    half["base_version"] = 0;
    author.defect("half_sealed", std::string(type) + " without proposed_v", frame(type, half));
    half = payload;
    half["proposed_v"] = 1;
    author.defect("half_sealed", std::string(type) + " without base_version", frame(type, half));
  }
  for (const Json& value : {Json(true), Json(false), Json(nullptr), Json("true"), Json(1),
                            Json::array(), Json::object()}) {
    author.rule("preserve_draft is " + value.dump(),
                frame("chat_message_added", {{"chat_id", kChat},
                                             {"message_id", "m-1"},
                                             {"encrypted_content", "QQ=="},
                                             {"preserve_draft", value}}));
  }
  author.defect(
      "bad_value", "an entry of no known type",
      frame("sync_offline_changes", {{"changes", Json::array({{{"change_id", "c"},
                                                               {"chat_id", kChat},
                                                               {"type", "drafts"},
                                                               {"value", nullptr},
                                                               {"version_before_edit", 0}}})}}));
  author.defect("wrong_type", "an entry that is no object",
                frame("sync_offline_changes", {{"changes", Json::array({7})}}));
  author.boundary("no entry", frame("sync_offline_changes", {{"changes", Json::array()}}));
  author.boundary("no chat", frame("get_draft_versions", {{"chats", Json::array()}}));
  author.boundary("no chat", frame("initial_sync_request", {{"chat_versions", Json::object()}}));
  author.defect("bad_chat_id", "a key of chat_versions",
                frame("initial_sync_request", {{"chat_versions", {{"x", 1}}}}));
  author.defect("wrong_type", "a value of chat_versions",
                frame("initial_sync_request", {{"chat_versions", {{kChat, "1"}}}}));
  Json chats = Json::array();
  for (int i = 0; i < 201; ++i) chats.push_back({{"chat_id", kChat}, {"client_draft_v", i}});
  Json first = chats;
  chats[200] = {{"chat_id", 7}};
  author.boundary("what lies beyond 200 entries is not read",
                  frame("get_draft_versions", {{"chats", chats}}));
  first[199] = {{"chat_id", kChat}, {"client_draft_v", -1}};
  author.defect("number_not_plain", "the 200th entry is read",
                frame("get_draft_versions", {{"chats", first}}));
}

void drawn(Author& author, const std::vector<FrameShape>& shapes, std::uint64_t seed) {
  Draws draws(seed);
  for (int i = 0; i < 24; ++i) {
    const FrameShape& shape = shapes[draws.below(shapes.size())];
    Json payload = example_payload(shape, true);
    Json& fields = fields_within(payload, shape);
    for (const FieldShape& field : shape.fields) {
      const std::string name(field.name);
      if (field.kind == FieldKind::number) fields[name] = draws.below(std::uint64_t{1} << 53);
      if (field.kind == FieldKind::name) fields[name] = draws.hex(1 + draws.below(32));
    }
    author.random("drawn", input(enveloped(shape.type, std::move(payload))));
  }
}

}  // namespace

Author frames_at_server_area() {
  Author author("frames_at_server", "What a server reads, and how it refuses (section 3)");
  author.group("frame_at_server");
  good_shapes(author, client_frames());
  missing_fields(author, client_frames());
  wrong_types(author, client_frames());
  numbers(author, Json{{"type", "update_draft"},
                       {"payload",
                        {{"chat_id", kChat},
                         {"encrypted_draft_md", nullptr},
                         {"base_version", 5},
                         {"proposed_v", 123454321}}}}
                      .dump());
  ids(author, client_frames()[0], "change_id");
  names_of_frames(author);
  rules_of_single_frames(author);
  json(author, R"({"type": "delete_chat", "payload": {"chat_id": ")" + std::string(kChat) + "\"}",
       "}");
  drawn(author, client_frames(), 901);
  return author;
}

Author frames_at_client_area() {
  Author author("frames_at_client", "What a client reads, and what it ignores (section 3)");
  author.group("frame_at_client");
  good_shapes(author, server_frames());
  missing_fields(author, server_frames());
  wrong_types(author, server_frames());
  numbers(author, Json{{"type", "draft_update_receipt"},
                       {"payload", {{"chat_id", kChat}, {"draft_v", 123454321}, {"success", true}}}}
                      .dump());
  ids(author, server_frames()[0], "change_id");
  json(author, R"({"type": "chat_deleted", "payload": {"chat_id": ")" + std::string(kChat) + "\"}",
       "}");
  drawn(author, server_frames(), 902);
  return author;
}

}  // namespace dp::vectors
