// Section 6.1: between the end of a pause and a durable draft, while store or cipher take their
// time or fail.
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

// DP-SAVE-004: a crash right after the frame finds the text in the store.
void durable_before_sent(Stage& stage) {
  Device& device = stage.ready();
  device.forget();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  bool written = false;
  for (const Did& one : device.did()) {
    if (one.effect.kind == "store.write") written = true;
    if (one.effect.kind == "conn.send" && !device.changes().empty()) {
      stage.check(written, "store.write before the frame", "the frame first", "sent-first");
    }
  }
  device.online = false;
  device.crash();
  device.reopen();
  device.switch_to(stage.chat());
  stage.check_text(text, device.state().editor_text, "after the crash the editor shows");
}

void not_sent_while_the_write_is_held(Stage& stage) {
  Device& device = stage.ready();
  device.forget();
  device.perform(Operation("store.fault").with("mode", "hold"));
  device.edit(words(stage));
  stage.advance(1'300);
  stage.check(device.changes().empty(), "nothing is sent before the write is durable", "a change",
              "sent-first");
  device.perform(Operation("store.fault").with("mode", "none"));
  stage.settle();
  stage.check(device.changes().size() == 1, "one change after it", "none or more", "not-sent");
}

void failed_write_sends_nothing(Stage& stage) {
  Device& device = stage.ready();
  device.forget();
  device.perform(Operation("store.fault").with("mode", "full"));
  device.edit(words(stage));
  stage.advance(1'200);
  stage.check(device.changes().empty(), "nothing is sent when the write failed", "a change",
              "sent-first");
  stage.check(device.state().unsaved, "the unsaved flag stays", "it is gone", "flag-lost");
  device.perform(Operation("store.fault").with("mode", "none"));
}

void typed_while_sealing(Stage& stage) {
  Device& device = stage.ready();
  device.perform(Operation("seal.hold").with("on", true));
  device.edit(words(stage));
  stage.advance(1'200);
  const std::string later = words(stage);
  device.edit(later);
  stage.advance(1'200);
  device.perform(Operation("seal.hold").with("on", false));
  stage.settle();
  stage.check_text(later, stage.server_text(stage.chat()), "in the end the server has");
}

void cleared_while_sealing(Stage& stage) {
  Device& device = stage.ready();
  const std::string fresh = stage.chat(1);
  device.switch_to(fresh);
  device.forget();
  device.perform(Operation("seal.hold").with("on", true));
  device.edit(words(stage));
  stage.advance(1'200);
  device.clear();
  stage.advance(50);
  device.perform(Operation("seal.hold").with("on", false));
  stage.advance(2'000);
  stage.check(stage.server_text(fresh).empty(), "no draft of the cleared text", "there is one",
              "saved-after-clear");
  for (const SentChange& one : device.changes(fresh)) {
    stage.check(one.kind != SentChange::Kind::update, "no text is sent", "one was",
                "saved-after-clear");
  }
}

void first_write_fails(Stage& stage) {
  Device& device = stage.ready();
  device.compose();
  device.forget();
  device.perform(Operation("store.fault").with("mode", "full"));
  device.edit(words(stage));
  stage.advance(1'200);
  const ClientState state = device.state();
  stage.check(device.sent().empty(), "no frame names the chat", "one does", "published");
  stage.check(state.chats.empty(), "no new chat in the list", "there is one", "published");
  stage.check(state.unsaved, "the unsaved flag stays", "it is gone", "flag-lost");
  device.perform(Operation("store.fault").with("mode", "none"));
}

void no_key_writes_nothing(Stage& stage) {
  Device& device = stage.ready();
  device.op("keys.lock");
  device.forget();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'300);
  stage.check(device.changes().empty(), "nothing is sent without a key", "a change", "no-key");
  stage.check(device.state().unsaved, "the unsaved flag stays", "it is gone", "flag-lost");
  device.op("keys.unlock");
  stage.advance(1'300);
  stage.settle();
  stage.check_text(text, stage.server_text(stage.chat()), "with the key back the server has");
}

// A kill at any of these instants after the pause leaves the text somewhere.
auto durable_at(std::int64_t wait_ms, bool online) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    if (!online) device.go_offline();
    const std::string text = words(stage);
    device.edit(text);
    stage.advance(1'200 + wait_ms);
    device.kill();
    device.online = true;
    device.open();
    device.switch_to(stage.chat());
    stage.settle();
    stage.check_text(text, device.state().editor_text, "after kill -9 the editor shows");
    stage.check_text(text, stage.server_text(stage.chat()), "and the server has");
  };
}

// DP-SAVE-017: the deletion is of what was there when it was asked for.
void typed_after_the_press_of_delete(Stage& stage) {
  Device& device = stage.ready();
  const std::string first = words(stage);
  device.edit(first + "\n" + words(stage));
  stage.advance(1'200);
  stage.settle();
  device.perform(Operation("store.fault").with("mode", "hold"));
  device.clear();
  stage.advance(100);
  device.edit(first);
  stage.advance(2'000);
  device.perform(Operation("store.fault").with("mode", "none"));
  stage.advance(2'000);
  stage.settle();
  stage.check_text(first, device.state().editor_text, "after the deletion the editor shows");
  stage.check_text(first, stage.server_text(stage.chat()), "and the server has");
}

}  // namespace

std::vector<ClientCase> durability_cases() {
  std::vector<ClientCase> all;
  all.push_back(client_case("DP-SAVE-004/crash-after-the-frame",
                            "A frame leaves only after its text is durable", durable_before_sent,
                            {}, {"crash"}));
  all.push_back(client_case("DP-SAVE-004/write-held", "Nothing is sent while the write lasts",
                            not_sent_while_the_write_is_held, {}, {"store_hold"}));
  all.push_back(client_case("DP-SAVE-004/write-failed", "Nothing is sent if the write fails",
                            failed_write_sends_nothing, {}, {"store_fault"}));
  all.push_back(client_case("DP-SAVE-006/typed-while-sealing",
                            "What is typed during encryption is saved too", typed_while_sealing, {},
                            {"seal_hold"}));
  all.push_back(client_case("DP-SAVE-007/cleared-while-sealing",
                            "What is cleared during encryption is not saved", cleared_while_sealing,
                            {}, {"seal_hold"}));
  all.push_back(client_case("DP-SAVE-008/first-write-fails",
                            "A chat whose first write failed is not published", first_write_fails,
                            {}, {"store_fault"}));
  all.push_back(client_case("DP-SAVE-009/locked", "Without a key nothing is written or sent",
                            no_key_writes_nothing, {}, {"lock"}));
  for (const std::int64_t ms : {0, 1, 500}) {
    for (const bool online : {true, false}) {
      const std::string name = (online ? "online-" : "offline-") + std::to_string(ms);
      all.push_back(client_case("DP-SAVE-010/killed-" + name,
                                "A text paused on survives kill -9, " + name,
                                durable_at(ms, online)));
    }
  }
  all.push_back(client_case("DP-SAVE-017/typed-after-the-press",
                            "What is typed while a deletion is stored is kept",
                            typed_after_the_press_of_delete, {}, {"store_hold"}));
  return all;
}

}  // namespace dp::conformance
