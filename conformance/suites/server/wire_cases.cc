// Section 3.1: frames that must be read, and frames that must not.
#include <cctype>

#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using wire::ErrorCode;

Respell swap(std::string from, std::string to) {
  return [=](Slot&, std::string frame) { return respelt(std::move(frame), from, to); };
}

Respell member(std::string text) {
  return [=](Slot&, std::string frame) { return with_member(std::move(frame), text); };
}

Respell outer(std::string text) {
  return [=](Slot&, std::string frame) { return with_outer_member(std::move(frame), text); };
}

Respell number(std::string name, std::string spelling) {
  return [=](Slot& slot, std::string frame) {
    const std::string value = name == "base_version" ? "0" : std::to_string(slot.version + 1);
    const std::string written = "\"" + name + "\":" + value;
    return respelt(std::move(frame), written, "\"" + name + "\":" + spelling);
  };
}

Respell chat(std::function<std::string(std::string)> change) {
  return [=](Slot& slot, std::string frame) {
    return respelt(std::move(frame), slot.chat, change(slot.chat));
  };
}

Respell change_id(std::string value) {
  return [=](Slot&, std::string frame) {
    const std::string mark = "\"change_id\":\"";
    const std::size_t at = frame.find(mark) + mark.size();
    return frame.replace(at, frame.find('"', at) - at, value);
  };
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

struct Row {
  const char* id;
  const char* title;
  ErrorCode code;
  Respell spoil;
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string replaced_at(const std::string& text, std::size_t at, char c) {
  return text.substr(0, at) + std::string(1, c) + text.substr(at + 1);
}

// ---- not JSON, or not one object ----------------------------------------------------------------

std::vector<Row> json_rows() {
  const auto json = ErrorCode::invalid_json;
  const auto text = [](std::string all) { return [=](Slot&, const std::string&) { return all; }; };
  return {
      {"DP-WIRE-013/empty", "An empty message is no JSON", json, text("")},
      {"DP-WIRE-013/blanks", "Blanks are no JSON", json, text("  \n ")},
      {"DP-WIRE-013/word", "A word is no JSON", json, text("hello")},
      {"DP-WIRE-013/array", "An array is no object", json,
       [](Slot&, const std::string& frame) { return "[" + frame + "]"; }},
      {"DP-WIRE-013/number", "A number is no object", json, text("5")},
      {"DP-WIRE-013/string", "A text is no object", json, text("\"ping\"")},
      {"DP-WIRE-013/null", "null is no object", json, text("null")},
      {"DP-WIRE-013/cut", "Half an object is no JSON", json,
       [](Slot&, const std::string& frame) { return frame.substr(0, frame.size() - 1); }},
      {"DP-WIRE-013/two", "Two objects are not one", json,
       [](Slot&, const std::string& frame) { return frame + frame; }},
      {"DP-WIRE-013/trailing", "What follows the object is refused", json,
       [](Slot&, const std::string& frame) { return frame + "x"; }},
      {"DP-WIRE-013/trailing-comma", "A comma before the end is refused", json,
       [](Slot&, const std::string& frame) { return frame.substr(0, frame.size() - 1) + ",}"; }},
      {"DP-WIRE-013/comment", "A comment is refused", json, outer("/*x*/\"x\":1")},
      {"DP-WIRE-013/single-quotes", "Single quotes are refused", json, outer("'x':1")},
      {"DP-WIRE-013/bare-key", "A key without quotes is refused", json, outer("x:1")},
      {"DP-WIRE-013/nan", "NaN is refused", json, outer("\"x\":NaN")},
      {"DP-WIRE-013/infinity", "Infinity is refused", json, outer("\"x\":-Infinity")},
      {"DP-WIRE-013/leading-zero", "A number with a leading zero is refused", json,
       outer("\"x\":01")},
      {"DP-WIRE-013/plus", "A number with a plus is refused", json, outer("\"x\":+1")},
      {"DP-WIRE-013/bare-point", "A number that ends in a point is refused", json,
       outer("\"x\":1.")},
      {"DP-WIRE-013/control", "A bare line break in a text is refused", json,
       outer("\"x\":\"a\nb\"")},
      {"DP-WIRE-013/escape", "An unknown escape is refused", json, outer(R"("x":"\x41")")},
      {"DP-WIRE-013/byte-order-mark", "A byte order mark is refused", json,
       [](Slot&, const std::string& frame) { return "\xef\xbb\xbf" + frame; }},
      {"DP-WIRE-007/same-key", "The same key twice in a payload is refused", json,
       member(R"("change_id":"one-more")")},
      {"DP-WIRE-007/same-key-outside", "The same key twice in the frame is refused", json,
       outer(R"("type":"ping")")},
      {"DP-WIRE-007/same-key-unknown", "The same key twice in an unknown field is refused", json,
       member(R"("x":{"a":1,"b":2,"a":1})")},
      {"DP-WIRE-007/same-key-escaped", "The same key in two spellings is refused", json,
       member(R"("x":{"a":1,"\u0061":1})")},
      {"DP-WIRE-020/same-key", "The same key twice is a defect of JSON", json,
       outer(R"("x":1,"x":2)")},
      {"DP-WIRE-020/nine-levels", "Nine levels are a defect of JSON", json,
       member("\"x\":" + nested(7))},
      {"DP-WIRE-020/lone-surrogate", "A lone surrogate is a defect of JSON", json,
       member(R"("x":"\ud800")")},
      {"DP-WIRE-020/surrogates-reversed", "Two surrogates the wrong way round are one", json,
       member(R"("x":"\udc00\ud800")")},
      {"DP-WIRE-020/surrogate-in-key", "A lone surrogate in a key is one", json,
       member(R"("\ud8ff":1)")},
      {"DP-WIRE-010/nine-levels", "Nine levels are refused", json, member("\"x\":" + nested(7))},
      {"DP-WIRE-010/deep", "100000 levels are refused", json, member("\"x\":" + nested(100'000))},
      {"DP-WIRE-009/escaped-surrogate", "An escaped lone surrogate is refused", json,
       member(R"("x":"\udfff")")},
  };
}

// ---- a bad field --------------------------------------------------------------------------------

std::vector<Row> field_rows() {
  const auto frame = ErrorCode::invalid_frame;
  return {
      {"DP-WIRE-003/no-name", "A frame that is neither envelope is refused", frame,
       swap(R"("type":)", R"("typ":)")},
      {"DP-WIRE-003/null-name", "A type that is null is no type", frame,
       swap(R"("type":"update_draft")", R"("type":null)")},
      {"DP-WIRE-003/number-name", "Nor is a number", frame,
       swap(R"("type":"update_draft")", R"("type":1,"event":2)")},
      {"DP-WIRE-008/no-payload", "A frame without its payload is refused", frame,
       swap(R"("payload":)", R"("paiload":)")},
      {"DP-WIRE-008/payload-array", "A payload that is an array is refused", frame,
       [](Slot&, const std::string&) {
         return std::string(R"({"type":"update_draft","payload":[]})");
       }},
      {"DP-WIRE-008/no-chat", "A change without chat_id is refused", frame,
       swap("\"chat_id\"", "\"chatid\"")},
      {"DP-WIRE-008/chat-number", "A chat_id that is a number is refused", frame,
       [](Slot& slot, std::string good) {
         return respelt(std::move(good), "\"" + slot.chat + "\"", "12");
       }},
      {"DP-WIRE-008/no-text", "An update without a text is refused", frame,
       swap("\"encrypted_draft_md\"", "\"encrypted_draft_m\"")},
      {"DP-WIRE-008/text-array", "A text that is an array is refused", frame,
       swap("\"encrypted_draft_md\":", "\"encrypted_draft_md\":[],\"x\":")},
      {"DP-WIRE-008/text-boolean", "A text that is true is refused", frame,
       swap("\"encrypted_draft_md\":", "\"encrypted_draft_md\":true,\"x\":")},
      {"DP-WIRE-008/preview-number", "A preview that is a number is refused", frame,
       swap("\"encrypted_draft_preview\":", "\"encrypted_draft_preview\":7,\"x\":")},
      {"DP-WIRE-008/change-id-number", "A change_id that is a number is refused", frame,
       swap("\"change_id\":", "\"change_id\":7,\"x\":")},
      {"DP-WIRE-008/version-text", "A version that is a text is refused", frame,
       number("proposed_v", "\"1\"")},
      {"DP-WIRE-008/version-null", "A version that is null is refused", frame,
       number("base_version", "null")},
      {"DP-WIRE-008/version-object", "A version that is an object is refused", frame,
       number("proposed_v", "{}")},
      {"DP-WIRE-011/negative", "A negative version is refused", frame,
       number("base_version", "-1")},
      {"DP-WIRE-011/fraction", "A fraction is refused", frame, number("proposed_v", "1.5")},
      {"DP-WIRE-011/point-zero", "1.0 is refused", frame, number("proposed_v", "1.0")},
      {"DP-WIRE-011/exponent", "An exponent is refused", frame, number("proposed_v", "1e0")},
      {"DP-WIRE-011/capital-exponent", "A capital exponent is refused", frame,
       number("base_version", "0E0")},
      {"DP-WIRE-011/2-to-53", "2^53 is refused", frame, number("proposed_v", "9007199254740992")},
      {"DP-WIRE-011/2-to-64", "2^64 is refused", frame,
       number("proposed_v", "18446744073709551617")},
      {"DP-WIRE-011/hundred-digits", "A number of a hundred digits is refused", frame,
       number("proposed_v", std::string(100, '9'))},
  };
}

// ---- ids and types ------------------------------------------------------------------------------

std::vector<Row> name_rows() {
  const auto frame = ErrorCode::invalid_frame;
  return {
      {"DP-WIRE-012/uppercase", "An uppercase chat id is refused", frame, chat(upper)},
      {"DP-WIRE-012/no-dashes", "A chat id without dashes is refused", frame,
       chat([](std::string id) {
         std::erase(id, '-');
         return id;
       })},
      {"DP-WIRE-012/braces", "A chat id in braces is refused", frame,
       chat([](const std::string& id) { return "{" + id + "}"; })},
      {"DP-WIRE-012/version-1", "A UUID of version 1 is refused", frame,
       chat([](std::string id) { return replaced_at(id, 14, '1'); })},
      {"DP-WIRE-012/variant", "A UUID of another variant is refused", frame,
       chat([](std::string id) { return replaced_at(id, 19, 'c'); })},
      {"DP-WIRE-012/short", "A chat id of 35 characters is refused", frame,
       chat([](const std::string& id) { return id.substr(0, 35); })},
      {"DP-WIRE-012/long", "A chat id of 37 characters is refused", frame,
       chat([](const std::string& id) { return id + "0"; })},
      {"DP-WIRE-012/empty", "An empty chat id is refused", frame,
       chat([](const std::string&) { return std::string(); })},
      {"DP-WIRE-012/no-hex", "A chat id with a g is refused", frame,
       chat([](std::string id) { return replaced_at(id, 0, 'g'); })},
      {"DP-WIRE-016/empty", "An empty change_id is refused", frame, change_id("")},
      {"DP-WIRE-016/65", "A change_id of 65 characters is refused", frame,
       change_id(std::string(65, 'a'))},
      {"DP-WIRE-016/blank", "A change_id with a blank is refused", frame, change_id("a b")},
      {"DP-WIRE-016/point", "A change_id with a point is refused", frame, change_id("a.b")},
      {"DP-WIRE-016/umlaut", "A change_id with an umlaut is refused", frame, change_id("\xc3\xa4")},
      {"DP-WIRE-016/nul", "A change_id with NUL is refused", frame, change_id("a\\u0000")},
      {"DP-WIRE-005/unknown", "An unknown type is answered", ErrorCode::unknown_type,
       swap("update_draft", "update_draft_again")},
      {"DP-WIRE-005/case", "Types are spelt in one way", ErrorCode::unknown_type,
       swap("update_draft", "Update_Draft")},
      {"DP-WIRE-005/empty", "The empty type is unknown", ErrorCode::unknown_type,
       swap("update_draft", "")},
      {"DP-WIRE-005/event", "An unknown event is answered", ErrorCode::unknown_type,
       [](Slot&, const std::string&) { return std::string(R"({"event":"noise","x":1})"); }},
  };
}

// ---- other spellings that are fine --------------------------------------------------------------

struct GoodRow {
  const char* id;
  const char* title;
  Respell respell;
};

std::vector<GoodRow> good_rows() {
  return {
      {"DP-WIRE-001/envelope-b", "Envelope B is read",
       [](Slot&, const std::string& frame) {
         const std::string flat =
             respelt(frame, R"("type":"update_draft","payload":{)", R"("event":"update_draft",)");
         return flat.substr(0, flat.size() - 1);
       }},
      {"DP-WIRE-001/type-goes-first", "A frame with type and event is read as envelope A",
       outer(R"("event":"delete_chat")")},
      {"DP-WIRE-001/order", "The payload may come before the type",
       [](Slot&, std::string frame) {
         frame = respelt(std::move(frame), R"("type":"update_draft",)", "");
         return frame.substr(0, frame.size() - 1) + R"(,"type":"update_draft"})";
       }},
      {"DP-WIRE-001/blanks", "Blanks around everything are fine",
       [](Slot&, std::string frame) {
         frame = respelt(std::move(frame), R"({"type":)", "\r\n { \"type\" :\t");
         return respelt(std::move(frame), R"("payload":{)", "\"payload\" : {\n ") + " \n";
       }},
      {"DP-WIRE-001/escapes", "Names and texts may be escaped",
       swap(R"("type":"update_draft")", R"("\u0074ype":"update\u005fdraft")")},
      {"DP-WIRE-004/in-the-frame", "Unknown fields of the frame are ignored",
       outer(R"("trace":{"a":[1,null,"x"]})")},
      {"DP-WIRE-004/in-the-payload", "Unknown fields of the payload are ignored",
       member(R"("encrypted_tombstone":null,"draft_v":-1.5e3,"x":{"y":{}})")},
      {"DP-WIRE-010/eight-levels", "Eight levels are read", member("\"x\":" + nested(6))},
      {"DP-WIRE-009/pair", "A pair of surrogates is a character", member(R"("x":"\ud83d\ude00")")},
      {"DP-WIRE-009/any-utf-8", "Any valid UTF-8 is read",
       member("\"x\":\"\xc3\xa4\xf0\x9f\x98\x80\xef\xbf\xbf\xed\x9f\xbf\"")},
      {"DP-WIRE-016/64", "A change_id of 64 characters of the alphabet is read",
       change_id("-_" + std::string(60, 'Z') + "09")},
  };
}

// ---- text that is not UTF-8 ---------------------------------------------------------------------

// Close 1007, or invalid_json and the connection goes on.
auto not_utf8(std::string bytes) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    const std::string good = wire::encode(slot.update());
    line.hear_all();
    line.say_text(with_member(good, "\"x\":\"" + bytes + "\""));
    const std::optional<Heard> heard = line.next();
    if (heard) {
      const auto* error = heard->as<wire::ErrorFrame>();
      bench.check(error != nullptr && error->code == ErrorCode::invalid_json,
                  "close 1007, or invalid_json", heard->text, "wrong-answer");
    } else {
      bench.judge_close(line.wait_for_end(), 1007);
    }
    Connection& fresh = bench.connect(bench.party());
    bench.check_empty(fresh, slot);
    fresh.answer_to_text<wire::DraftUpdateReceipt>(good);
  };
}

void bad_utf8_cases(std::vector<ServerCase>& all) {
  struct Spelling {
    const char* slug;
    const char* title;
    std::string bytes;
  };
  const std::vector<Spelling> spellings = {
      {"stray", "A stray byte is refused", "\xff"},
      {"continuation", "A continuation byte alone is refused", "\x80"},
      {"cut", "A character cut short is refused", "\xe2\x82"},
      {"overlong", "An overlong character is refused", "\xc0\xaf"},
      {"encoded-surrogate", "An encoded surrogate is refused", "\xed\xa0\x80"},
      {"beyond", "A character beyond U+10FFFF is refused", "\xf4\x90\x80\x80"},
  };
  for (const Spelling& one : spellings) {
    all.push_back(
        server_case(std::string("DP-WIRE-009/") + one.slug, one.title, not_utf8(one.bytes)));
  }
  all.push_back(server_case("DP-WIRE-021/not-utf-8",
                            "A message that is not UTF-8 is 1007 or invalid_json",
                            not_utf8("\xfe\xfe")));
}

}  // namespace

std::vector<ServerCase> server_wire_cases() {
  std::vector<ServerCase> all;
  for (auto* rows : {json_rows, field_rows, name_rows}) {
    for (Row& row : rows()) {
      all.push_back(server_case(row.id, row.title, refuses(row.code, row.spoil)));
    }
  }
  for (GoodRow& row : good_rows()) {
    all.push_back(server_case(row.id, row.title, accepts(row.respell)));
  }
  bad_utf8_cases(all);
  return all;
}

}  // namespace dp::conformance
