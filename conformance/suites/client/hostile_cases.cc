// Sections 7.3 and 8.2: a server that loses, lies, swaps and forges.
#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

using Spoil = std::function<std::string(Stage&, const std::string& sealed)>;

std::string flipped(const std::string& sealed, std::size_t at, std::uint8_t bit = 1) {
  Bytes bytes = *base64_decode(sealed);
  bytes[at < bytes.size() ? at : bytes.size() - 1] ^= bit;
  return base64_encode(bytes);
}

// A broadcast whose envelope was tampered with: refused, reported, the local text stays.
auto refuses(const Spoil& spoil) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string mine = words(stage);
    save(stage, device, mine);
    const std::string theirs = words(stage);
    const std::string frame = caught_broadcast(stage, stage.chat(), theirs);
    const std::string sealed = member_text(frame, "encrypted_draft_md");
    device.forget();
    const std::string spoilt = replaced(frame, sealed, spoil(stage, sealed));
    device.hold_up = true;  // or it would ask, and be told the truth
    device.receive(spoilt);
    stage.check_text(mine, device.state().editor_text, "the editor still shows");
    // Bytes without the magic look unsealed, and may be reported as such.
    const std::size_t alarms =
        device.notices("security_authentication") + device.notices("security_downgrade");
    stage.check(alarms > 0, "security_authentication", "silence", "silent");
    stage.check(device.changes().empty(), "nothing is sent over it", "a change", "overwrites");
    reconnect(stage, device);
    stage.check_text(theirs, device.state().editor_text, "from an honest server the editor takes");
  };
}

Spoil flip(std::size_t at, std::uint8_t bit = 1) {
  return [=](Stage&, const std::string& sealed) { return flipped(sealed, at, bit); };
}

// Authentic, but for what the header says: byte `at` is `value`.
Spoil under_header(std::size_t at, std::uint8_t value) {
  return [=](Stage& stage, const std::string& sealed) {
    return stage.vault().reseal(stage.chat(), sealed, [=](Bytes& header) { header[at] = value; });
  };
}

std::string from_other_chat(Stage& stage, const std::string&) {
  return stage.author_saves(stage.chat(5), words(stage));
}

// The same content sealed for another version, parent or kind by somebody with the keys.
auto resealed(Version version, crypto::Kind kind) {
  return [=](Stage& stage, const std::string& sealed) {
    const auto opened = stage.vault().open(stage.chat(), crypto::Kind::draft, sealed);
    const Bytes padded = kind == crypto::Kind::preview
                             ? Bytes(opened->plaintext.begin(), opened->plaintext.begin() + 512)
                             : opened->plaintext;
    return base64_encode(
        stage.vault().seal_padded({stage.chat(), kind, version, opened->header.parent}, padded));
  };
}

std::string strangers(Stage& stage, const std::string&) {
  Vault stranger(99);
  const draft::Draft draft = draft::saved(nullptr, "a stranger's", {WriterId{5}, 1}, 1);
  return stranger.seal_draft(stage.chat(), draft, 2, stage.head(stage.chat())->opened.parent);
}

// All refusals look alike: the same effects, whatever was wrong.
void all_look_alike(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  const std::string frame = caught_broadcast(stage, stage.chat(), words(stage));
  const std::string sealed = member_text(frame, "encrypted_draft_md");
  std::vector<std::vector<AdapterEffect>> seen;
  for (const std::size_t at : {10u, 50u, 90u, 110u, 200u, 100'000u}) {
    device.forget();
    device.receive(replaced(frame, sealed, flipped(sealed, at)));
    std::vector<AdapterEffect> effects;
    for (const Did& one : device.did()) {
      const bool visible = one.effect.kind == "conn.send" || one.effect.kind == "ui.notice" ||
                           one.effect.kind == "log";
      if (visible) effects.push_back(one.effect);
    }
    seen.push_back(std::move(effects));
    reconnect(stage, device);
    stage.author_saves(stage.chat(), words(stage));
    stage.advance(100);
    if (device.state().editor_text.empty()) stage.cannot_tell("the positive control failed");
    break;
  }
  // The first one's bytes are spent: the others are compared on fresh broadcasts.
  for (const std::size_t at : {50u, 90u, 110u, 200u, 100'000u}) {
    const std::string next = caught_broadcast(stage, stage.chat(), words(stage));
    const std::string bytes = member_text(next, "encrypted_draft_md");
    device.forget();
    device.receive(replaced(next, bytes, flipped(bytes, at)));
    std::vector<AdapterEffect> effects;
    for (const Did& one : device.did()) {
      const bool visible = one.effect.kind == "conn.send" || one.effect.kind == "ui.notice" ||
                           one.effect.kind == "log";
      if (visible) effects.push_back(one.effect);
    }
    for (AdapterEffect& one : effects) one.conn = 0;
    for (AdapterEffect& one : seen[0]) one.conn = 0;
    stage.check(effects == seen[0], "the same frames, notices and log lines for each refusal",
                "others for a bit flipped at " + std::to_string(at), "tells-apart");
    reconnect(stage, device);
  }
}

auto preview_of_another(bool other_version) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    stage.author_saves(stage.chat(1), words(stage, "first "));
    const std::string old = stage.head(stage.chat(1))->preview;
    const std::string theirs = words(stage, "second ");
    const std::string frame = caught_broadcast(stage, stage.chat(1), theirs);
    const auto head = stage.head(stage.chat(1));
    const std::string forged =
        other_version ? old
                      : stage.vault().seal_preview(stage.chat(1), "forged", head->opened.version,
                                                   stage.head(stage.chat(1))->preview);
    device.receive(replaced(frame, head->preview, forged));
    stage.advance(1'000);
    for (const PreviewState& one : device.list()) {
      if (one.chat != stage.chat(1) || !one.preview) continue;
      stage.check(*one.preview == theirs, "no preview but the draft's own", *one.preview,
                  "swapped-preview");
    }
  };
}

// ---- loss or attack -----------------------------------------------------------------------------

auto server_goes_back(std::int64_t age_ms, bool restarted) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, words(stage));
    stage.backup();
    const std::string text = words(stage);
    save(stage, device, text);
    stage.advance(age_ms);
    device.forget();
    if (restarted) device.kill();
    stage.restore();
    if (restarted) {
      device.open();
      device.switch_to(stage.chat());
    }
    stage.settle();
    const std::size_t lost = device.notices("server_lost_recent");
    const std::size_t alarms = device.notices("security_rollback");
    if (age_ms < 30'000) {
      stage.check(lost > 0 && alarms == 0, "server_lost_recent and no alarm",
                  std::to_string(lost) + " and " + std::to_string(alarms), "wrong-judgement");
    } else {
      stage.check(alarms > 0, "security_rollback", "no alarm", "wrong-judgement");
    }
    stage.check_text(text, device.state().editor_text, "no dot is dropped: the editor shows");
    stage.check_text(text, stage.server_text(stage.chat()), "the server is healed: it has");
    const std::string after = words(stage);
    save(stage, device, after);
    stage.check_text(after, stage.server_text(stage.chat()), "saving goes on; the server has");
  };
}

// Another envelope at a version the device knows.
auto forked(std::int64_t age_ms) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, words(stage));
    stage.backup();
    const std::string mine = words(stage);
    save(stage, device, mine);
    stage.advance(age_ms);
    device.forget();
    device.go_offline();
    stage.restore();
    stage.author_saves(stage.chat(), words(stage, "fork "));
    device.go_online();
    stage.settle();
    if (age_ms >= 30'000) {
      stage.check(device.notices("security_fork") + device.notices("security_rollback") > 0,
                  "security_fork", "no alarm", "silent");
    } else {
      stage.check(device.notices("server_lost_recent") > 0, "server_lost_recent", "silence",
                  "silent");
    }
    const auto head = stage.head(stage.chat());
    bool kept = head->text().find(mine) != std::string::npos;
    for (const draft::Copy& copy : head->opened.draft.copies) {
      kept = kept || draft::join_lines(copy.lines).find(mine) != std::string::npos;
    }
    stage.check(kept, "no dot is dropped", "the own text is gone", "lost");
  };
}

void another_parent_is_no_alarm(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  stage.advance(40'000);
  device.forget();
  const auto head = stage.head(stage.chat());
  const std::string theirs = words(stage);
  const draft::Draft next = draft::saved(&head->opened.draft, theirs, stage.author_dot(), 9);
  Hash32 parent{};
  parent.fill(7);
  const std::string sealed = stage.vault().seal_draft(stage.chat(), next, 2, parent);
  const std::string preview = stage.vault().seal_preview(stage.chat(), theirs, 2, sealed);
  device.receive(told(stage.chat(), sealed, preview));
  stage.advance(100);
  stage.check(device.notices("security_fork") + device.notices("security_rollback") == 0,
              "no alarm for a parent alone", "an alarm", "false-alarm");
}

void unsealed_is_refused(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  save(stage, device, text);
  const std::string frame = caught_broadcast(stage, stage.chat(), words(stage));
  const std::string sealed = member_text(frame, "encrypted_draft_md");
  device.forget();
  device.hold_up = true;  // or it would ask, and be told the truth
  device.receive(replaced(frame, sealed, stage.vault().seal_field("in the open")));
  stage.advance(100);
  check_untouched(stage, device, text);
  stage.check(device.notices("security_downgrade") > 0, "security_downgrade", "silence", "silent");
  reconnect(stage, device);
}

void forged_receipt(Stage& stage) {
  Device& device = stage.ready();
  swallow_up(stage, "update_draft");
  device.forget();
  const std::string text = words(stage);
  device.edit(text);
  stage.advance(1'200);
  const SentChange change = device.changes().at(0);
  device.receive(R"({"type":"draft_update_receipt","payload":{"chat_id":")" + change.chat +
                 R"(","draft_v":)" + std::to_string(change.proposed.value_or(0)) +
                 R"(,"success":true,"change_id":")" + change.id + R"("}})");
  stage.advance(1'000);
  reconnect(stage, device);
  stage.advance(31'000);
  stage.settle();
  stage.check_text(text, stage.server_text(stage.chat()),
                   "the change is offered again: the server");
}

void swapped_replies(Stage& stage) {
  Device& device = stage.ready();
  const std::string one = words(stage, "one ");
  const std::string two = words(stage, "two ");
  save(stage, device, one);
  device.switch_to(stage.chat(1));
  save(stage, device, two);
  device.go_offline();
  stage.author_saves(stage.chat(0), words(stage, "new one "));
  stage.author_saves(stage.chat(1), words(stage, "new two "));
  stage.on_down = [&](Device&, const std::string& frame) -> std::vector<std::string> {
    std::string out = frame;
    for (std::size_t at = 0; (at = out.find(stage.chat(0), at)) != std::string::npos; at += 36) {
      out.replace(at, 36, std::string(36, '#'));
    }
    for (std::size_t at = 0; (at = out.find(stage.chat(1), at)) != std::string::npos; at += 36) {
      out.replace(at, 36, stage.chat(0));
    }
    const std::string marks(36, '#');
    for (std::size_t at = 0; (at = out.find(marks, at)) != std::string::npos; at += 36) {
      out.replace(at, 36, stage.chat(1));
    }
    return {out};
  };
  device.forget();
  device.go_online();
  stage.until([&] { return device.connected(); }, 40'000);
  stage.advance(2'000);
  stage.check_text(two, device.state().editor_text, "the editor still shows");
  stage.check(device.notices("security_authentication") > 0, "security_authentication", "silence",
              "silent");
  reconnect(stage, device);
  stage.check_text(stage.server_text(stage.chat(1)), device.state().editor_text, "in the end");
}

// Frames of one connection, dropped, repeated, and played again later: only time is lost.
auto bad_network(int kind) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    int count = 0;
    std::string last;
    stage.on_down = [&](Device&, const std::string& frame) -> std::vector<std::string> {
      ++count;
      if (kind == 0 && count % 2 == 0) return {};
      if (kind == 1) return {frame, frame};
      if (kind == 2) return {std::exchange(last, frame), frame};
      if (kind == 3 && count % 3 == 0) return {flipped(base64_encode(as_bytes(frame)), 20)};
      return {frame};
    };
    std::string text;
    for (int i = 0; i < 4; ++i) {
      text = words(stage);
      device.edit(text);
      stage.advance(1'500);
      if (i == 1) stage.author_saves(stage.chat(1), words(stage));
    }
    reconnect(stage, device);
    stage.advance(12'000);
    stage.settle();
    stage.check_text(text, stage.server_text(stage.chat()), "the server has");
    stage.check_text(text, device.state().editor_text, "the editor shows");
    stage.check(stage.head(stage.chat())->opened.draft.copies.empty(), "no copy", "one", "copies");
  };
}

void add_envelopes(std::vector<ClientCase>& all) {
  const auto add = [&](std::string id, std::string title, const Spoil& spoil) {
    all.push_back(client_case(std::move(id), std::move(title), refuses(spoil)));
  };
  add("DP-ENV-003/magic", "An unknown magic is refused", flip(0));
  add("DP-ENV-003/suite", "An unknown suite is refused", flip(4, 0x40));
  add("DP-ENV-003/kind", "An unknown kind is refused", flip(5, 0x40));
  add("DP-ENV-003/flags", "A flag is refused", flip(6));
  add("DP-ENV-013/kind-7", "A header with kind 7 is refused", under_header(5, 7));
  add("DP-ENV-013/flags", "A header with a flag is refused", under_header(6, 1));
  add("DP-ENV-013/high-flags", "A header with a high flag is refused", under_header(7, 0x80));
  add("DP-ENV-013/version", "A header with a version above 2^53 is refused",
      under_header(46, 0x20));
  add("DP-ENV-013/version-0", "A draft's header with version 0 is refused", under_header(40, 0));
  add("DP-ENV-013/header-alone", "A header alone is refused",
      [](Stage&, const std::string& sealed) {
        Bytes bytes = *base64_decode(sealed);
        bytes.resize(crypto::kHeaderBytes);
        return base64_encode(bytes);
      });
  add("DP-ENV-013/short", "A header with half a tag is refused",
      [](Stage&, const std::string& sealed) {
        Bytes bytes = *base64_decode(sealed);
        bytes.resize(crypto::kHeaderBytes + 8);
        return base64_encode(bytes);
      });
  add("DP-ENV-008/key-id", "Another key id is refused", flip(8));
  add("DP-ENV-008/slot-id", "Another slot id is refused", flip(24));
  add("DP-ENV-008/version", "Another version is refused", flip(40));
  add("DP-ENV-008/parent", "Another parent is refused", flip(48));
  add("DP-ENV-008/nonce", "Another nonce is refused", flip(80));
  add("DP-ENV-008/commitment", "Another commitment is refused", flip(104));
  add("DP-ENV-008/ciphertext", "Another ciphertext is refused", flip(136));
  add("DP-ENV-008/tag", "Another tag is refused", flip(100'000));
  add("DP-ENV-008/cut", "A missing byte is refused", [](Stage&, const std::string& sealed) {
    Bytes bytes = *base64_decode(sealed);
    bytes.pop_back();
    return base64_encode(bytes);
  });
  add("DP-ENV-008/extended", "An additional byte is refused",
      [](Stage&, const std::string& sealed) {
        Bytes bytes = *base64_decode(sealed);
        bytes.push_back(0);
        return base64_encode(bytes);
      });
  add("DP-ENV-009/other-chat", "An envelope of another chat is refused", from_other_chat);
  add("DP-ENV-005/other-account", "An envelope of another account is refused", strangers);
  add("DP-ENV-005/other-kind", "A preview is no draft", resealed(2, crypto::Kind::preview));
  add("DP-ENV-006/other-version", "An envelope of another version is refused",
      resealed(7, crypto::Kind::draft));
  add("DP-ALARM-005/stranger", "What does not open is reported, and overwrites nothing", strangers);
}

}  // namespace

std::vector<ClientCase> hostile_cases() {
  std::vector<ClientCase> all;
  add_envelopes(all);
  all.push_back(client_case("DP-ENV-007/old-preview", "A preview of an older draft is not shown",
                            preview_of_another(true)));
  all.push_back(client_case("DP-ENV-007/other-parent", "A preview of another draft is not shown",
                            preview_of_another(false)));
  all.push_back(
      client_case("DP-ENV-009/swapped", "Two replies swapped are both refused", swapped_replies));
  all.push_back(client_case("DP-ENV-010/alike", "All refusals look alike", all_look_alike));
  all.push_back(client_case("DP-ALARM-001/recent", "A recent loss is noted and healed",
                            server_goes_back(5'000, false)));
  all.push_back(
      client_case("DP-ALARM-001/29-s", "29 s are recent", server_goes_back(28'500, false)));
  all.push_back(client_case("DP-ALARM-002/rollback", "An old loss is an alarm",
                            server_goes_back(31'000, false)));
  all.push_back(client_case("DP-ALARM-002/fork", "A fork is an alarm", forked(40'000)));
  all.push_back(client_case("DP-ALARM-001/recent-fork", "A recent fork is a loss", forked(3'000)));
  all.push_back(
      client_case("DP-ALARM-003/parent", "A parent alone is no alarm", another_parent_is_no_alarm));
  all.push_back(client_case("DP-ALARM-004/restarted-recent", "A recent loss, after kill -9",
                            server_goes_back(5'000, true)));
  all.push_back(client_case("DP-ALARM-004/restarted-old", "An old loss, after kill -9",
                            server_goes_back(60'000, true)));
  all.push_back(client_case("DP-ALARM-006/unsealed", "Unsealed content is refused",
                            unsealed_is_refused, {"DP-FIELD-003"}));
  all.push_back(
      client_case("DP-ALARM-007/forged-receipt", "A forged receipt loses nothing", forged_receipt));
  all.push_back(client_case("DP-ALARM-008/goes-on", "An alarm stops nothing",
                            server_goes_back(45'000, false)));
  const std::vector<std::string> kinds = {"drops", "repeats", "replays", "corrupts"};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    all.push_back(client_case("DP-PRIV-009/" + kinds[i],
                              "A network that " + kinds[i] + " costs only time",
                              bad_network(static_cast<int>(i))));
  }
  return all;
}

}  // namespace dp::conformance
