// Drive level L2: which cases are played on real sockets too, and those that time a real clock.
//
// A wired client is judged by what arrives at the harness's socket. Where a case measures time it
// allows kLateMs beyond what the specification says, and kEarlyMs for clocks that tick apart.
#include <algorithm>
#include <array>
#include <string_view>

#include "conformance/suites/client/play.h"
#include "conformance/suites/client/suite.h"
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

constexpr std::int64_t kLateMs = 400;
constexpr std::int64_t kEarlyMs = 10;

// Cases whose waits are short and whose checks do not hang on a millisecond.
constexpr auto kAlsoWired = std::to_array<std::string_view>({
    "DP-CONN-001/frames",
    "DP-CONN-002/token",
    "DP-WIRE-001/*",
    "DP-WIRE-002/*",
    "DP-WIRE-004/*",
    "DP-WIRE-006/*",
    "DP-WIRE-007/*",
    "DP-WIRE-008/*",
    "DP-WIRE-009/*",
    "DP-WIRE-010/*-levels",
    "DP-WIRE-010/deep",
    "DP-WIRE-011/*",
    "DP-WIRE-012/*",
    "DP-WIRE-018/*",
    "DP-FRAME-030/*",
    "DP-SAVE-003/*",
    "DP-SAVE-005/typed-back",
    "DP-SAVE-010/killed-*-500",
    "DP-SAVE-011/*",
    "DP-SAVE-012/*",
    "DP-SAVE-013/composer",
    "DP-SAVE-014/too-long",
    "DP-SAVE-016/*",
    "DP-STORE-001/sealed",
    "DP-STORE-002/fresh-writers",
    "DP-STORE-006/offline-clear",
    "DP-STORE-007/five-chats",
    "DP-STORE-009/two-devices",
    "DP-EDIT-001/under-the-cursor",
    "DP-EDIT-002/merged-later",
    "DP-EDIT-003/*",
    "DP-LIST-00?/*",
    "DP-PREV-001/plain",
    "DP-OUT-001/*",
    "DP-OUT-002/next-number",
    "DP-OUT-005/*",
    "DP-OUT-006/*",
    "DP-OUT-007/*",
    "DP-OUT-008/heard",
    "DP-ERR-005/envelope_invalid",
    "DP-SYNC-001/*",
    "DP-SYNC-002/*",
    "DP-SYNC-003/*",
    "DP-SYNC-004/merged",
    "DP-SYNC-008/*",
    "DP-SYNC-010/in-flight",
    "DP-SYNC-011/*",
    "DP-SYNC-015/*",
    "DP-SYNC-016/*",
    "DP-SYNC-017/sent",
    "DP-SYNC-018/*",
    "DP-ENV-008/ciphertext",
    "DP-ENV-009/other-chat",
    "DP-ALARM-001/recent",
    "DP-ALARM-006/*",
    "DP-MERGE-006/disjoint",
    "DP-MERGE-007/conflict",
    "DP-MERGE-018/unseen",
    "DP-PRIV-002/canaries",
});

std::string span(std::int64_t least_ms, std::int64_t most_ms) {
  return std::to_string(least_ms) + " to " + std::to_string(most_ms) + " ms";
}

void check_within(Stage& stage, std::int64_t ms, std::int64_t least_ms, std::int64_t most_ms,
                  const std::string& what) {
  stage.check(ms >= least_ms - kEarlyMs && ms <= most_ms + kLateMs,
              what + " after " + span(least_ms, most_ms) + ", and at most " +
                  std::to_string(kLateMs) + " ms more on a real clock",
              "after " + std::to_string(ms) + " ms", ms < least_ms ? "early" : "late");
}

auto saves_after(std::int64_t debounce_ms, int keys) {
  return [=](Stage& stage) {
    stage.settings.debounce_ms = debounce_ms;
    Device& device = stage.ready();
    device.forget();
    std::string text = words(stage);
    for (int i = 0; i < keys; ++i) {
      if (i > 0) stage.advance(debounce_ms / 3);
      text += 'k';
      device.edit(text);
    }
    stage.check(device.changes().empty(), "no save while typing", "a change", "early");
    const std::int64_t from = stage.now_ms();
    stage.until([&] { return !device.sent("update_draft").empty(); }, debounce_ms + 5'000);
    stage.check(!device.sent("update_draft").empty(), "a save", "none", "late");
    check_within(stage, device.sent("update_draft")[0].at_ms - from, debounce_ms, debounce_ms,
                 "a save");
    stage.settle();
    stage.check_text(text, stage.server_text(stage.chat()), "the server has");
  };
}

void signed_out(Stage& stage) {
  Device& device = stage.ready();
  device.forget();
  device.disconnect(1008);
  stage.advance(4'000);
  stage.check(device.count("conn.open") == 0, "no attempt after 1008",
              std::to_string(device.count("conn.open")), "reconnects");
  stage.check(device.state().connection == "signed_out", "signed_out", device.state().connection,
              "not-shown");
}

auto tries_again(std::uint16_t code) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    device.forget();
    const std::int64_t from = stage.now_ms();
    device.disconnect(code);
    stage.until([&] { return device.count("conn.open") > 0; }, 5'000);
    stage.check(device.count("conn.open") > 0, "another attempt", "none within 5 s", "gives-up");
    for (const Did& one : device.did()) {
      if (one.effect.kind != "conn.open") continue;
      check_within(stage, one.at_ms - from, 500, 1'000, "another attempt");
      break;
    }
    stage.settle();
  };
}

void pauses_double(Stage& stage) {
  Device& device = stage.ready();
  device.forget();
  std::int64_t last = stage.now_ms();
  device.go_offline();
  std::int64_t whole = 1'000;
  for (std::size_t n = 0; n < 3; ++n, whole *= 2) {
    stage.until([&] { return device.count("conn.open") > n; }, 2 * whole + 2'000);
    std::vector<std::int64_t> attempts;
    for (const Did& one : device.did()) {
      if (one.effect.kind == "conn.open") attempts.push_back(one.at_ms);
    }
    stage.check(attempts.size() > n, "another attempt", "none", "gives-up");
    check_within(stage, attempts[n] - last, whole / 2, whole, "attempt " + std::to_string(n));
    last = attempts[n];
  }
  device.go_online();
  stage.settle();
}

void pings(Stage& stage) {
  stage.settings.ping_interval_ms = 1'000;
  Device& device = stage.ready();
  device.forget();
  stage.until([&] { return !device.sent("ping").empty(); }, 1'000 + 2 * kLateMs);
  stage.should(!device.sent("ping").empty(), "a ping after a second of silence", "none", "no-ping");
}

// The adapter's person and the network are busy at once: nothing is lost.
void busy(Stage& stage) {
  Device& device = stage.ready();
  std::string text;
  for (int i = 0; i < 5; ++i) {
    text = words(stage, "round " + std::to_string(i) + "\n");
    device.edit(text);
    for (int k = 0; k < 4; ++k) stage.author_saves(stage.chat(1), words(stage));
    device.blur();
    device.focus();
  }
  stage.settle();
  stage.check_text(text, stage.server_text(stage.chat()), "the server has");
  stage.check_text(text, device.state().editor_text, "the editor shows");
}

}  // namespace

std::vector<ClientCase> wired_cases() {
  std::vector<ClientCase> all = {
      client_case("DP-SAVE-001/wired", "A save 1200 ms after the last change",
                  saves_after(1'200, 1)),
      client_case("DP-SAVE-002/wired", "Typing on puts the save off", saves_after(1'200, 4)),
      client_case("DP-SET-002/wired", "A pause of 300 ms", saves_after(300, 1)),
      client_case("DP-CONN-006/wired", "After 1008 nobody reconnects", signed_out),
      client_case("DP-CONN-008/wired", "Pauses double", pauses_double),
      client_case("DP-CONN-013/wired", "A ping after the configured silence", pings),
      client_case("DP-OUT-001/wired-busy", "Typing and hearing at once loses nothing", busy),
  };
  for (const std::uint16_t code : {1001, 1006, 1011, 1013}) {
    all.push_back(client_case("DP-CONN-007/wired-" + std::to_string(code),
                              "Another attempt after close " + std::to_string(code),
                              tries_again(code)));
  }
  for (const ClientCase& one : client_cases()) {
    const auto matches = [&](std::string_view glob) { return matches_glob(glob, one.about.id); };
    if (std::ranges::any_of(kAlsoWired, matches)) all.push_back(one);
  }
  for (ClientCase& one : all) one.about.level = "L2";
  return all;
}

}  // namespace dp::conformance
