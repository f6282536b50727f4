// Section 3: frames that must be read, and frames that must not.
#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

using Change = std::function<std::string(Stage&, std::string)>;

// A broadcast that would change the text, spoilt: nothing happens. The honest one then arrives.
auto refuses(const Change& spoil) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string mine = words(stage);
    save(stage, device, mine);
    const std::string theirs = words(stage);
    const std::string frame = caught_broadcast(stage, stage.chat(), theirs);
    stage.check(!frame.empty(), "a broadcast to spoil", "none", "harness");
    device.forget();
    device.hold_up = true;  // or it might ask, and be told the truth
    device.receive_bytes(spoil(stage, frame));
    stage.advance(100);
    check_untouched(stage, device, mine);
    stage.check(device.changes().empty(), "nothing is sent because of it", "a change", "answers");
    reconnect(stage, device);
    stage.check_text(theirs, device.state().editor_text, "from an honest server the editor takes");
  };
}

// The same, in another spelling: it is taken.
auto accepts(const Change& respell) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, words(stage));
    const std::string theirs = words(stage);
    const std::string frame = caught_broadcast(stage, stage.chat(), theirs);
    device.receive(respell(stage, frame));
    stage.advance(100);
    stage.check_text(theirs, device.state().editor_text, "the editor shows");
  };
}

Change swap(std::string from, std::string to) {
  return [=](Stage&, std::string frame) { return replaced(std::move(frame), from, to); };
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

std::string enveloped_a(Stage&, std::string frame) {
  frame = replaced(std::move(frame), R"("event":"chat_draft_updated",)", "");
  return R"({"type":"chat_draft_updated","payload":)" + frame + "}";
}

Change respelt(std::function<std::string(std::string)> respell) {
  return [=](Stage&, std::string frame) {
    const std::string sealed = member_text(frame, "encrypted_draft_md");
    return replaced(std::move(frame), sealed, respell(sealed));
  };
}

struct Row {
  std::string id;
  std::string title;
  Change change;
};

std::vector<Row> refused_rows() {
  const std::string version = R"("draft_v":2)";
  const auto number = [&](const std::string& spelling) {
    return swap(version, R"("draft_v":)" + spelling);
  };
  return {
      {"DP-WIRE-002/neither", "A frame that is neither envelope is ignored",
       swap(R"("event":)", R"("evenT":)")},
      {"DP-WIRE-002/array", "An array is no frame",
       [](Stage&, std::string frame) { return "[" + frame + "]"; }},
      {"DP-WIRE-006/unknown-type", "An unknown type is ignored",
       swap("chat_draft_updated", "chat_draft_updated_again")},
      {"DP-WIRE-007/same-key-twice", "The same key twice is refused",
       swap(version, R"("draft_v":2,"draft_v":2)")},
      {"DP-WIRE-007/same-key-in-unknown", "The same key twice is refused in unknown fields too",
       swap(R"("versions")", R"("x":{"a":1,"a":2},"versions")")},
      {"DP-WIRE-008/no-version", "A missing version is refused", swap(version, "")},
      {"DP-WIRE-008/text-for-number", "A text for a number is refused", number("\"2\"")},
      {"DP-WIRE-008/number-for-text", "A number for a text is refused",
       respelt([](std::string sealed) { return sealed.substr(0, 0) + "\\u0000"; })},
      {"DP-WIRE-008/no-chat", "A missing chat is refused", swap(R"("chat_id")", R"("chatid")")},
      {"DP-WIRE-009/broken-utf8", "Broken UTF-8 is refused",
       swap(R"("versions")", "\"\xff\":1,\"versions\"")},
      {"DP-WIRE-009/encoded-surrogate", "An encoded surrogate is refused",
       swap(R"("versions")", "\"\xed\xa0\x80\":1,\"versions\"")},
      {"DP-WIRE-009/escaped-surrogate", "A lone escaped surrogate is refused",
       swap(R"("versions")", R"("x":"\ud800","versions")")},
      {"DP-WIRE-010/nine-levels", "Nine levels are refused",
       swap(R"("versions")", R"("x":)" + nested(8) + R"(,"versions")")},
      {"DP-WIRE-010/deep", "A thousand levels are refused",
       swap(R"("versions")", R"("x":)" + nested(1'000) + R"(,"versions")")},
      {"DP-WIRE-011/negative", "A negative version is refused", number("-2")},
      {"DP-WIRE-011/fraction", "A fraction is refused", number("2.0")},
      {"DP-WIRE-011/exponent", "An exponent is refused", number("2e0")},
      {"DP-WIRE-011/2-to-53", "2^53 is refused", number("9007199254740992")},
      {"DP-WIRE-012/uppercase", "An uppercase chat id is refused",
       [](Stage& stage, std::string frame) {
         std::string upper = stage.chat();
         for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
         return replaced(std::move(frame), stage.chat(), upper);
       }},
      {"DP-WIRE-012/braces", "A chat id in braces is refused",
       [](Stage& stage, std::string frame) {
         return replaced(std::move(frame), stage.chat(), "{" + stage.chat() + "}");
       }},
      {"DP-WIRE-018/line-break", "Base64 with a line break is refused",
       respelt([](std::string sealed) { return sealed.insert(64, "\\n"); })},
      {"DP-WIRE-018/no-padding", "Base64 with one character more is refused",
       respelt([](std::string sealed) { return sealed + "A"; })},
      {"DP-WIRE-018/other-alphabet", "Base64 of the other alphabet is refused",
       respelt([](std::string sealed) {
         bool changed = false;
         for (char& c : sealed) {
           if (c != '+' && c != '/') continue;
           c = c == '+' ? '-' : '_';
           changed = true;
         }
         return changed ? sealed : "-" + sealed.substr(1);
       })},
      {"DP-WIRE-018/white-space", "Base64 with a space is refused",
       respelt([](std::string sealed) { return sealed + " "; })},
  };
}

void spoilt_json(Stage& stage) {
  refuses([](Stage&, std::string frame) { return frame.substr(0, frame.size() - 1); })(stage);
}

void giant(Stage& stage) {
  refuses(swap(R"("versions")", R"("x":")" + std::string(5u << 20, 'x') + R"(","versions")"))(
      stage);
}

// Hashes and versions that say "unknown" or nothing leave the draft alone.
auto versions_reply(const Change& change, bool asks_nothing) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string text = words(stage);
    save(stage, device, text);
    device.forget();
    alter(stage, "draft_versions_response",
          [&](std::string frame) { return change(stage, std::move(frame)); });
    device.disconnect();
    stage.until([&] { return device.connected(); }, 5'000);
    stage.advance(5'000);
    check_untouched(stage, device, text);
    stage.check(device.changes(stage.chat()).empty(), "nothing is sent for the slot", "a change",
                "answers");
    const auto asks = [&](const SentFrame& one) {
      return one.text.find(stage.chat()) != std::string::npos;
    };
    const auto asked = device.sent("get_chat_details");
    stage.check(!asks_nothing || std::ranges::none_of(asked, asks), "nothing is asked for the slot",
                "its details are", "asks");
    reconnect(stage, device);
    stage.check_text(text, stage.server_text(stage.chat()), "the server still has");
  };
}

auto details_without(const std::string& field) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string mine = words(stage);
    save(stage, device, mine);
    device.go_offline();
    const std::string theirs = words(stage);
    stage.author_saves(stage.chat(), theirs);
    alter(stage, "chat_details", [&](std::string frame) {
      return replaced(std::move(frame), "\"" + field + "\":", "\"not_" + field + "\":");
    });
    stage.on_down = [inner = stage.on_down, field](
                        Device& to, const std::string& frame) -> std::vector<std::string> {
      if (frame_type(frame) == "initial_sync_response") return {};
      return inner(to, frame);
    };
    device.go_online();
    stage.until([&] { return device.connected(); }, 31'000);
    stage.advance(1'000);
    check_untouched(stage, device, mine);
    reconnect(stage, device);
    stage.check_text(theirs, device.state().editor_text, "from an honest server the editor takes");
  };
}

void a_listing_deletes_nothing(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  save(stage, device, text);
  device.forget();
  alter(stage, "initial_sync_response", [](const std::string&) {
    return std::string(R"({"type":"initial_sync_response","payload":{"chats":[],)"
                       R"("authoritative":true,"deleted_chat_ids":[]}})");
  });
  device.disconnect();
  stage.settle();
  check_untouched(stage, device, text);
  stage.check(!device.state().chats.empty(), "the chat in the list", "it is gone", "deleted");
}

void zero_is_no_deletion(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  save(stage, device, text);
  stage.server().wipe();
  device.forget();
  device.disconnect();
  stage.settle();
  check_untouched(stage, device, text);
  stage.check_text(text, stage.server_text(stage.chat()), "the server has again");
}

}  // namespace

std::vector<ClientCase> wire_cases() {
  std::vector<ClientCase> all;
  for (Row& row : refused_rows()) {
    all.push_back(client_case(row.id, row.title, refuses(row.change)));
  }
  all.push_back(client_case("DP-WIRE-010/giant", "A frame of 5 MiB is refused", giant));
  all.push_back(client_case("DP-WIRE-002/cut-short", "Half a frame is ignored", spoilt_json));
  all.push_back(client_case("DP-WIRE-001/envelope-a", "A broadcast in envelope A is read",
                            accepts(enveloped_a)));
  all.push_back(client_case("DP-WIRE-001/envelope-b", "A broadcast in envelope B is read",
                            accepts([](Stage&, std::string frame) { return frame; })));
  all.push_back(client_case("DP-WIRE-004/unknown-fields", "Unknown fields are ignored",
                            accepts(swap(R"("versions")", R"("x":{"y":[1,null]},"versions")"))));
  all.push_back(
      client_case("DP-WIRE-010/eight-levels", "Eight levels are read",
                  accepts(swap(R"("versions")", R"("x":)" + nested(7) + R"(,"versions")"))));
  all.push_back(client_case("DP-WIRE-016/ids", "Ids keep to their alphabet", workout));
  all.push_back(client_case("DP-WIRE-017/canonical", "Sealed bytes in canonical base64", workout));
  all.push_back(
      client_case("DP-FRAME-001/sealed-changes", "Changes carry base, number, tombstone", workout));
  all.push_back(client_case("DP-FRAME-003/change-id", "Every change has an id", workout));
  const std::string empty = R"({"type":"draft_versions_response","payload":{"versions":{},)"
                            R"("tombstone_versions":{},"hashes":{},"unavailable_chat_ids":[)";
  all.push_back(
      client_case("DP-FRAME-006/left-out", "An id that is left out means nothing",
                  versions_reply([empty](Stage&, std::string) { return empty + "]}}"; }, false)));
  all.push_back(client_case(
      "DP-FRAME-028/unavailable", "An unavailable chat is left alone",
      versions_reply(
          [empty](Stage& stage, std::string) { return empty + "\"" + stage.chat() + "\"]}}"; },
          true)));
  for (const char* field : {"encrypted_draft_md", "encrypted_draft_preview", "draft_v"}) {
    all.push_back(client_case("DP-FRAME-023/no-" + std::string(field),
                              "Details without " + std::string(field) + " are refused",
                              details_without(field)));
  }
  all.push_back(client_case("DP-FRAME-027/zero", "Version 0 without a tombstone is no deletion",
                            zero_is_no_deletion, {"DP-SYNC-013"}));
  all.push_back(client_case("DP-FRAME-030/left-out-of-the-listing",
                            "What a listing leaves out is not deleted", a_listing_deletes_nothing));
  return all;
}

}  // namespace dp::conformance
