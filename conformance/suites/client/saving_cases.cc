// Section 6.1: from keystroke to durable draft.
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

std::size_t updates(const Device& device) {
  std::size_t count = 0;
  for (const SentChange& one : device.changes()) {
    if (one.kind == SentChange::Kind::update) ++count;
  }
  return count;
}

// Types at 0 and looks after `wait_ms`: saved there and then, or not yet.
auto edge(std::int64_t debounce_ms, std::int64_t wait_ms, bool saved) {
  return [=](Stage& stage) {
    stage.settings.debounce_ms = debounce_ms;
    Device& device = stage.ready();
    device.forget();
    device.edit(words(stage));
    stage.advance(wait_ms);
    const std::string at = "after " + std::to_string(wait_ms) + " ms ";
    const std::string count = std::to_string(updates(device)) + " saves";
    stage.check(updates(device) == (saved ? 1u : 0u), at + (saved ? "one save" : "no save"), count,
                saved ? "late-save" : "early-save");
    if (!saved) return;
    stage.check(device.sent("update_draft").at(0).at_ms <= stage.now_ms() - wait_ms + debounce_ms,
                "sent when the pause ended", "later", "late-save");
  };
}

// Each keystroke restarts the pause.
auto typing(int keys, std::int64_t pause_ms, std::size_t saves) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    device.forget();
    std::string text = words(stage);
    for (int i = 0; i < keys; ++i) {
      text += 'k';
      device.edit(text);
      stage.advance(pause_ms);
    }
    stage.check(updates(device) == saves, std::to_string(saves) + " saves while typing",
                std::to_string(updates(device)), "pause-not-restarted");
    stage.advance(2'000);
    stage.settle();
    stage.check_text(text, stage.server_text(stage.chat()), "in the end the server has");
  };
}

using Act = std::function<void(Stage&, Device&)>;

// Something that saves at once, 10 ms after the last change.
auto flushes(const Act& act) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string text = words(stage);
    device.edit(text);
    stage.advance(10);
    device.forget();
    act(stage, device);
    stage.check(device.count("store.write") > 0, "the text is written at once", "no write",
                "no-flush");
    stage.settle();
    stage.check_text(text, stage.server_text(stage.chat()), "at once the server has");
  };
}

void closing_saves(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(10);
  device.close();
  device.reopen();
  device.switch_to(stage.chat());
  stage.check_text(text, device.state().editor_text, "after closing in a hurry the editor shows");
}

void sending_saves(Stage& stage) {
  Device& device = stage.ready();
  device.edit(words(stage));
  stage.advance(10);
  device.forget();
  device.send();
  stage.advance(100);
  stage.settle();
  stage.check(device.sent("chat_message_added").size() == 1, "one message is sent at once",
              std::to_string(device.sent("chat_message_added").size()), "no-flush");
}

void clearing_saves(Stage& stage) {
  Device& device = stage.ready();
  device.edit(words(stage));
  stage.advance(1'200);
  stage.settle();
  device.forget();
  device.clear();
  stage.settle();
  const auto head = stage.head(stage.chat());
  stage.check(head && head->deleted, "the draft is deleted at once", "it is still there",
              "no-flush");
}

void same_text_is_not_saved_again(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  stage.settle();
  device.forget();
  device.edit(text + "x");
  stage.advance(500);
  device.edit(text);
  stage.advance(5'000);
  device.blur();
  stage.check(device.changes().empty(), "nothing is sent for the same text", "a change",
              "saved-again");
}

void emptied_editor_deletes(Stage& stage) {
  Device& device = stage.ready();
  device.edit(words(stage));
  stage.advance(1'200);
  stage.settle();
  device.edit("");
  stage.advance(1'200);
  stage.settle();
  const auto head = stage.head(stage.chat());
  stage.check(head && head->deleted, "a tombstone at the server", "none", "not-deleted");
}

void switching_chats_deletes_nothing(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  stage.settle();
  device.perform(Operation("ui.set_text").with("text", ""));
  device.switch_to(stage.chat(1));
  stage.advance(2'000);
  device.perform(Operation("ui.set_text").with("text", ""));
  device.switch_to(stage.chat());
  stage.advance(2'000);
  stage.settle();
  stage.check_text(text, stage.server_text(stage.chat()), "the server still has");
  stage.check_text(text, device.state().editor_text, "the editor shows");
}

void a_refilled_editor_deletes_nothing(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  stage.settle();
  device.perform(Operation("ui.set_text").with("text", ""));
  stage.advance(5'000);
  stage.check_text(text, stage.server_text(stage.chat()), "the server still has");
}

auto counts_as_text(std::string text) {
  return [text = std::move(text)](Stage& stage) {
    Device& device = stage.ready();
    device.edit(text);
    stage.advance(1'200);
    stage.settle();
    stage.check_text(text, stage.server_text(stage.chat()), "the server has");
    device.crash();
    device.reopen();
    device.switch_to(stage.chat());
    stage.check_text(text, device.state().editor_text, "after a crash the editor shows");
  };
}

void a_composer_keeps_its_id(Stage& stage) {
  Device& device = stage.ready();
  device.compose();
  device.forget();
  const std::string text = words(stage);
  device.edit(text.substr(0, 1));
  stage.advance(1'200);
  stage.settle();
  for (std::size_t i = 2; i < 6; ++i) {
    device.edit(text.substr(0, i));
    stage.advance(i % 2 == 0 ? 1'200 : 300);
  }
  stage.advance(1'200);
  stage.settle();
  std::set<std::string> chats;
  for (const SentChange& one : device.changes()) chats.insert(one.chat);
  stage.check(chats.size() == 1, "one chat id", std::to_string(chats.size()), "second-chat");
  stage.check_text(text.substr(0, 5), stage.server_text(*chats.begin()), "the server has");
}

void too_long_stays_here(Stage& stage) {
  stage.settings.max_draft_chars = 4'000;
  Device& device = stage.ready();
  const std::string text = words(stage) + std::string(20'000, 'l');
  device.forget();
  device.edit(text);
  stage.advance(1'200);
  stage.check(device.changes().empty(), "nothing is sent", "a change", "sent-too-long");
  const ClientState state = device.state();
  stage.check(state.too_long && state.unsynced, "shown as too long and not synced", "it is not",
              "not-shown");
  device.crash();
  device.reopen();
  device.switch_to(stage.chat());
  stage.check(device.state().editor_text == text, "the whole text after a crash", "another",
              "truncated");
  const std::string shorter = words(stage);
  device.edit(shorter);
  stage.advance(1'200);
  stage.settle();
  stage.check_text(shorter, stage.server_text(stage.chat()),
                   "a shorter one is sent; the server has");
}

void observable(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  device.edit(text);
  const ClientState before = device.state();
  stage.check(before.unsaved, "unsaved changes while typing", "none", "not-observable");
  stage.check(before.current_chat == stage.chat(), "the current chat", "another", "not-observable");
  stage.advance(1'200);
  stage.settle();
  const ClientState after = device.state();
  stage.check(!after.unsaved && !after.unsynced, "nothing unsaved after the receipt", "something",
              "not-observable");
  stage.check(after.last_saved_text == text, "the last saved text", "another", "not-observable");
  stage.check(after.draft_version == 1, "version 1", std::to_string(after.draft_version),
              "not-observable");
  stage.check(after.connection == "online", "online", after.connection, "not-observable");
  device.go_offline();
  stage.check(device.state().connection != "online", "not online", "online", "not-observable");
}

void a_send_keeps_the_chat(Stage& stage) {
  Device& device = stage.ready();
  device.edit(words(stage));
  stage.advance(1'200);
  stage.settle();
  device.send();
  stage.settle();
  bool listed = false;
  for (const ChatState& one : device.state().chats) listed = listed || one.chat == stage.chat();
  stage.check(listed, "the chat in the list after a send", "it is gone", "chat-lost");
}

void own_debounce(Stage& stage) {
  stage.settings.debounce_ms = 300;
  Device& device = stage.ready();
  device.forget();
  device.edit(words(stage));
  stage.advance(299);
  stage.check(updates(device) == 0, "no save at 299 of 300 ms", "a save", "early-save");
  stage.advance(1);
  stage.check(updates(device) == 1, "a save at 300 ms", "none", "late-save");
}

void add_rest(std::vector<ClientCase>& all) {
  all.push_back(client_case("DP-SAVE-011/emptied", "An emptied editor deletes the draft",
                            emptied_editor_deletes));
  all.push_back(client_case("DP-SAVE-011/switching", "Switching chats deletes nothing",
                            switching_chats_deletes_nothing));
  all.push_back(client_case("DP-SAVE-011/refilled", "A refilled editor deletes nothing",
                            a_refilled_editor_deletes_nothing));
  all.push_back(client_case("DP-SAVE-012/mentions", "Mentions alone are a text",
                            counts_as_text("@anna @bert")));
  all.push_back(
      client_case("DP-SAVE-012/one-mention", "One mention is a text", counts_as_text("@a")));
  all.push_back(
      client_case("DP-SAVE-013/composer", "A composer keeps one chat id", a_composer_keeps_its_id));
  all.push_back(client_case("DP-SAVE-014/too-long", "A text that is too long stays here, whole",
                            too_long_stays_here, {}, {"crash"}));
  all.push_back(
      client_case("DP-SAVE-015/state", "What a person should know can be seen", observable));
  all.push_back(client_case("DP-SAVE-016/send-keeps-the-chat", "A send keeps the chat",
                            a_send_keeps_the_chat));
  all.push_back(client_case("DP-SET-002/debounce-300", "The pause can be set", own_debounce));
}

}  // namespace

std::vector<ClientCase> saving_cases() {
  std::vector<ClientCase> all;
  for (const std::int64_t ms : {0, 1, 600, 1'198, 1'199, 1'200, 1'201, 2'400}) {
    const bool saved = ms >= 1'200;
    all.push_back(client_case(
        "DP-SAVE-001/at-" + std::to_string(ms),
        std::string(saved ? "Saved " : "Not saved ") + std::to_string(ms) + " ms after the change",
        edge(1'200, ms, saved)));
  }
  all.push_back(client_case("DP-SAVE-002/every-1199", "A key every 1199 ms saves nothing",
                            typing(6, 1'199, 0)));
  all.push_back(client_case("DP-SAVE-002/every-1200", "A key every 1200 ms saves each time",
                            typing(4, 1'200, 4)));
  all.push_back(client_case("DP-SAVE-002/every-7", "Fast typing is one save", typing(40, 7, 0)));
  const std::vector<std::pair<std::string, Act>> acts = {
      {"blur", [](Stage&, Device& device) { device.blur(); }},
      {"hidden", [](Stage&, Device& device) { device.hide(); }},
      {"switch", [](Stage& stage, Device& device) { device.switch_to(stage.chat(1)); }},
      {"leave", [](Stage&, Device& device) { device.leave_chat(); }},
      {"composer", [](Stage&, Device& device) { device.compose(); }},
  };
  for (const auto& [name, act] : acts) {
    all.push_back(
        client_case("DP-SAVE-003/" + name, "The text is saved at once: " + name, flushes(act)));
  }
  all.push_back(client_case("DP-SAVE-003/close", "Closing saves at once", closing_saves));
  all.push_back(client_case("DP-SAVE-003/send", "Sending saves at once", sending_saves));
  all.push_back(client_case("DP-SAVE-003/clear", "Clearing saves at once", clearing_saves));
  all.push_back(client_case("DP-SAVE-005/typed-back", "The same text is not sent again",
                            same_text_is_not_saved_again));
  add_rest(all);
  return all;
}

}  // namespace dp::conformance
