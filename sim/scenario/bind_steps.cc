// Steps of a scenario: waits, actions, expectations and repeats.
#include <fmt/format.h>

#include "sim/scenario/binder.h"
#include "sim/scenario/duration.h"
#include "sim/scenario/suggestion.h"

namespace dp::sim {
namespace {

constexpr std::uint64_t kStepsPerformedMax = 1'000'000;
constexpr std::size_t kSourceCharsMax = 160;
constexpr std::string_view kStepHeads = "\"on\", \"wait\", \"repeat\", \"quiet\" or \"settle\"";

std::string one_line(const Value& value) {
  std::string text = to_json(value);
  if (text.size() <= kSourceCharsMax) return text;
  std::size_t end = kSourceCharsMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

std::vector<Step> Binder::bind_steps(const Value& value, std::size_t times) {
  std::vector<Step> out;
  if (!expect_kind(value, Value::Kind::array, "steps")) return out;
  for (const Value& item : value.items) {
    if (auto step = bind_step(item, times)) out.push_back(std::move(*step));
  }
  return out;
}

void Binder::spend(Position at, Micros duration_us) {
  const auto times = static_cast<Micros>(times_);
  if (time_passed_us_ < 0) return;  // said already
  if (duration_us > (kDurationMax - time_passed_us_) / times) {
    time_passed_us_ = -1;
    return problem(at, "the steps take more than 3650 days together");
  }
  time_passed_us_ += duration_us * times;
}

std::optional<Step> Binder::bind_step(const Value& value, std::size_t times) {
  if (!expect_kind(value, Value::Kind::object, "a step")) return std::nullopt;
  if ((steps_performed_ += times) > kStepsPerformedMax) {
    if (steps_performed_ - times <= kStepsPerformedMax) {
      problem(value.at, "the repeats make more than a million steps");
    }
    return std::nullopt;
  }
  Step step{value.at, one_line(value), Quiet{}};
  times_ = times;
  if (value.find("repeat") != nullptr) return bind_repeat(value, std::move(step), times);
  if (value.find("on") == nullptr) return bind_timed(value, std::move(step));

  bool server = false;
  const auto devices = bind_on(*value.find("on"), server);
  const bool does = value.find("do") != nullptr;
  const bool expects = value.find("expect") != nullptr;
  if (does == expects) {
    problem(value.at, "a step with \"on\" needs either \"do\" or \"expect\"");
    return std::nullopt;
  }
  if (!devices) return std::nullopt;
  if (does) {
    auto action = bind_action(value, *devices, server);
    if (!action) return std::nullopt;
    step.what = std::move(*action);
  } else {
    auto expectation = bind_expectation(value, *devices, server);
    if (!expectation) return std::nullopt;
    step.what = std::move(*expectation);
  }
  return step;
}

std::optional<Step> Binder::bind_timed(const Value& value, Step step) {
  static constexpr std::string_view heads[] = {"wait", "quiet", "settle", "on", "repeat"};
  if (value.members.size() != 1) {
    for (const Member& member : value.members) {
      bool known = member.key == "do" || member.key == "expect";
      for (const std::string_view head : heads) known = known || head == member.key;
      if (known) continue;
      problem(member.at, fmt::format("unknown key \"{}\" in a step{}", member.key,
                                     suggestion(member.key, heads)));
      return std::nullopt;
    }
    problem(value.at, fmt::format("a step has one of {}", kStepHeads));
    return std::nullopt;
  }
  const Member& head = value.members.front();
  if (head.key == "wait") {
    const auto duration = read_duration(head.value, "wait", false);
    if (!duration) return std::nullopt;
    spend(head.value.at, *duration);
    step.what = Wait{*duration};
    return step;
  }
  if (head.key != "quiet" && head.key != "settle") {
    problem(head.at, fmt::format("unknown step \"{}\"{}", head.key, suggestion(head.key, heads)));
    return std::nullopt;
  }
  if (!head.value.is(Value::Kind::boolean) || !head.value.boolean) {
    problem(head.value.at, fmt::format("write \"{}\": true", head.key));
    return std::nullopt;
  }
  if (head.key == "quiet") {
    step.what = Quiet{};
  } else {
    step.what = Settle{};
  }
  return step;
}

std::optional<Step> Binder::bind_repeat(const Value& value, Step step, std::size_t times) {
  static constexpr std::string_view keys[] = {"repeat", "steps"};
  check_keys(value, keys, "a repeat");
  const auto count = read_number(*value.find("repeat"), "repeat", 1);
  const Value* steps = value.find("steps");
  if (steps == nullptr) {
    problem(value.at, "a repeat needs \"steps\"");
    return std::nullopt;
  }
  if (!count) return std::nullopt;
  if (static_cast<std::uint64_t>(*count) > kStepsPerformedMax) {
    problem(value.find("repeat")->at, "the repeats make more than a million steps");
    return std::nullopt;
  }
  Repeat repeat;
  repeat.times = *count;
  repeat.steps = bind_steps(*steps, times * static_cast<std::size_t>(*count));
  step.what = std::move(repeat);
  return step;
}

// Devices in the order written; "everyone" is all of them; the server stands alone.
std::optional<std::vector<std::size_t>> Binder::bind_on(const Value& value, bool& server) {
  std::vector<std::size_t> out;
  if (value.is(Value::Kind::text) && value.text == "server") {
    server = true;
    return out;
  }
  if (value.is(Value::Kind::text) && value.text == "everyone") {
    for (std::size_t i = 0; i < scenario_.devices.size(); ++i) out.push_back(i);
    return out;
  }
  if (value.is(Value::Kind::text)) {
    const auto device = read_device(value);
    if (!device) return std::nullopt;
    out.push_back(*device);
    return out;
  }
  if (!expect_kind(value, Value::Kind::array, "\"on\" (a device or a list of devices)")) {
    return std::nullopt;
  }
  if (value.items.empty()) {
    problem(value.at, "\"on\" names no device");
    return std::nullopt;
  }
  for (const Value& item : value.items) {
    const auto device = read_device(item);
    if (!device) return std::nullopt;
    out.push_back(*device);
  }
  return out;
}

std::optional<Action> Binder::bind_action(const Value& value, std::vector<std::size_t> devices,
                                          bool server) {
  const Value& verb_name = *value.find("do");
  const Who who = server ? Who::server : Who::device;
  if (!expect_kind(verb_name, Value::Kind::text, "\"do\"")) return std::nullopt;
  const VerbSpec* verb = find_verb(who, verb_name.text);
  if (verb == nullptr) {
    std::vector<std::string_view> words;
    for (const VerbSpec& spec : verbs()) {
      if (spec.who == who) words.push_back(spec.name);
    }
    problem(verb_name.at, fmt::format("{} cannot do \"{}\"{}", server ? "the server" : "a device",
                                      verb_name.text, suggestion(verb_name.text, words)));
    return std::nullopt;
  }
  Action action{verb, std::move(devices), {}, false};
  std::vector<std::string_view> keys{"on", "do"};
  if (!server) keys.push_back("if_running");
  if (const Value* given = value.find("if_running"); given != nullptr && !server) {
    action.if_running = read_flag(*given, "\"if_running\"").value_or(false);
  }
  for (const ArgumentSpec& spec : verb->arguments) keys.push_back(spec.name);
  check_keys(value, keys, fmt::format("a step that does \"{}\"", verb->name));
  for (const ArgumentSpec& spec : verb->arguments) {
    const Value* given = value.find(spec.name);
    if (given == nullptr) {
      if (spec.required) {
        problem(value.at, fmt::format("\"{}\" needs \"{}\": {}", verb->name, spec.name, spec.doc));
        return std::nullopt;
      }
      continue;
    }
    auto argument = bind_argument(*given, spec, action);
    if (!argument) return std::nullopt;
    action.arguments.push_back({&spec, std::move(*argument)});
  }
  if (const Micros pace_us = action.number("pace", 0); pace_us > 0) {
    const auto keys_pressed = static_cast<Micros>(action.text("text").size());
    const Micros most = kDurationMax / pace_us;
    spend(value.at, keys_pressed > most ? kDurationMax + 1 : keys_pressed * pace_us);
  }
  return action;
}

std::optional<ArgumentValue> Binder::bind_argument(const Value& value, const ArgumentSpec& spec,
                                                   const Action& action) {
  const std::string what = fmt::format("\"{}\"", spec.name);
  auto as = [](auto read) -> std::optional<ArgumentValue> {
    if (!read) return std::nullopt;
    return ArgumentValue(std::move(*read));
  };
  switch (spec.kind) {
    case ArgumentKind::flag:
      return as(read_flag(value, what));
    case ArgumentKind::count:
      return as(read_number(value, what, spec.name == "line" || spec.name == "times" ? 1 : 0));
    case ArgumentKind::number:
      return as(read_number(value, what, -500'000));
    case ArgumentKind::duration:
      return as(read_duration(value, what, false));
    case ArgumentKind::signed_duration:
      return as(read_duration(value, what, true));
    case ArgumentKind::text:
      return as(read_long_text(value, what));
    case ArgumentKind::word:
      return as(read_word(value, spec.name, spec.choices));
    case ArgumentKind::frame_type:
      return as(read_word(value, "type of frame", frame_types()));
    case ArgumentKind::chat:
      return as(read_chat(value));
    case ArgumentKind::device:
      return as(read_device(value));
    case ArgumentKind::raw_frame:
      if (value.is(Value::Kind::text)) return as(read_long_text(value, what));
      return ArgumentValue(to_json(value));
    case ArgumentKind::new_envelope:
      return as(read_new_envelope(value, what));
    case ArgumentKind::envelope:
      return as(read_envelope(value));
    case ArgumentKind::new_name: {
      auto name = read_name(value, what);
      if (!name) return std::nullopt;
      for (const ScenarioChat& chat : scenario_.chats) {
        if (chat.name != *name) continue;
        problem(value.at, fmt::format("there is already a chat \"{}\"", *name));
        return std::nullopt;
      }
      ScenarioChat chat;
      chat.name = *name;
      chat.account = scenario_.devices[action.devices.front()].config.account;
      chat.composed = true;
      scenario_.chats.push_back(chat);
      return ArgumentValue(scenario_.chats.size() - 1);
    }
  }
  return std::nullopt;
}

std::optional<Expectation> Binder::bind_expectation(const Value& value,
                                                    std::vector<std::size_t> devices, bool server) {
  static constexpr std::string_view device_keys[] = {"on", "expect", "within"};
  static constexpr std::string_view server_keys[] = {"on", "expect", "within", "account"};
  if (server) {
    check_keys(value, server_keys, "an expectation");
  } else {
    check_keys(value, device_keys, "an expectation");
  }
  Expectation out;
  out.devices = std::move(devices);
  if (const Value* account = value.find("account"); account != nullptr && server) {
    out.account = read_account(*account);
  }
  if (const Value* within = value.find("within")) {
    out.within_us = read_duration(*within, "within", false);
    if (out.within_us) spend(within->at, *out.within_us);
  }
  const Value& wanted = *value.find("expect");
  if (!expect_kind(wanted, Value::Kind::object, "\"expect\"")) return std::nullopt;
  if (wanted.members.empty()) {
    problem(wanted.at, "\"expect\" expects nothing");
    return std::nullopt;
  }
  for (const Member& member : wanted.members) {
    bind_check(member.value, member.key, member.at, server ? Who::server : Who::device, out.checks);
  }
  return out;
}

}  // namespace dp::sim
