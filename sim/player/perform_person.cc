// What people do: everything that reaches a client as an event of core/client/event.h.
#include <fmt/format.h>

#include <utility>

#include "sim/player/handlers.h"

namespace dp::sim {
namespace {

constexpr std::size_t kEditorBytesMax = 8u << 20;

std::string act(Stage& stage, DeviceId device, const client::Event& event) {
  if (stage.world().act(device, event)) return "";
  return fmt::format("{} is not running", stage.node_text(node_of(device)));
}

template <class Event>
std::string press(Stage& stage, DeviceId device, const Action&) {
  return act(stage, device, Event{});
}

// Typing into nothing would prove nothing.
std::string no_editor(const Stage& stage, DeviceId device) {
  if (stage.world().power(device) != PowerState::running) {
    return fmt::format("{} is not running", stage.node_text(node_of(device)));
  }
  if (stage.world().view(device).current_chat || stage.has_composer(device)) return "";
  return fmt::format("no chat is open on {}", stage.node_text(node_of(device)));
}

std::string edit(Stage& stage, DeviceId device, std::string text) {
  if (text.size() > kEditorBytesMax) return "the editor would hold more than 8 MiB";
  std::string why = no_editor(stage, device);
  return why.empty() ? act(stage, device, client::Edited{std::move(text)}) : why;
}

std::string open(Stage& stage, DeviceId device, const Action& action) {
  const auto chat = stage.chat_id(*action.index("chat"));
  if (!chat) return "the chat has not begun yet";
  stage.forget_composer(device);
  std::string why = act(stage, device, client::ChatOpened{*chat});
  if (why.empty() && action.flag("focus", true)) why = act(stage, device, client::Focused{});
  return why;
}

std::string compose(Stage& stage, DeviceId device, const Action& action) {
  std::string why = act(stage, device, client::ComposerOpened{});
  if (why.empty()) stage.composing(device, action.index("as"));
  if (why.empty()) why = act(stage, device, client::Focused{});
  return why;
}

std::string leave(Stage& stage, DeviceId device, const Action&) {
  stage.forget_composer(device);
  return act(stage, device, client::ChatClosed{});
}

// Bytes of the character that begins at `at`.
std::size_t character_at(std::string_view text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() &&
         (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

std::string type(Stage& stage, DeviceId device, const Action& action) {
  const std::string added = stage.with_round(action.text("text"));
  const Micros pace_us = action.number("pace", 0);
  if (pace_us == 0) return edit(stage, device, stage.world().view(device).editor_text + added);
  for (std::size_t at = 0; at < added.size();) {
    const std::size_t length = character_at(added, at);
    if (at > 0) stage.world().run_for(pace_us);
    const std::string before = stage.world().view(device).editor_text;
    std::string why = edit(stage, device, before + added.substr(at, length));
    if (!why.empty()) return why;
    stage.learn_composed_chats();
    at += length;
  }
  return "";
}

std::string set_text(Stage& stage, DeviceId device, const Action& action) {
  return edit(stage, device, stage.with_round(action.text("text")));
}

std::vector<std::string> lines_of(const Stage& stage, DeviceId device) {
  std::vector<std::string> out;
  const std::string text = stage.world().view(device).editor_text;
  for (const std::string_view line : draft::split_lines(text)) out.emplace_back(line);
  return out;
}

std::string edit_lines(Stage& stage, DeviceId device, const std::vector<std::string>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) text += (i > 0 ? "\n" : "") + lines[i];
  return edit(stage, device, std::move(text));
}

std::string add_line(Stage& stage, DeviceId device, const Action& action) {
  std::vector<std::string> lines = lines_of(stage, device);
  lines.push_back(stage.with_round(action.text("text")));
  return edit_lines(stage, device, lines);
}

std::string no_such_line(const Stage& stage, DeviceId device, const Action& action,
                         std::size_t lines) {
  return fmt::format("there is no line {} in the editor of {}, which has {}",
                     action.number("line", 1), stage.node_text(node_of(device)), lines);
}

std::string change_line(Stage& stage, DeviceId device, const Action& action) {
  std::vector<std::string> lines = lines_of(stage, device);
  const auto line = static_cast<std::size_t>(action.number("line", 1));
  if (line > lines.size()) return no_such_line(stage, device, action, lines.size());
  lines[line - 1] = stage.with_round(action.text("text"));
  return edit_lines(stage, device, lines);
}

std::string remove_line(Stage& stage, DeviceId device, const Action& action) {
  std::vector<std::string> lines = lines_of(stage, device);
  const auto line = static_cast<std::size_t>(action.number("line", 1));
  if (line > lines.size()) return no_such_line(stage, device, action, lines.size());
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line) - 1);
  return edit_lines(stage, device, lines);
}

std::string backspace(Stage& stage, DeviceId device, const Action& action) {
  std::string text = stage.world().view(device).editor_text;
  for (std::int64_t left = action.number("times", 1); left > 0 && !text.empty(); --left) {
    while (text.size() > 1 && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) {
      text.pop_back();
    }
    text.pop_back();
  }
  return edit(stage, device, std::move(text));
}

template <class Event>
std::string press_in_editor(Stage& stage, DeviceId device, const Action&) {
  std::string why = no_editor(stage, device);
  return why.empty() ? act(stage, device, Event{}) : why;
}

std::string delete_chat(Stage& stage, DeviceId device, const Action& action) {
  const auto chat = stage.chat_id(*action.index("chat"));
  if (!chat) return "the chat has not begun yet";
  return act(stage, device, client::ChatDeletePressed{*chat});
}

std::string lock(Stage& stage, DeviceId device, const Action&) {
  return stage.world().logout(device) ? "" : "it is not running or already locked";
}

std::string unlock(Stage& stage, DeviceId device, const Action&) {
  return stage.world().login(device) ? "" : "it is not running or not locked";
}

}  // namespace

const std::vector<DeviceVerb>& person_verbs() {
  static const std::vector<DeviceVerb> verbs{
      {"open", open},
      {"compose", compose},
      {"leave", leave},
      {"type", type},
      {"set_text", set_text},
      {"add_line", add_line},
      {"change_line", change_line},
      {"remove_line", remove_line},
      {"backspace", backspace},
      {"reset_editor", press_in_editor<client::EditorReset>},
      {"focus", press_in_editor<client::Focused>},
      {"blur", press_in_editor<client::Blurred>},
      {"hide", press<client::Hidden>},
      {"show", press<client::Shown>},
      {"close", press<client::Closing>},
      {"clear", press_in_editor<client::ClearPressed>},
      {"send", press_in_editor<client::SendPressed>},
      {"delete_chat", delete_chat},
      {"look_at_list", press<client::PreviewsNeeded>},
      {"lock", lock},
      {"unlock", unlock},
  };
  return verbs;
}

}  // namespace dp::sim
