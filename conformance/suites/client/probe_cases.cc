// Honesty: whether what an adapter says can be believed at all.
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

ClientCase probe(std::string id, std::string requirement, std::string title,
                 std::function<void(Stage&)> play, std::vector<std::string> needs = {}) {
  ClientCase out =
      client_case(std::move(requirement), std::move(title), std::move(play), {}, std::move(needs));
  out.about.id = "probe/" + std::move(id);
  return out;
}

// Starting is the suite's part: when it fails, this case is the one result.
void introduces_itself(Stage& stage) {
  stage.check(!stage.crew().introduction().implementation.empty(), "a name in the reply to hello",
              "none", "nameless");
}

void unknown_operation(Stage& stage) {
  Device& device = stage.device();
  device.open();
  const Reply reply = device.attempt(Operation("no.such.operation"));
  stage.check(reply.error_code == "unsupported", "unsupported",
              reply.ok() ? "ok" : reply.error_code, "says-yes");
}

void nothing_without_a_cause(Stage& stage) {
  Device& device = stage.ready();
  device.forget();
  for (int i = 0; i < 5; ++i) device.state();
  stage.check(device.did().empty(), "no effects while nothing happens",
              std::to_string(device.did().size()) + " effects", "effects-from-nowhere");
}

void a_text_arrives(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage, "a text that was typed ");
  device.edit(text);
  stage.advance(1'200);
  stage.settle();
  stage.check(!device.changes().empty(), "a frame with the text, sealed", "no change was sent",
              "nothing-sent");
  stage.check_text(text, stage.server_text(stage.chat()), "at the server");
}

void time_has_its_order(Stage& stage) {
  Device& device = stage.ready();
  device.edit("x");
  stage.check(device.next_timer_ms.has_value(), "a timer after typing", "none", "no-timer");
  const auto beyond = static_cast<std::int64_t>(*device.next_timer_ms) + 1;
  const Reply reply = device.attempt(Operation("clock.advance").with("to_ms", beyond));
  stage.check(reply.error_code == "bad_request", "bad_request for a time past the next timer",
              reply.ok() ? "ok" : reply.error_code, "time-travel");
}

// One short life, told as what the adapter said about it.
std::string one_life(Stage& stage, const std::string& folder, const std::string& chat) {
  Crew& crew = stage.crew();
  crew.kill(0);
  const auto adapter = crew.adapter(0);
  stage.check(adapter.has_value(), "an adapter that starts again", "it does not", "cannot-start");
  (*adapter)->take_said();
  std::optional<std::int64_t> next_timer;
  const auto call = [&](const Operation& operation) {
    const auto reply = (*adapter)->call(operation);
    stage.check(reply && reply->ok(), operation.name() + " is performed",
                reply ? reply->error_code : reply.error().code, "operation-refused");
    next_timer = reply->next_timer_ms;
  };
  call(Operation("case.begin")
           .with("case", "probe/same")
           .with("level", "L3")
           .with("wall_ms", std::int64_t{1'767'225'600'000})
           .with_json("config", stage.config_json()));
  Operation open("client.open");
  open.with("dir", folder).with("entropy", std::string(64, '5')).with("boot", std::int64_t{1});
  open.with("url", "ws://draftproof.test/ws").with("token", "t");
  call(open.with_json("account", stage.vault().account_json()));
  call(Operation("ui.switch").with("chat_id", chat));
  call(Operation("ui.focus"));
  call(Operation("ui.edit").with("text", "the same again"));
  for (std::int64_t at = 0; at < 900;) {  // never past a timer
    at = std::max(at, std::min<std::int64_t>(next_timer.value_or(900), 900));
    call(Operation("clock.advance").with("to_ms", at));
  }
  call(Operation("ui.blur"));
  call(Operation("state.get"));
  call(Operation("client.crash"));
  call(Operation("case.end"));
  return (*adapter)->take_said();
}

void same_entropy_same_replies(Stage& stage) {
  const std::string chat = stage.chat();
  const std::string folder = stage.device().folder();
  std::vector<std::string> lives;
  for (int i = 0; i < 2; ++i) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    lives.push_back(one_life(stage, folder, chat));
  }
  stage.check(lives[0] == lives[1], "equal replies to equal requests", "replies that differ",
              "not-deterministic");
}

void killed_and_started_again(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  device.edit(text);
  device.go_offline();
  stage.advance(1'200);
  device.kill();
  device.open();
  device.switch_to(stage.chat());
  stage.check_text(text, device.state().editor_text, "after kill -9 the editor shows");
}

}  // namespace

std::vector<ClientCase> probe_cases() {
  return {
      probe("introduction", "DP-SAVE-015", "The adapter starts and says what it is",
            introduces_itself),
      probe("unknown-operation", "DP-SAVE-015", "An operation that does not exist is unsupported",
            unknown_operation),
      probe("nothing-from-nowhere", "DP-SAVE-015", "No effects while nothing happens",
            nothing_without_a_cause),
      probe("a-text-arrives", "DP-SAVE-001", "A typed text arrives at the server, sealed",
            a_text_arrives),
      probe("time-has-its-order", "DP-SAVE-001", "Time is not taken past the next timer",
            time_has_its_order),
      probe("same-entropy-same-replies", "DP-PRIV-003", "Equal requests give equal replies",
            same_entropy_same_replies, {"crash"}),
      probe("killed-and-started-again", "DP-SAVE-010", "What was reported durable survives kill -9",
            killed_and_started_again),
  };
}

}  // namespace dp::conformance
