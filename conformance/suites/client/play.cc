#include "conformance/suites/client/play.h"

#include <algorithm>

#include "core/wire/codec.h"

namespace dp::conformance {

void save(Stage& stage, Device& device, std::string_view text) {
  device.edit(text);
  stage.advance(stage.settings.debounce_ms);
  stage.settle();
}

std::string frame_type(std::string_view frame) {
  if (const auto client = wire::decode_client_frame(frame, {})) {
    return std::string(wire::type_name(*client));
  }
  const auto server = wire::decode_server_frame(frame, {});
  return server ? std::string(wire::type_name(*server)) : std::string();
}

std::string refusal(const SentChange& change, std::string_view code) {
  return R"({"type":"error","payload":{"code":")" + std::string(code) + R"(","chat_id":")" +
         change.chat + R"(","change_id":")" + change.id + R"(","message":"no"}})";
}

bool lists(Device& device, std::string_view chat) {
  const ClientState state = device.state();
  return std::ranges::any_of(state.chats, [&](const ChatState& one) { return one.chat == chat; });
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

std::string member_text(std::string_view frame, std::string_view name) {
  const std::string mark = "\"" + std::string(name) + "\":\"";
  const std::size_t at = frame.find(mark);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = frame.substr(at + mark.size());
  return std::string(rest.substr(0, rest.find('"')));
}

std::string caught_broadcast(Stage& stage, std::string_view chat, std::string_view text) {
  std::string caught;
  stage.on_down = [&](Device&, const std::string& frame) -> std::vector<std::string> {
    if (frame_type(frame) != "chat_draft_updated") return {frame};
    caught = frame;
    return {};
  };
  stage.author_saves(chat, text);
  stage.pump();
  stage.on_down = nullptr;
  return caught;
}

std::string told(std::string_view chat, std::string_view sealed, std::string_view preview) {
  const std::string quote = preview.empty() ? "" : "\"";
  return R"({"event":"chat_draft_updated","chat_id":")" + std::string(chat) +
         R"(","data":{"encrypted_draft_md":")" + std::string(sealed) +
         R"(","encrypted_draft_preview":)" + quote +
         std::string(preview.empty() ? "null" : preview) + quote +
         R"(},"versions":{"draft_v":2},"last_edited_overall_timestamp":0})";
}

void alter(Stage& stage, std::string type, std::function<std::string(std::string)> change) {
  stage.on_down = [type = std::move(type), change = std::move(change)](
                      Device&, const std::string& frame) -> std::vector<std::string> {
    return {frame_type(frame) == type ? change(frame) : frame};
  };
}

void swallow_down(Stage& stage, std::string type) {
  stage.on_down = [type = std::move(type)](Device&,
                                           const std::string& frame) -> std::vector<std::string> {
    if (frame_type(frame) == type) return {};
    return {frame};
  };
}

void swallow_up(Stage& stage, std::string type) {
  stage.on_up = [type = std::move(type)](Device&, const std::string& frame) {
    return frame_type(frame) == type;
  };
}

void reconnect(Stage& stage, Device& device) {
  stage.on_down = nullptr;
  stage.on_up = nullptr;
  device.online = true;
  device.hold_down = false;
  device.hold_up = false;
  device.disconnect();
  stage.settle();
}

void check_untouched(Stage& stage, Device& device, std::string_view text) {
  stage.check_text(text, device.state().editor_text, "the editor still shows");
  for (const SentChange& one : device.changes()) {
    stage.check(one.kind == SentChange::Kind::update, "nothing is deleted", "a deletion was sent",
                "deleted");
  }
}

void workout(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage, "one "));
  save(stage, device, words(stage, "two ") + "\n" + words(stage));
  stage.author_saves(stage.chat(), words(stage, "theirs "));
  device.hold_up = true;
  device.edit(words(stage, "mine "));
  stage.advance(1'200);
  stage.author_saves(stage.chat(), words(stage, "theirs again "));
  device.hold_up = false;
  stage.settle();
  device.go_offline();
  device.edit(words(stage, "offline "));
  stage.advance(1'200);
  device.switch_to(stage.chat(1));
  device.edit(words(stage, "another chat "));
  stage.advance(1'200);
  device.go_online();
  stage.settle();
  device.send();
  stage.settle();
  device.switch_to(stage.chat());
  device.clear();
  stage.settle();
  save(stage, device, words(stage, "after clearing "));
  device.list();
  device.kill();
  device.reopen();
  device.switch_to(stage.chat());
  stage.settle();
  save(stage, device, words(stage, "after kill -9 "));
}

}  // namespace dp::conformance
