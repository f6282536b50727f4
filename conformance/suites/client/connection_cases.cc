// Section 2: connecting, trying again, keep-alive.
#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

void frames_are_json_text(Stage& stage) {
  workout(stage);
  for (const SentFrame& one : stage.device().sent()) {
    stage.check(!one.type.empty(), "frames of section 3.2", one.text.substr(0, 80), "no-frame");
  }
}

void signed_out_stays_out(Stage& stage) {
  Device& device = stage.ready();
  device.forget();
  device.disconnect(1008);
  stage.advance(3'600'000);
  stage.check(device.count("conn.open") == 0, "no attempt after 1008",
              std::to_string(device.count("conn.open")), "reconnects");
  stage.check(device.state().connection == "signed_out", "signed_out", device.state().connection,
              "not-shown");
}

auto tries_again(std::uint16_t code) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    device.forget();
    device.disconnect(code);
    stage.advance(31'000);
    stage.check(device.count("conn.open") >= 1, "another attempt within 31 s", "none", "gives-up");
    stage.settle();
  };
}

// Refused seven times: the pause before attempt n lies between half and all of min(1 s x 2^n, 30 s)
void pauses_double(Stage& stage) {
  Device& device = stage.ready();
  device.online = false;
  std::int64_t last = stage.now_ms();
  device.disconnect();
  std::int64_t whole = 1'000;
  for (int n = 0; n < 8; ++n) {
    const std::size_t before = device.count("conn.open");
    const bool tried = stage.until([&] { return device.count("conn.open") > before; }, 60'000);
    stage.check(tried, "another attempt", "none within a minute", "gives-up");
    const std::int64_t pause = stage.now_ms() - last;
    stage.check(pause >= whole / 2 && pause <= whole + 1,
                "a pause of " + std::to_string(whole / 2) + " to " + std::to_string(whole) +
                    " ms before attempt " + std::to_string(n),
                std::to_string(pause) + " ms", "pause");
    last = stage.now_ms();
    whole = std::min<std::int64_t>(whole * 2, 30'000);
  }
}

void pauses_are_drawn(Stage& stage) {
  std::set<std::int64_t> pauses;
  for (int i = 0; i < 6; ++i) {
    Device& device = stage.device();
    if (i > 0) device.crash();
    device.open();
    stage.settle();
    device.forget();
    const std::int64_t from = stage.now_ms();
    device.disconnect();
    stage.until([&] { return device.count("conn.open") > 0; }, 2'000);
    pauses.insert(stage.now_ms() - from);
    stage.settle();
  }
  stage.check(pauses.size() > 1, "pauses that differ", "six equal ones", "no-jitter");
}

void success_resets(Stage& stage) {
  Device& device = stage.ready();
  device.go_offline();
  stage.advance(100'000);
  device.go_online();
  stage.settle();
  device.forget();
  const std::int64_t from = stage.now_ms();
  device.disconnect();
  stage.until([&] { return device.count("conn.open") > 0; }, 40'000);
  stage.check(stage.now_ms() - from <= 1'001, "at most 1 s after a connection that answered",
              std::to_string(stage.now_ms() - from) + " ms", "not-reset");
}

void pings(Stage& stage) {
  Device& device = stage.ready();
  stage.settle();
  device.forget();
  stage.advance(26'000);
  stage.should(device.sent("ping").size() == 1, "one ping in 26 s of silence",
               std::to_string(device.sent("ping").size()), "no-ping");
}

void no_pong(Stage& stage) {
  Device& device = stage.ready();
  stage.on_down = [](Device&, const std::string&) -> std::vector<std::string> { return {}; };
  device.forget();
  stage.advance(25'000 + 10'000 + 1'000);
  stage.check(device.count("conn.close") >= 1, "the silent connection is closed", "it is not",
              "hangs-on");
  stage.on_down = nullptr;
  stage.settle();
}

std::size_t deeds(const Reply& reply) {  // a log line is none
  return static_cast<std::size_t>(std::ranges::count_if(
      reply.effects, [](const AdapterEffect& one) { return one.kind != "log"; }));
}

void old_connections_are_dead(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  save(stage, device, text);
  const std::string frame = caught_broadcast(stage, stage.chat(), words(stage));
  const std::uint64_t old = device.sent().back().conn;
  device.hold_down = true;
  device.disconnect();
  stage.until([&] { return device.connected(); }, 5'000);
  device.forget();
  const auto conn = static_cast<std::int64_t>(old);
  const auto reply = device.attempt(Operation("conn.frame").with("conn", conn).with("text", frame));
  stage.check(reply.ok() && deeds(reply) == 0, "a frame of a dead connection does nothing",
              std::to_string(deeds(reply)) + " effects", "listens-to-the-dead");
  const auto closed = device.attempt(Operation("conn.closed")
                                         .with("conn", conn)
                                         .with("code", std::int64_t{1008})
                                         .with("reason", ""));
  stage.check(closed.ok() && deeds(closed) == 0, "its end does nothing", "effects",
              "listens-to-the-dead");
  stage.check(device.state().connection != "signed_out", "still signed in", "signed out",
              "listens-to-the-dead");
  device.hold_down = false;
  stage.settle();
}

}  // namespace

std::vector<ClientCase> connection_cases() {
  std::vector<ClientCase> all = {
      client_case("DP-CONN-001/frames", "Every frame is one JSON text message",
                  frames_are_json_text, {"DP-WIRE-008"}),
      client_case("DP-CONN-002/token", "The token travels in a header", frames_are_json_text),
      client_case("DP-CONN-006/after-1008", "After 1008 nobody reconnects", signed_out_stays_out),
      client_case("DP-CONN-008/doubling", "Pauses double up to 30 s", pauses_double),
      client_case("DP-CONN-008/drawn", "Pauses are drawn at random", pauses_are_drawn, {},
                  {"crash"}),
      client_case("DP-CONN-009/reset", "An answer resets the pause", success_resets),
      client_case("DP-CONN-013/ping", "A ping after 25 s of silence", pings),
      client_case("DP-CONN-014/no-pong", "No pong: close and reconnect", no_pong),
      client_case("DP-CONN-018/dead", "Dead connections are not listened to",
                  old_connections_are_dead),
  };
  for (const std::uint16_t code : {1000, 1001, 1003, 1006, 1011, 1013}) {
    all.push_back(client_case("DP-CONN-007/after-" + std::to_string(code),
                              "Another attempt after close " + std::to_string(code),
                              tries_again(code)));
  }
  return all;
}

}  // namespace dp::conformance
