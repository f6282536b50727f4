// Section 7.2: what is believed in which order.
#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

// An old draft under a new number, sealed by somebody who has the keys: numbers decide nothing.
void an_old_draft_under_a_new_number(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage, "old "));
  const draft::Draft old = stage.head(stage.chat())->opened.draft;
  const std::string text = words(stage, "new ");
  save(stage, device, text);
  stage.upload(stage.chat(), old);
  stage.advance(3'000);
  stage.settle();
  stage.check_text(text, device.state().editor_text, "the editor shows");
  stage.check_text(text, stage.server_text(stage.chat()), "and the server has again");
}

void newer_is_adopted(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  device.forget();
  const std::string text = words(stage);
  stage.author_saves(stage.chat(), text);
  stage.advance(100);
  stage.check_text(text, device.state().editor_text, "the editor shows");
  stage.check(device.changes().empty(), "nothing is uploaded", "a change", "echo");
}

void equal_vectors_take_the_servers(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  device.forget();
  draft::Draft other = stage.head(stage.chat())->opened.draft;
  const std::string text = words(stage);
  other.lines[0].text = text;
  stage.upload(stage.chat(), other);
  stage.advance(3'000);
  stage.settle();
  stage.check_text(text, device.state().editor_text, "with equal vectors the server's is shown");
  stage.check(device.changes().empty(), "nothing is uploaded", "a change", "ping-pong");
}

void concurrent_is_merged(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, "alpha\nbeta\ngamma\ndelta");
  device.go_offline();
  device.edit("alpha mine\nbeta\ngamma\ndelta");
  stage.advance(1'200);
  stage.author_saves(stage.chat(), "alpha\nbeta\ngamma\ndelta theirs");
  device.go_online();
  stage.settle();
  stage.check_text("alpha mine\nbeta\ngamma\ndelta theirs", stage.server_text(stage.chat()),
                   "the server has");
}

void nothing_pending_nothing_sent(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  device.forget();
  for (int i = 0; i < 3; ++i) {
    device.disconnect();
    stage.settle();
  }
  device.kill();
  device.open();
  stage.settle();
  stage.check(device.changes().empty(), "nothing is sent again", "a change", "sent-again");
}

void forged_numbers_move_nothing(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  alter(stage, "draft_versions_response",
        [&](std::string frame) { return replaced(std::move(frame), "\":1", "\":1000000000"); });
  device.disconnect();
  stage.until([&] { return device.connected(); }, 5'000);
  stage.advance(2'000);
  reconnect(stage, device);
  save(stage, device, words(stage));
  stage.check(device.changes().back().proposed == 2, "proposed_v 2",
              std::to_string(device.changes().back().proposed.value_or(0)), "number");
}

auto hint_of_deletion(const std::string& kind) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string text = words(stage);
    save(stage, device, text);
    device.forget();
    const std::string chat = stage.chat();
    if (kind == "draft_deleted") {
      device.receive(R"({"type":"draft_deleted","payload":{"chat_id":")" + chat +
                     R"(","draft_v":2}})");
    } else if (kind == "conflict") {
      device.receive(R"({"type":"draft_conflict","payload":{"chat_id":")" + chat +
                     R"(","draft_v":2,"encrypted_draft_md":null,"encrypted_draft_preview":null,)"
                     R"("encrypted_tombstone":null,"deleted":true}})");
    } else {
      alter(stage, "draft_versions_response", [&](const std::string&) {
        return R"({"type":"draft_versions_response","payload":{"versions":{")" + chat +
               R"(":0},"tombstone_versions":{")" + chat +
               R"(":2},"hashes":{},"unavailable_chat_ids":[]}})";
      });
      device.disconnect();
      stage.until([&] { return device.connected(); }, 5'000);
    }
    stage.advance(2'000);
    check_untouched(stage, device, text);
    if (kind != "conflict") {
      stage.check(!device.sent("get_chat_details").empty(), "the slot is fetched", "it is not",
                  "not-fetched");
    }
    reconnect(stage, device);
    stage.check_text(text, stage.server_text(stage.chat()), "the server still has");
  };
}

void old_broadcasts_are_ignored(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  std::vector<std::string> broadcasts;
  stage.on_down = [&](Device&, const std::string& frame) -> std::vector<std::string> {
    if (frame_type(frame) == "chat_draft_updated") broadcasts.push_back(frame);
    return {frame};
  };
  std::string text;
  for (int i = 0; i < 3; ++i) {
    text = words(stage);
    stage.author_saves(stage.chat(), text);
  }
  stage.advance(100);
  device.forget();
  for (const std::string& frame : broadcasts) device.receive(frame);
  stage.advance(2'000);
  stage.check_text(text, device.state().editor_text, "the editor shows");
  stage.check(device.count("ui.replaced") == 0, "nothing is replaced", "it was", "went-back");
  stage.check(device.changes().empty(), "nothing is sent", "a change", "echo");
}

void before_the_state_reply(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  save(stage, device, text);
  device.go_offline();
  const std::string theirs = words(stage);
  device.hold_down = true;
  device.online = true;
  stage.until([&] { return device.connected(); }, 40'000);
  stage.author_saves(stage.chat(), theirs);
  const auto head = stage.head(stage.chat());
  const std::string broadcast = told(stage.chat(), head->sealed, head->preview);
  device.forget();
  device.receive(broadcast);
  stage.check_text(text, device.state().editor_text, "before the state reply the editor shows");
  stage.check(device.count("ui.replaced") == 0, "the broadcast is dropped", "it was taken",
              "too-early");
  device.hold_down = false;
  stage.settle();
  stage.check_text(theirs, device.state().editor_text, "after it");
}

void waits_for_the_receipt(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, "alpha\nbeta\ngamma\ndelta");
  device.hold_up = true;
  const std::string mine = "alpha mine\nbeta\ngamma\ndelta";
  device.edit(mine);
  stage.advance(1'200);
  device.forget();
  stage.author_saves(stage.chat(), "alpha\nbeta\ngamma\ndelta theirs");
  stage.advance(100);
  stage.check_text(mine, device.state().editor_text, "until the answer the editor shows");
  stage.check(device.changes().empty(), "nothing is sent meanwhile", "a change", "two-in-flight");
  device.hold_up = false;
  stage.settle();
  stage.check_text("alpha mine\nbeta\ngamma\ndelta theirs", stage.server_text(stage.chat()),
                   "the server has");
}

void asks_first(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  device.go_offline();
  device.edit(words(stage));
  stage.advance(1'200);
  device.switch_to(stage.chat(1));
  device.edit(words(stage));
  stage.advance(1'200);
  device.forget();
  device.go_online();
  stage.settle();
  std::set<std::string> asked;
  for (const SentFrame& one : device.sent()) {
    if (one.type == "get_draft_versions") {
      for (std::size_t i = 0; i < 2; ++i) {
        if (one.text.find(stage.chat(i)) != std::string::npos) asked.insert(stage.chat(i));
      }
    }
    for (const SentChange& change : one.changes) {
      stage.check(asked.contains(change.chat), "asked for the slot before its change is sent",
                  "the change first", "not-asked");
    }
  }
  stage.check(asked.size() == 2, "both slots asked for", std::to_string(asked.size()), "not-asked");
}

auto fetch_only_if(bool hash_differs) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, words(stage));
    if (hash_differs) {
      const std::string hash = hex_encode(stage.head(stage.chat())->opened.hash);
      alter(stage, "draft_versions_response", [=](std::string frame) {
        return replaced(std::move(frame), hash, std::string(64, 'a'));
      });
    }
    device.forget();
    device.disconnect();
    stage.until([&] { return device.connected(); }, 5'000);
    stage.advance(1'000);
    const bool fetched = !device.sent("get_chat_details").empty();
    stage.check(fetched == hash_differs,
                hash_differs ? "another hash is fetched" : "nothing to fetch",
                fetched ? "fetched" : "not fetched", "fetch");
    reconnect(stage, device);
  };
}

void two_devices_converge(Stage& stage) {
  Device& one = stage.ready(0);
  Device& two = stage.ready(1);
  save(stage, one, "alpha\nbeta\ngamma\ndelta\nepsilon");
  one.go_offline();
  two.go_offline();
  one.edit("alpha one\nbeta\ngamma\ndelta\nepsilon");
  two.edit("alpha\nbeta\ngamma\ndelta\nepsilon two");
  stage.advance(40'000);
  one.go_online();
  two.go_online();
  const std::int64_t from = stage.now_ms();
  stage.settle();
  stage.check(stage.now_ms() - from <= 45'000, "within a reconnect pause and a reconciliation",
              std::to_string(stage.now_ms() - from) + " ms", "slow");
  const std::string both = "alpha one\nbeta\ngamma\ndelta\nepsilon two";
  stage.check_text(both, one.state().editor_text, "the first editor shows");
  stage.check_text(both, two.state().editor_text, "the second editor shows");
}

void own_save_is_shown(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  const std::string frame = caught_broadcast(stage, stage.chat(), words(stage));
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  stage.settle();
  device.receive(frame);
  stage.advance(1'000);
  const std::string shown = device.state().editor_text;
  const auto head = stage.head(stage.chat());
  bool kept = shown.find(text) != std::string::npos;
  for (const draft::Copy& copy : head->opened.draft.copies) {
    kept = kept || draft::join_lines(copy.lines).find(text) != std::string::npos;
  }
  stage.check(kept, "the own newest save", "another text: " + shown, "own-save-lost");
}

// Shown once, shown for ever: the server goes back in time.
void never_goes_back(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  stage.backup();
  const std::string theirs = words(stage);
  stage.author_saves(stage.chat(), theirs);
  stage.advance(1'000);
  stage.check_text(theirs, device.state().editor_text, "the editor shows");
  device.forget();
  stage.restore();
  stage.settle();
  stage.check_text(theirs, device.state().editor_text, "after the server went back the editor");
  stage.check_text(theirs, stage.server_text(stage.chat()), "and the server has again");
}

void a_sent_text_is_no_draft(Stage& stage) {
  Device& one = stage.ready(0);
  Device& two = stage.ready(1);
  save(stage, one, words(stage));
  two.go_offline();
  one.send();
  stage.advance(1'000);
  two.go_online();
  stage.settle();
  stage.advance(3'000);
  stage.settle();
  const auto head = stage.head(stage.chat());
  stage.check(head && head->deleted, "no draft at the server", "one", "resurrected");
  stage.check_text("", one.state().editor_text, "the sender's editor shows");
  stage.check_text("", two.state().editor_text, "the other editor shows");
}

void the_same_again(Stage& stage) {
  Device& device = stage.ready();
  std::string broadcast;
  stage.on_down = [&](Device&, const std::string& frame) -> std::vector<std::string> {
    if (frame_type(frame) == "chat_draft_updated") broadcast = frame;
    return {frame};
  };
  stage.author_saves(stage.chat(), words(stage));
  stage.advance(100);
  const std::string mine = words(stage);
  device.edit(mine);
  device.forget();
  device.receive(broadcast);
  stage.advance(500);
  stage.check_text(mine, device.state().editor_text, "unsaved text stays: the editor shows");
  stage.check(device.changes().empty() && device.count("ui.replaced") == 0, "nothing happens",
              "something does", "not-idempotent");
}

}  // namespace

std::vector<ClientCase> order_cases() {
  std::vector<ClientCase> all = {
      client_case("DP-SYNC-001/old-under-new", "A number alone accepts nothing",
                  an_old_draft_under_a_new_number, {"DP-SYNC-003"}),
      client_case("DP-SYNC-002/newer", "What covers the local draft is adopted", newer_is_adopted),
      client_case("DP-SYNC-002/equal-vectors", "Of equal vectors the server's is taken",
                  equal_vectors_take_the_servers),
      client_case("DP-SYNC-003/kept", "What the local draft covers is not adopted",
                  an_old_draft_under_a_new_number),
      client_case("DP-SYNC-004/merged", "Concurrent drafts are merged", concurrent_is_merged),
      client_case("DP-SYNC-005/nothing-pending", "What is covered is not sent again",
                  nothing_pending_nothing_sent),
      client_case("DP-SYNC-006/forged-numbers", "Numbers without an envelope move nothing",
                  forged_numbers_move_nothing),
      client_case("DP-SYNC-008/old-broadcasts", "Old broadcasts are ignored",
                  old_broadcasts_are_ignored),
      client_case("DP-SYNC-009/too-early", "A broadcast before the state reply is dropped",
                  before_the_state_reply),
      client_case("DP-SYNC-010/in-flight", "A broadcast waits for the receipt",
                  waits_for_the_receipt),
      client_case("DP-SYNC-011/asks-first", "Versions are asked for before changes", asks_first),
      client_case("DP-SYNC-012/known", "A known slot is not fetched", fetch_only_if(false)),
      client_case("DP-SYNC-012/another-hash", "Another hash is fetched", fetch_only_if(true)),
      client_case("DP-SYNC-014/two-devices", "Two devices converge in time", two_devices_converge),
      client_case("DP-SYNC-015/own-save", "The own newest save is shown", own_save_is_shown),
      client_case("DP-SYNC-016/server-goes-back", "What was shown does not go back",
                  never_goes_back),
      client_case("DP-SYNC-017/sent", "A sent text is nowhere a draft", a_sent_text_is_no_draft),
      client_case("DP-SYNC-018/again", "The same bytes again change nothing", the_same_again),
  };
  for (const char* kind : {"draft_deleted", "versions", "conflict"}) {
    all.push_back(client_case("DP-SYNC-007/" + std::string(kind),
                              "Deletion without a tombstone is a hint: " + std::string(kind),
                              hint_of_deletion(kind)));
  }
  return all;
}

}  // namespace dp::conformance
