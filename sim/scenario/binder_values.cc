// Typed pieces of a scenario file: texts, numbers, times, names, and the nearest right word.
#include <fmt/format.h>

#include "sim/scenario/bind.h"
#include "sim/scenario/binder.h"
#include "sim/scenario/duration.h"
#include "sim/scenario/suggestion.h"

namespace dp::sim {
namespace {

constexpr std::size_t kTextBytesMax = 2u << 20;
constexpr std::size_t kTextBytesOfFileMax = 16u << 20;
constexpr std::size_t kNameCharsMax = 48;

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kNameCharsMax) return false;
  for (const char c : text) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  }
  return text.front() != '-';
}

}  // namespace

void Binder::problem(Position at, std::string message) {
  if (problems_.size() < kProblemsMax) {
    problems_.push_back({std::string(file_), at, std::move(message)});
  }
}

bool Binder::expect_kind(const Value& value, Value::Kind kind, std::string_view what) {
  if (value.is(kind)) return true;
  problem(value.at,
          fmt::format("{} must be {}, not {}", what, kind_name(kind), kind_name(value.kind)));
  return false;
}

void Binder::check_keys(const Value& object, std::span<const std::string_view> keys,
                        std::string_view where) {
  for (const Member& member : object.members) {
    bool known = false;
    for (const std::string_view key : keys) known = known || key == member.key;
    if (known) continue;
    problem(member.at, fmt::format("unknown key \"{}\" in {}{}", member.key, where,
                                   suggestion(member.key, keys)));
  }
}

std::optional<std::string> Binder::read_text(const Value& value, std::string_view what) {
  if (!expect_kind(value, Value::Kind::text, what)) return std::nullopt;
  return value.text;
}

std::optional<bool> Binder::read_flag(const Value& value, std::string_view what) {
  if (!expect_kind(value, Value::Kind::boolean, what)) return std::nullopt;
  return value.boolean;
}

std::optional<std::int64_t> Binder::read_number(const Value& value, std::string_view what,
                                                std::int64_t least) {
  if (!expect_kind(value, Value::Kind::integer, what)) return std::nullopt;
  if (value.integer < least) {
    problem(value.at, fmt::format("{} must be at least {}, not {}", what, least, value.integer));
    return std::nullopt;
  }
  return value.integer;
}

std::optional<Micros> Binder::read_duration(const Value& value, std::string_view what,
                                            bool allow_negative) {
  if (value.is(Value::Kind::integer)) {
    problem(value.at, fmt::format("{} needs a unit: write \"{}ms\" or \"{}s\"", what, value.integer,
                                  value.integer));
    return std::nullopt;
  }
  if (!expect_kind(value, Value::Kind::text, what)) return std::nullopt;
  const auto duration = parse_duration(value.text, allow_negative);
  if (duration) return *duration;
  problem(value.at, fmt::format("{}: {}", what, duration.error()));
  return std::nullopt;
}

std::optional<std::string> Binder::read_word(const Value& value, std::string_view what,
                                             std::span<const std::string_view> choices) {
  if (!expect_kind(value, Value::Kind::text, what)) return std::nullopt;
  for (const std::string_view choice : choices) {
    if (choice == value.text) return value.text;
  }
  problem(value.at,
          fmt::format("unknown {} \"{}\"{}", what, value.text, suggestion(value.text, choices)));
  return std::nullopt;
}

std::optional<std::string> Binder::read_name(const Value& value, std::string_view what) {
  if (!expect_kind(value, Value::Kind::text, what)) return std::nullopt;
  if (value.text == "server" || value.text == "everyone") {
    problem(value.at, fmt::format("{} may not be called \"{}\"; that word has a meaning of its own",
                                  what, value.text));
    return std::nullopt;
  }
  if (is_name(value.text)) return value.text;
  problem(value.at, fmt::format("{} must be 1 to {} characters of a-z, 0-9 and -, not \"{}\"", what,
                                kNameCharsMax, value.text.substr(0, 80)));
  return std::nullopt;
}

std::optional<std::vector<std::string>> Binder::read_texts(const Value& value,
                                                           std::string_view what) {
  if (!expect_kind(value, Value::Kind::array, what)) return std::nullopt;
  std::vector<std::string> out;
  for (const Value& item : value.items) {
    auto text = read_long_text(item, "an item of the list");
    if (!text) return std::nullopt;
    out.push_back(std::move(*text));
  }
  return out;
}

std::optional<std::string> Binder::read_long_text(const Value& value, std::string_view what) {
  std::string text;
  if (value.is(Value::Kind::object)) {
    static constexpr std::string_view keys[] = {"repeat", "times", "lines"};
    check_keys(value, keys, what);
    const Value* repeat = value.find("repeat");
    const Value* times = value.find("times");
    const Value* lines = value.find("lines");
    if ((lines != nullptr) == (repeat != nullptr) || (times != nullptr) != (repeat != nullptr)) {
      problem(value.at, fmt::format("{} is a text, {{\"repeat\": text, \"times\": number}} or "
                                    "{{\"lines\": [texts]}}",
                                    what));
      return std::nullopt;
    }
    if (lines != nullptr) {
      const auto texts = read_texts(*lines, "\"lines\"");
      if (!texts) return std::nullopt;
      for (std::size_t i = 0; i < texts->size(); ++i) text += (i > 0 ? "\n" : "") + (*texts)[i];
    } else {
      const auto unit = read_text(*repeat, "\"repeat\"");
      const auto count = read_number(*times, "\"times\"", 0);
      if (!unit || !count) return std::nullopt;
      if (!unit->empty() && static_cast<std::size_t>(*count) > kTextBytesMax / unit->size()) {
        problem(value.at, "a text may have at most 2 MiB");
        return std::nullopt;
      }
      for (std::int64_t i = 0; i < *count && !unit->empty(); ++i) text += *unit;
    }
  } else if (value.is(Value::Kind::text)) {
    text = value.text;
  } else {
    problem(value.at, fmt::format("{} must be a text, not {}", what, kind_name(value.kind)));
    return std::nullopt;
  }
  text_bytes_ += text.size();
  if (text.size() > kTextBytesMax || text_bytes_ > kTextBytesOfFileMax) {
    problem(value.at, "a text may have at most 2 MiB, and those of a scenario 16 MiB together");
    return std::nullopt;
  }
  return text;
}

std::optional<std::size_t> Binder::read_device(const Value& value) {
  if (!expect_kind(value, Value::Kind::text, "a device")) return std::nullopt;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < scenario_.devices.size(); ++i) {
    if (scenario_.devices[i].name == value.text) return i;
    names.push_back(scenario_.devices[i].name);
  }
  problem(value.at,
          fmt::format("unknown device \"{}\"{}", value.text, suggestion(value.text, names)));
  return std::nullopt;
}

std::optional<std::size_t> Binder::find_chat(std::string_view name, Position at) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < scenario_.chats.size(); ++i) {
    if (scenario_.chats[i].name == name) return i;
    names.push_back(scenario_.chats[i].name);
  }
  problem(at, fmt::format("unknown chat \"{}\"{}", name, suggestion(name, names)));
  return std::nullopt;
}

std::optional<std::size_t> Binder::read_chat(const Value& value) {
  if (!expect_kind(value, Value::Kind::text, "a chat")) return std::nullopt;
  return find_chat(value.text, value.at);
}

std::optional<std::size_t> Binder::read_account(const Value& value) {
  if (!expect_kind(value, Value::Kind::text, "an account")) return std::nullopt;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < scenario_.accounts.size(); ++i) {
    if (scenario_.accounts[i] == value.text) return i;
    names.push_back(scenario_.accounts[i]);
  }
  problem(value.at,
          fmt::format("unknown account \"{}\"{}", value.text, suggestion(value.text, names)));
  return std::nullopt;
}

std::optional<std::size_t> Binder::read_envelope(const Value& value) {
  if (!expect_kind(value, Value::Kind::text, "an envelope")) return std::nullopt;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < scenario_.envelopes.size(); ++i) {
    if (scenario_.envelopes[i] == value.text) return i;
    names.push_back(scenario_.envelopes[i]);
  }
  problem(value.at,
          fmt::format("unknown envelope \"{}\"{}", value.text, suggestion(value.text, names)));
  return std::nullopt;
}

// Made again under its old name it replaces the one before, as in a repeat.
std::optional<std::size_t> Binder::read_new_envelope(const Value& value, std::string_view what) {
  auto name = read_name(value, what);
  if (!name) return std::nullopt;
  for (std::size_t i = 0; i < scenario_.envelopes.size(); ++i) {
    if (scenario_.envelopes[i] == *name) return i;
  }
  scenario_.envelopes.push_back(std::move(*name));
  return scenario_.envelopes.size() - 1;
}

}  // namespace dp::sim
