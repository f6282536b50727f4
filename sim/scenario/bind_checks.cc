// What an expectation expects: plain values and conditions such as {"at_least": 2}.
#include <fmt/format.h>

#include <span>

#include "core/client/words.h"
#include "sim/scenario/binder.h"
#include "sim/scenario/suggestion.h"

namespace dp::sim {
namespace {

using Is = Condition::Is;

struct ConditionWord {
  std::string_view word;
  Is is;
};
constexpr ConditionWord kNumberWords[] = {{"at_least", Is::at_least},
                                          {"at_most", Is::at_most},
                                          {"between", Is::between},
                                          {"not", Is::different}};
constexpr ConditionWord kTextWords[] = {{"contains", Is::containing},
                                        {"lacks", Is::lacking},
                                        {"starts_with", Is::starting},
                                        {"lines", Is::of_lines},
                                        {"not", Is::different}};
constexpr ConditionWord kWordWords[] = {{"not", Is::different}};
constexpr ConditionWord kListWords[] = {{"contains", Is::holding}, {"lacks", Is::free_of}};

std::span<const ConditionWord> words_for(TestKind kind) {
  switch (kind) {
    case TestKind::number:
      return kNumberWords;
    case TestKind::text:
      return kTextWords;
    case TestKind::text_list:
    case TestKind::chat_list:
      return kListWords;
    case TestKind::word:
    case TestKind::chat:
      return kWordWords;
    case TestKind::flag:
      return {};
  }
  return {};
}

}  // namespace

void Binder::bind_check(const Value& value, std::string_view key, Position at, Who who,
                        std::vector<Check>& out) {
  const ExpectationSpec* spec = find_expectation(who, key);
  if (spec == nullptr) {
    std::vector<std::string_view> words;
    for (const ExpectationSpec& known : expectations()) {
      if (known.who == who) words.push_back(known.name);
    }
    return problem(
        at, fmt::format("nothing called \"{}\" can be expected of {}{}", key,
                        who == Who::server ? "the server" : "a device", suggestion(key, words)));
  }
  auto add = [&](const Value& wanted, Position where, std::string name,
                 std::optional<std::size_t> chat) {
    auto conditions = bind_conditions(wanted, *spec);
    if (conditions) out.push_back({spec, std::move(name), chat, std::move(*conditions), where});
  };
  if (spec->by == ExpectationSpec::By::one) return add(value, at, "", std::nullopt);
  if (!value.is(Value::Kind::object) || value.members.empty()) {
    const std::string_view of = spec->by == ExpectationSpec::By::chat     ? "chat"
                                : spec->by == ExpectationSpec::By::notice ? "notice"
                                                                          : "type of frame";
    return problem(value.at,
                   fmt::format("\"{}\" says it for each {}: {{\"{}\": ...}}", key, of, of));
  }
  for (const Member& member : value.members) {
    std::optional<std::size_t> chat;
    if (spec->by == ExpectationSpec::By::chat) {
      chat = find_chat(member.key, member.at);
      if (!chat) continue;
    } else {
      const bool of_notices = spec->by == ExpectationSpec::By::notice;
      const std::span<const std::string_view> names =
          of_notices ? std::span<const std::string_view>(client::kNoticeWords) : frame_types();
      bool known = false;
      for (const std::string_view name : names) known = known || name == member.key;
      if (!known) {
        problem(member.at,
                fmt::format("unknown {} \"{}\"{}", of_notices ? "notice" : "type of frame",
                            member.key, suggestion(member.key, names)));
        continue;
      }
    }
    add(member.value, member.at, member.key, chat);
  }
}

std::optional<std::vector<Condition>> Binder::bind_conditions(const Value& value,
                                                              const ExpectationSpec& spec) {
  std::vector<Condition> out;
  const bool long_text = value.find("repeat") != nullptr;
  if (!value.is(Value::Kind::object) || long_text) {
    auto plain = bind_plain(value, spec);
    if (!plain) return std::nullopt;
    out.push_back(std::move(*plain));
    return out;
  }
  if (value.members.empty()) {
    problem(value.at, "an empty condition holds for anything");
    return std::nullopt;
  }
  std::vector<std::string_view> words;
  for (const ConditionWord& known : words_for(spec.kind)) words.push_back(known.word);
  for (const Member& member : value.members) {
    bool known = false;
    for (const std::string_view word : words) known = known || word == member.key;
    if (!known) {
      problem(member.at, fmt::format("\"{}\" cannot be asked of \"{}\"{}", member.key, spec.name,
                                     suggestion(member.key, words)));
      return std::nullopt;
    }
    auto condition = bind_condition(member.key, member.value, spec);
    if (!condition) return std::nullopt;
    out.push_back(std::move(*condition));
  }
  return out;
}

std::optional<Condition> Binder::bind_plain(const Value& value, const ExpectationSpec& spec) {
  Condition out;
  const std::string what = fmt::format("\"{}\"", spec.name);
  auto take = [&](auto read) -> std::optional<Condition> {
    if (!read) return std::nullopt;
    out.operand = std::move(*read);
    return out;
  };
  const bool nullable = spec.kind == TestKind::text || spec.kind == TestKind::chat;
  if (nullable && value.is(Value::Kind::null)) return out;
  switch (spec.kind) {
    case TestKind::flag:
      return take(read_flag(value, what));
    case TestKind::number:
      return take(read_number(value, what, 0));
    case TestKind::text:
      return take(read_long_text(value, what));
    case TestKind::word:
      return take(read_word(value, spec.name, spec.choices));
    case TestKind::chat: {
      const auto chat = read_chat(value);
      if (!chat) return std::nullopt;
      out.operand = scenario_.chats[*chat].name;
      return out;
    }
    case TestKind::chat_list:
    case TestKind::text_list: {
      auto texts = read_texts(value, what);
      if (!texts) return std::nullopt;
      for (std::size_t i = 0; i < texts->size() && spec.kind == TestKind::chat_list; ++i) {
        if (!find_chat((*texts)[i], value.items[i].at)) return std::nullopt;
      }
      out.operand = std::move(*texts);
      return out;
    }
  }
  return std::nullopt;
}

std::optional<Condition> Binder::bind_condition(std::string_view word, const Value& value,
                                                const ExpectationSpec& spec) {
  Condition out;
  for (const ConditionWord& known : words_for(spec.kind)) {
    if (known.word == word) out.is = known.is;
  }
  const std::string what = fmt::format("\"{}\"", word);
  switch (out.is) {
    case Is::different: {
      auto plain = bind_plain(value, spec);
      if (!plain) return std::nullopt;
      out.operand = std::move(plain->operand);
      return out;
    }
    case Is::at_least:
    case Is::at_most: {
      const auto number = read_number(value, what, 0);
      if (!number) return std::nullopt;
      out.operand = *number;
      return out;
    }
    case Is::between: {
      if (!value.is(Value::Kind::array) || value.items.size() != 2) {
        problem(value.at, "\"between\" takes two numbers: [least, most]");
        return std::nullopt;
      }
      const auto least = read_number(value.items[0], what, 0);
      const auto most = read_number(value.items[1], what, least.value_or(0));
      if (!least || !most) return std::nullopt;
      out.operand = *least;
      out.upper = *most;
      return out;
    }
    case Is::containing:
    case Is::lacking:
    case Is::starting: {
      auto text = read_long_text(value, what);
      if (!text) return std::nullopt;
      if (text->empty()) {
        problem(value.at, fmt::format("\"{}\" of an empty text says nothing", word));
        return std::nullopt;
      }
      out.operand = std::move(*text);
      return out;
    }
    case Is::equal:
    case Is::of_lines:
    case Is::holding:
    case Is::free_of: {
      auto texts = read_texts(value, what);
      if (!texts) return std::nullopt;
      out.operand = std::move(*texts);
      return out;
    }
  }
  return std::nullopt;
}

}  // namespace dp::sim
