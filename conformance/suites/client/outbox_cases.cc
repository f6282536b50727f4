// Section 7.1 and the retries of section 3: changes in flight.
#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"
#include "core/wire/error_code.h"

namespace dp::conformance {
namespace {

// A text that was typed and sent, and that the server never got.
std::string sent_into_the_void(Stage& stage, Device& device) {
  swallow_up(stage, "update_draft");
  device.forget();
  std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  stage.check(!device.changes().empty(), "the change is sent", "it is not", "not-sent");
  return text;
}

// Refused five times with a code that may pass, then accepted.
auto tries_again(const std::string& code) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string text = sent_into_the_void(stage, device);
    std::int64_t least = 1'000;
    for (int i = 0; i < 5; ++i) {
      const std::size_t before = device.changes().size();
      const std::int64_t from = stage.now_ms();
      device.receive(refusal(device.changes().back(), code));
      const bool again = stage.until([&] { return device.changes().size() > before; }, 61'000);
      stage.check(again, "another try", "none within a minute", "gives-up");
      const std::int64_t pause = stage.now_ms() - from;
      stage.check(pause >= std::min<std::int64_t>(least, 30'000),
                  "a pause of at least " + std::to_string(least) + " ms",
                  std::to_string(pause) + " ms", "too-soon");
      least *= 2;
    }
    stage.on_up = nullptr;
    device.receive(refusal(device.changes().back(), code));
    stage.settle();
    stage.check_text(text, stage.server_text(stage.chat()), "in the end the server has");
  };
}

auto shows_as_not_synced(const std::string& code) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string text = sent_into_the_void(stage, device);
    device.receive(refusal(device.changes().back(), code));
    stage.advance(2'000);
    const ClientState state = device.state();
    stage.check(state.unsynced, "shown as not synced", "it is not", "not-shown");
    stage.check_text(text, state.editor_text, "the editor still shows");
    device.kill();
    device.online = false;
    device.open();
    device.switch_to(stage.chat());
    stage.check_text(text, device.state().editor_text, "after kill -9 the editor shows");
  };
}

// The refusal is the answer: nobody waits for another one, and nothing is offered a second time.
void refused_for_good(Stage& stage) {
  Device& device = stage.ready();
  sent_into_the_void(stage, device);
  device.receive(refusal(device.changes().back(), "envelope_invalid"));
  device.forget();
  stage.advance(60'000);
  stage.check(device.changes().empty(), "what was refused for good is not offered again", "it is",
              "offered-again");
  stage.check(device.count("conn.close") == 0, "the answered connection goes on", "it is closed",
              "not-heard");
  stage.check(device.state().unsynced, "still shown as not synced", "it is not", "not-shown");
}

auto too_long_or_not(const std::string& code, bool too_long) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    sent_into_the_void(stage, device);
    device.receive(refusal(device.changes().back(), code));
    stage.advance(1'000);
    const ClientState state = device.state();
    stage.check(state.unsynced, "shown as not synced", "it is not", "not-shown");
    stage.check(state.too_long == too_long,
                too_long ? "shown as too long" : "not shown as too long",
                too_long ? "it is not" : "it is", "too-long");
  };
}

void one_in_flight(Stage& stage) {
  Device& device = stage.ready();
  device.hold_down = true;
  device.forget();
  std::string text;
  for (int i = 0; i < 4; ++i) {
    text = words(stage);
    device.edit(text);
    stage.advance(1'200);
  }
  stage.check(device.changes().size() == 1, "one change in flight",
              std::to_string(device.changes().size()), "two-in-flight");
  device.hold_down = false;
  stage.settle();
  stage.check(device.changes().size() == 2, "later edits in one change",
              std::to_string(device.changes().size()), "not-coalesced");
  stage.check_text(text, stage.server_text(stage.chat()), "the server has");
}

void numbers(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  for (int i = 0; i < 3; ++i) stage.author_saves(stage.chat(), words(stage));
  stage.advance(100);
  save(stage, device, words(stage));
  stage.check(device.changes().back().proposed == 5, "proposed_v 5 after version 4",
              std::to_string(device.changes().back().proposed.value_or(0)), "number");
}

void wrong_receipt(Stage& stage) {
  Device& device = stage.ready();
  alter(stage, "draft_update_receipt", [](std::string frame) {
    return replaced(std::move(frame), "\"draft_v\":1", "\"draft_v\":9");
  });
  device.forget();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  stage.advance(1'000);
  const bool fetched =
      !device.sent("get_chat_details").empty() || !device.sent("get_draft_versions").empty();
  stage.check(fetched, "the slot is fetched again", "it is not", "believed");
  stage.on_down = nullptr;
  stage.settle();
  save(stage, device, words(stage));
  stage.check(device.changes().back().base == 1, "base_version 1",
              std::to_string(device.changes().back().base.value_or(0)), "believed");
}

void no_answer(Stage& stage) {
  Device& device = stage.ready();
  swallow_up(stage, "update_draft");
  device.forget();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200 + 9'999);
  stage.check(device.count("conn.close") == 0, "10 s of patience", "closed earlier", "impatient");
  stage.advance(2);
  stage.check(device.count("conn.close") == 1, "closed 10 s after the change", "it is not",
              "waits-for-ever");
  stage.on_up = nullptr;
  stage.settle();
  stage.check_text(text, stage.server_text(stage.chat()), "the server has");
}

// The change is lost on the way, or its receipt is.
auto lost(bool receipt, bool moved_on) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, "alpha\nbeta\ngamma\ndelta");
    if (receipt) {
      swallow_down(stage, "draft_update_receipt");
    } else {
      swallow_up(stage, "update_draft");
    }
    device.forget();
    device.edit("alpha mine\nbeta\ngamma\ndelta");
    stage.advance(1'200);
    const SentChange first = device.changes().at(0);
    if (moved_on) {
      device.online = false;
      device.disconnect();
      stage.author_saves(stage.chat(), receipt ? "alpha mine\nbeta\ngamma\ndelta theirs"
                                               : "alpha\nbeta\ngamma\ndelta theirs");
    }
    reconnect(stage, device);
    const auto again = device.changes();
    const std::string text =
        moved_on ? "alpha mine\nbeta\ngamma\ndelta theirs" : "alpha mine\nbeta\ngamma\ndelta";
    stage.check_text(text, stage.server_text(stage.chat()), "the server has");
    stage.check_text(text, device.state().editor_text, "the editor shows");
    stage.check(stage.head(stage.chat())->opened.draft.copies.empty(), "no kept copy", "one",
                "copy");
    if (receipt) {
      const bool same = again.size() == 1 || (again.size() == 2 && again[1].sealed == first.sealed);
      stage.check(same, "what was stored is not sent as a new change", "a new change", "twice");
      return;
    }
    stage.check(again.size() == 2, "one retry", std::to_string(again.size() - 1), "retries");
    const bool identical = again[1].sealed == first.sealed && again[1].preview == first.preview;
    if (moved_on) {
      stage.check(!identical && again[1].id != first.id, "a new change with a new id",
                  "the old one", "stale-retry");
    } else {
      stage.check(identical && again[1].id == first.id, "identical bytes and id", "others",
                  "new-bytes");
    }
  };
}

void offline_send(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  device.go_offline();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  device.send();
  stage.advance(100);
  device.kill();
  device.online = true;
  device.hold_up = true;
  device.open();
  device.switch_to(stage.chat());
  stage.until([&] { return device.connected(); }, 5'000);
  stage.check(stage.head(stage.chat()) && !stage.head(stage.chat())->deleted,
              "until the receipt the draft stays", "it is deleted", "consumed-early");
  device.hold_up = false;
  swallow_down(stage, "chat_message_receipt");
  stage.advance(3'000);
  reconnect(stage, device);
  std::set<std::string> ids;
  for (const SentChange& one : device.changes()) {
    if (one.kind == SentChange::Kind::send) ids.insert(one.id);
  }
  stage.check(ids.size() == 1, "one message_id", std::to_string(ids.size()), "sent-twice");
  stage.check(stage.server().table().messages().size() == 1, "one message at the server",
              std::to_string(stage.server().table().messages().size()), "sent-twice");
  const auto head = stage.head(stage.chat());
  stage.check(head && head->deleted, "the draft consumed", "it is still there", "resurrected");
}

auto conflict_costs_little(std::size_t devices) {
  return [=](Stage& stage) {
    for (std::size_t i = 0; i < devices; ++i) stage.ready(i);
    save(stage, stage.device(0), "base");
    for (std::size_t i = 0; i < devices; ++i) {
      stage.device(i).go_offline();
      stage.device(i).edit("version of device " + std::to_string(i));
    }
    stage.advance(1'200);
    const Version before = stage.head(stage.chat())->opened.version;
    for (std::size_t i = 0; i < devices; ++i) {
      stage.device(i).go_online();
      stage.device(i).hold_up = true;
    }
    stage.until(
        [&] {
          for (std::size_t i = 0; i < devices; ++i) {
            if (!stage.device(i).connected()) return false;
          }
          return true;
        },
        40'000);
    for (std::size_t i = 0; i < devices; ++i) stage.device(i).hold_up = false;
    stage.settle();
    stage.advance(3'000);
    stage.settle();
    const auto head = stage.head(stage.chat());
    const std::size_t writes = head->opened.version - before;
    stage.check(writes <= 2 * devices - 1, "at most " + std::to_string(2 * devices - 1) + " writes",
                std::to_string(writes), "ping-pong");
    for (std::size_t i = 0; i < devices; ++i) {
      stage.check_text(head->text(), stage.device(i).state().editor_text, "every editor shows");
    }
    stage.check(head->opened.draft.copies.size() == devices - 1, "every other text is a kept copy",
                std::to_string(head->opened.draft.copies.size()) + " copies", "lost-text");
    const std::string after = words(stage);
    save(stage, stage.device(0), after);
    stage.check_text(after, stage.server_text(stage.chat()), "saving goes on; the server has");
  };
}

// The conflict is the answer: it is resolved there and then, on the same connection.
void conflict_is_heard(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, "alpha\nbeta\ngamma\ndelta");
  device.hold_up = true;
  device.edit("alpha mine\nbeta\ngamma\ndelta");
  stage.advance(1'200);
  stage.author_saves(stage.chat(), "alpha\nbeta\ngamma\ndelta theirs");
  device.forget();
  device.hold_up = false;
  stage.advance(8'000);
  stage.check_text("alpha mine\nbeta\ngamma\ndelta theirs", stage.server_text(stage.chat()),
                   "8 s after the conflict the server has");
  stage.check(device.count("conn.close") == 0, "the answered connection goes on", "it is closed",
              "not-heard");
}

void offline_replay(Stage& stage) {
  Device& device = stage.ready();
  device.go_offline();
  for (std::size_t i = 0; i < 4; ++i) {
    device.switch_to(stage.chat(i));
    for (int edit = 0; edit < 2; ++edit) {
      device.edit(words(stage));
      stage.advance(1'200);
    }
  }
  device.forget();
  device.go_online();
  stage.settle();
  stage.should(!device.sent("sync_offline_changes").empty(), "a replay in one list",
               "single changes", "no-replay");
}

void version_refused(Stage& stage) {
  Device& device = stage.ready();
  bool refused = false;
  stage.on_up = [&](Device& from, const std::string& frame) {
    if (refused || frame_type(frame) != "update_draft") return false;
    refused = true;
    from.receive(refusal(from.changes().back(), "version_invalid"));
    return true;
  };
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  stage.settle();
  stage.check_text(text, stage.server_text(stage.chat()), "the server has");
  stage.check(stage.head(stage.chat())->opened.version > 1, "a higher number after version_invalid",
              "the same", "number");
  stage.on_up = nullptr;
}

}  // namespace

std::vector<ClientCase> outbox_cases() {
  std::vector<ClientCase> all = {
      client_case("DP-OUT-001/one-in-flight", "One change in flight, later ones coalesce",
                  one_in_flight),
      client_case("DP-OUT-002/next-number", "The next number after what was seen", numbers),
      client_case("DP-OUT-002/version-invalid", "A higher number after version_invalid",
                  version_refused),
      client_case("DP-OUT-003/another-number", "A receipt with another number is not believed",
                  wrong_receipt),
      client_case("DP-OUT-004/no-answer", "No answer for 10 s: reconnect", no_answer),
      client_case("DP-OUT-005/lost-change", "A lost change is repeated byte for byte",
                  lost(false, false)),
      client_case("DP-OUT-005/overtaken", "A lost change that was overtaken becomes a new one",
                  lost(false, true)),
      client_case("DP-OUT-006/lost-receipt", "A lost receipt writes nothing twice",
                  lost(true, false)),
      client_case("DP-OUT-006/lost-receipt-overtaken", "A lost receipt overwrites no newer edit",
                  lost(true, true)),
      client_case("DP-OUT-007/offline-send", "A send made offline is sent once", offline_send),
      client_case("DP-OUT-008/conflict", "A conflict costs little and disables nothing",
                  conflict_costs_little(2)),
      client_case("DP-OUT-008/heard", "A conflict is resolved as soon as it is heard",
                  conflict_is_heard),
      client_case("DP-ERR-005/for-good", "A change refused for good is not offered again",
                  refused_for_good),
      client_case("DP-ERR-006/draft", "A draft that is too long is shown as too long",
                  too_long_or_not("draft_too_long", true)),
      client_case("DP-ERR-006/preview", "A preview that is too long is a refusal like any other",
                  too_long_or_not("preview_too_long", false)),
      client_case("DP-OUT-009/three-devices", "Three devices settle in five writes",
                  conflict_costs_little(3)),
      client_case("DP-OUT-010/replay", "What was queued offline is replayed in a list",
                  offline_replay, {"DP-OUT-011"}),
  };
  for (const char* code :
       {"storage_unavailable", "persistence_lagging", "ownership_unknown", "internal"}) {
    all.push_back(client_case("DP-ERR-004/" + std::string(code),
                              "Tried again after " + std::string(code), tries_again(code)));
  }
  for (const char* code :
       {"chat_forbidden", "draft_too_long", "too_many_chats", "envelope_invalid"}) {
    all.push_back(client_case("DP-ERR-005/" + std::string(code),
                              "Shown as not synced after " + std::string(code),
                              shows_as_not_synced(code)));
  }
  return all;
}

}  // namespace dp::conformance
