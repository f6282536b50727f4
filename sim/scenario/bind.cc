// The top of a scenario file: identity, seeds, accounts, devices, chats, faults.
#include "sim/scenario/bind.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/scenario/binder.h"
#include "sim/scenario/suggestion.h"

namespace dp::sim {
namespace {

constexpr std::string_view kFormatFamily = "draftproof-scenario/";
constexpr std::string_view kTopKeys[] = {
    "$schema",  "format",   "name",    "story",       "covers", "seeds",
    "settings", "accounts", "devices", "network",     "chats",  "faults",
    "heal",     "steps",    "finally", "fault_phase", "own_ids"};
constexpr std::size_t kDevicesMax = 1'000;
constexpr std::size_t kChatsMax = 10'000;
constexpr std::size_t kAccountsMax = 100;
constexpr std::uint64_t kSeedsMax = 1'000'000;

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// R01, SEC-15, CONV-01, FLOW-send, FAULT-torn_write, DP-SYNC-014
bool is_covered_id(std::string_view id) {
  if (id.starts_with("R")) return id.size() == 3 && is_digits(id.substr(1));
  if (id.starts_with("SEC-")) return id.size() == 6 && is_digits(id.substr(4));
  if (id.starts_with("CONV-")) return id.size() == 7 && is_digits(id.substr(5));
  for (const std::string_view prefix : {"FLOW-", "FAULT-", "DP-"}) {
    if (id.starts_with(prefix)) return id.size() > prefix.size() && id.size() <= 60;
  }
  return false;
}

std::optional<std::uint64_t> seed_of(std::string_view text) {
  if (!is_digits(text) || text.size() > 16) return std::nullopt;
  std::uint64_t seed = 0;
  for (const char c : text) seed = seed * 10 + static_cast<std::uint64_t>(c - '0');
  return seed <= kVersionMax ? std::optional(seed) : std::nullopt;
}

}  // namespace

void Binder::bind_top(const Value& root, std::string_view stem) {
  if (!expect_kind(root, Value::Kind::object, "a scenario")) return;
  if (!bind_format(root)) return;
  check_keys(root, kTopKeys, "a scenario");
  bind_identity(root, stem);
  if (const Value* seeds = root.find("seeds")) bind_seeds(*seeds);
  scenario_.accounts = {"anna"};
  if (const Value* accounts = root.find("accounts")) bind_accounts(*accounts);
  if (const Value* value = root.find("settings")) bind_settings(*value);
  if (const Value* value = root.find("network")) {
    if (const auto network = bind_network(*value)) scenario_.world.network = *network;
  }
  if (const Value* devices = root.find("devices")) {
    bind_devices(*devices);
  } else {
    problem(root.at, "\"devices\" is missing: name at least one");
  }
  if (const Value* chats = root.find("chats")) bind_chats(*chats);
  if (const Value* faults = root.find("faults")) bind_faults(*faults);
  if (const Value* phase = root.find("fault_phase")) {
    const auto duration = read_duration(*phase, "fault_phase", false);
    if (duration) scenario_.world.fault_phase_us = *duration;
  }
  if (const Value* own = root.find("own_ids")) {
    scenario_.own_ids = read_flag(*own, "own_ids").value_or(false);
  }
  for (std::size_t i = 0; i < scenario_.devices.size(); ++i) scenario_.healed.push_back(i);
  if (const Value* heal = root.find("heal")) bind_heal(*heal);
  const Value* steps = root.find("steps");
  if (steps == nullptr) {
    problem(root.at, "\"steps\" is missing");
  } else {
    scenario_.steps = bind_steps(*steps, 1);
    if (steps->is(Value::Kind::array) && steps->items.empty()) {
      problem(steps->at, "a scenario without steps shows nothing");
    }
  }
  if (const Value* finally = root.find("finally")) scenario_.finally = bind_steps(*finally, 1);
}

bool Binder::bind_format(const Value& root) {
  const Value* format = root.find("format");
  if (format == nullptr) {
    problem(root.at,
            fmt::format("\"format\" is missing; \"format\": \"{}\" was expected", kScenarioFormat));
    return false;
  }
  if (!expect_kind(*format, Value::Kind::text, "\"format\"")) return false;
  if (format->text == kScenarioFormat) return true;
  const std::string_view text = format->text;
  if (text.starts_with(kFormatFamily) && is_digits(text.substr(kFormatFamily.size()))) {
    problem(format->at, fmt::format("the format is {}, which this program does not know; it reads "
                                    "{}. A newer draftproof may read it",
                                    text.substr(0, 60), kScenarioFormat));
  } else {
    problem(format->at, fmt::format("the format must be \"{}\", not \"{}\"", kScenarioFormat,
                                    text.substr(0, 60)));
  }
  return false;
}

void Binder::bind_identity(const Value& root, std::string_view stem) {
  const Value* name = root.find("name");
  if (name == nullptr) {
    problem(root.at, fmt::format("\"name\" is missing; \"name\": \"{}\" was expected", stem));
  } else if (auto text = read_name(*name, "the name of a scenario")) {
    scenario_.name = *text;
    if (*text != stem) {
      problem(name->at,
              fmt::format("the name must be that of the file, \"{}\", not \"{}\"", stem, *text));
    }
  }
  const Value* story = root.find("story");
  if (story == nullptr) {
    problem(root.at, "\"story\" is missing: say in one sentence what the scenario claims");
  } else if (auto text = read_text(*story, "the story")) {
    if (text->empty() || text->size() > 400 || text->find('\n') != std::string::npos) {
      problem(story->at, "the story must be one sentence of at most 400 bytes on one line");
    }
    scenario_.story = std::move(*text);
  }
  if (const Value* covers = root.find("covers")) {
    bind_covers(*covers);
  } else {
    problem(root.at, "\"covers\" is missing: name what the scenario shows, such as \"FLOW-send\"");
  }
}

void Binder::bind_covers(const Value& value) {
  if (!expect_kind(value, Value::Kind::array, "\"covers\"")) return;
  if (value.items.empty()) problem(value.at, "\"covers\" is empty");
  for (const Value& item : value.items) {
    auto id = read_text(item, "an id in \"covers\"");
    if (!id) continue;
    if (!is_covered_id(*id)) {
      problem(item.at, fmt::format("\"{}\" is not an id; ids look like R01, SEC-15, CONV-01, "
                                   "FLOW-send, FAULT-torn_write or DP-SYNC-014",
                                   id->substr(0, 60)));
    }
    scenario_.covers.push_back(std::move(*id));
  }
}

void Binder::bind_seeds(const Value& value) {
  if (value.is(Value::Kind::integer)) {
    if (const auto seed = read_number(value, "seeds", 0)) {
      scenario_.seeds = {static_cast<std::uint64_t>(*seed), static_cast<std::uint64_t>(*seed)};
    }
    return;
  }
  if (!expect_kind(value, Value::Kind::text, "\"seeds\" (a number or \"A..B\")")) return;
  const std::size_t dots = value.text.find("..");
  const auto first = seed_of(std::string_view(value.text).substr(0, dots));
  const auto last =
      dots == std::string::npos ? first : seed_of(std::string_view(value.text).substr(dots + 2));
  if (!first || !last) {
    return problem(value.at, fmt::format("\"{}\" is not a range of seeds; write a number or "
                                         "\"1..5\"",
                                         value.text.substr(0, 60)));
  }
  if (*last < *first || *last - *first >= kSeedsMax) {
    return problem(value.at, "a range of seeds goes upwards and has at most a million of them");
  }
  scenario_.seeds = {*first, *last};
}

void Binder::bind_accounts(const Value& value) {
  static constexpr std::string_view keys[] = {"name", "dialect", "suite"};
  static constexpr std::string_view dialects[] = {"sealed", "field"};
  static constexpr std::string_view suites[] = {"xchacha20-poly1305", "aes-256-gcm"};
  if (!expect_kind(value, Value::Kind::array, "\"accounts\"")) return;
  if (value.items.empty() || value.items.size() > kAccountsMax) {
    return problem(value.at, fmt::format("between 1 and {} accounts", kAccountsMax));
  }
  scenario_.accounts.clear();
  scenario_.world.accounts.clear();
  for (const Value& item : value.items) {
    AccountConfig config;
    const Value* name = &item;
    if (item.is(Value::Kind::object)) {
      check_keys(item, keys, "an account");
      name = item.find("name");
      if (const Value* dialect = item.find("dialect")) {
        const auto word = read_word(*dialect, "dialect", dialects);
        if (word && *word == "field") config.dialect = Dialect::field;
      }
      if (const Value* suite = item.find("suite")) {
        const auto word = read_word(*suite, "suite", suites);
        if (word && *word == "aes-256-gcm") config.suite = crypto::Suite::aes256_gcm;
      }
      if (name == nullptr) {
        problem(item.at, "an account needs a \"name\"");
        continue;
      }
    }
    auto text = read_name(*name, "an account");
    if (!text) continue;
    if (std::ranges::find(scenario_.accounts, *text) != scenario_.accounts.end()) {
      problem(name->at, fmt::format("there is already an account \"{}\"", *text));
    }
    scenario_.accounts.push_back(std::move(*text));
    scenario_.world.accounts.push_back(config);
  }
}

std::optional<NetworkProfile> Binder::bind_network(const Value& value) {
  static constexpr std::string_view names[] = {"home", "instant", "mobile", "satellite"};
  static constexpr std::string_view keys[] = {"delay", "jitter"};
  if (value.is(Value::Kind::text)) {
    const auto word = read_word(value, "network", names);
    if (!word) return std::nullopt;
    if (*word == "instant") return network_of_delay(1 * kMillisecond, 0);
    if (*word == "mobile") {
      return network_of_delay(60 * kMillisecond, 900 * kMillisecond);
    }
    if (*word == "satellite") {
      return network_of_delay(560 * kMillisecond, 200 * kMillisecond);
    }
    return NetworkProfile{};
  }
  if (!expect_kind(value, Value::Kind::object, "\"network\" (a name or {\"delay\": ...})")) {
    return std::nullopt;
  }
  check_keys(value, keys, "a network");
  const Value* delay = value.find("delay");
  if (delay == nullptr) {
    problem(value.at, "a network needs a \"delay\"");
    return std::nullopt;
  }
  const auto least = read_duration(*delay, "delay", false);
  std::optional<Micros> jitter = 0;
  if (const Value* given = value.find("jitter")) jitter = read_duration(*given, "jitter", false);
  if (!least || !jitter) return std::nullopt;
  return network_of_delay(*least, *jitter);
}

void Binder::bind_devices(const Value& value) {
  if (!expect_kind(value, Value::Kind::array, "\"devices\"")) return;
  if (value.items.empty() || value.items.size() > kDevicesMax) {
    return problem(value.at, fmt::format("between 1 and {} devices", kDevicesMax));
  }
  for (const Value& item : value.items) bind_device(item);
}

void Binder::bind_device(const Value& value) {
  static constexpr std::string_view keys[] = {"name",       "account",   "power",   "online",
                                              "clock_skew", "drift_ppm", "network", "write_delay",
                                              "seal_delay", "settings"};
  static constexpr std::string_view powers[] = {"on", "off"};
  ScenarioDevice device;
  device.config.client = client_settings_;
  const Value* name = &value;
  if (value.is(Value::Kind::object)) {
    check_keys(value, keys, "a device");
    name = value.find("name");
    if (name == nullptr) return problem(value.at, "a device needs a \"name\"");
    auto set = [&](std::string_view key, auto read, auto& field) {
      const Value* given = value.find(key);
      if (given == nullptr) return;
      if (auto result = read(*given)) field = *result;
    };
    DeviceConfig& config = device.config;
    set("account", [&](const Value& v) { return read_account(v); }, config.account);
    set("online", [&](const Value& v) { return read_flag(v, "online"); }, config.online);
    set(
        "clock_skew", [&](const Value& v) { return read_duration(v, "clock_skew", true); },
        config.clock.wall_skew_us);
    set(
        "drift_ppm", [&](const Value& v) { return read_number(v, "drift_ppm", -500'000); },
        config.clock.drift_ppm);
    set("network", [&](const Value& v) { return bind_network(v); }, config.network);
    set(
        "write_delay", [&](const Value& v) { return read_duration(v, "write_delay", false); },
        config.write_delay_us);
    set(
        "seal_delay", [&](const Value& v) { return read_duration(v, "seal_delay", false); },
        config.seal_delay_us);
    if (const Value* given = value.find("power")) {
      const auto word = read_word(*given, "power", powers);
      config.powered_on = !word || *word == "on";
    }
    if (const Value* given = value.find("settings")) {
      if (expect_kind(*given, Value::Kind::object, "\"settings\"")) {
        bind_side_settings(*given, Who::device, config.client);
      }
    }
  }
  auto text = read_name(*name, "a device");
  if (!text) return;
  for (const ScenarioDevice& other : scenario_.devices) {
    if (other.name == *text)
      problem(name->at, fmt::format("there is already a device \"{}\"", *text));
  }
  device.name = std::move(*text);
  scenario_.devices.push_back(std::move(device));
}

void Binder::bind_chats(const Value& value) {
  static constexpr std::string_view keys[] = {"name", "account", "messages", "exists"};
  if (!expect_kind(value, Value::Kind::array, "\"chats\"")) return;
  if (value.items.size() > kChatsMax) {
    return problem(value.at, fmt::format("at most {} chats", kChatsMax));
  }
  for (const Value& item : value.items) {
    ScenarioChat chat;
    const Value* name = &item;
    if (item.is(Value::Kind::object)) {
      check_keys(item, keys, "a chat");
      name = item.find("name");
      if (name == nullptr) {
        problem(item.at, "a chat needs a \"name\"");
        continue;
      }
      if (const Value* account = item.find("account")) {
        chat.account = read_account(*account).value_or(0);
      }
      if (const Value* messages = item.find("messages")) {
        chat.messages =
            static_cast<std::uint64_t>(read_number(*messages, "messages", 0).value_or(0));
      }
      chat.exists = chat.messages > 0;
      if (const Value* exists = item.find("exists")) {
        chat.exists = read_flag(*exists, "exists").value_or(false);
        if (!chat.exists && chat.messages > 0) {
          problem(exists->at, "a chat that does not exist has no messages");
        }
      }
    }
    auto text = read_name(*name, "a chat");
    if (!text) continue;
    for (const ScenarioChat& other : scenario_.chats) {
      if (other.name == *text) {
        problem(name->at, fmt::format("there is already a chat \"{}\"", *text));
      }
    }
    chat.name = std::move(*text);
    scenario_.chats.push_back(std::move(chat));
  }
}

void Binder::bind_faults(const Value& value) {
  if (!expect_kind(value, Value::Kind::object, "\"faults\"")) return;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    names.push_back(name(static_cast<FaultKind>(i)));
  }
  check_keys(value, names, "\"faults\"");
  for (const Member& member : value.members) {
    const auto found = std::ranges::find(names, std::string_view(member.key));
    const auto intensity = read_number(member.value, "an intensity", 0);
    if (found == names.end() || !intensity) continue;
    const auto kind = static_cast<FaultKind>(found - names.begin());
    const std::int64_t most = is_timed(kind) ? 10'000 : 1'000'000;
    if (*intensity > most) {
      problem(member.value.at,
              fmt::format("at most {} here: \"{}\" is {}", most, member.key,
                          is_timed(kind) ? "counted per run" : "in parts per million"));
      continue;
    }
    scenario_.world.faults[kind] = static_cast<std::uint32_t>(*intensity);
  }
}

void Binder::bind_heal(const Value& value) {
  if (!expect_kind(value, Value::Kind::array, "\"heal\" (a list of devices)")) return;
  scenario_.healed.clear();
  for (const Value& item : value.items) {
    if (const auto device = read_device(item)) scenario_.healed.push_back(*device);
  }
  if (value.items.empty()) problem(value.at, "at least one device must heal");
}

std::expected<Scenario, std::vector<Problem>> bind_scenario(std::string_view file,
                                                            std::string_view stem,
                                                            std::string_view bytes) {
  auto root = read_document(file, bytes);
  if (!root) return std::unexpected(std::vector<Problem>{root.error()});
  Scenario scenario;
  scenario.file = std::string(file);
  Binder binder(file, scenario);
  binder.bind_top(*root, stem);
  if (!binder.problems().empty()) {
    std::vector<Problem> problems = binder.problems();
    std::ranges::sort(problems, [](const Problem& a, const Problem& b) {
      return std::tie(a.at, a.message) < std::tie(b.at, b.message);
    });
    return std::unexpected(std::move(problems));
  }
  return scenario;
}

}  // namespace dp::sim
