#include "sim/player/conditions.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/draft/draft.h"

namespace dp::sim {
namespace {

constexpr std::size_t kTextShownMax = 200;

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : draft::split_lines(text)) lines.emplace_back(line);
  std::ranges::sort(lines);
  return lines;
}

bool text_holds(const Condition& condition, const std::string& seen) {
  if (condition.is == Condition::Is::of_lines) {
    auto wanted = std::get<std::vector<std::string>>(condition.operand);
    std::ranges::sort(wanted);
    return sorted_lines(seen) == wanted;
  }
  const auto* wanted = std::get_if<std::string>(&condition.operand);
  if (wanted == nullptr) return condition.is == Condition::Is::different;
  switch (condition.is) {
    case Condition::Is::equal:
      return seen == *wanted;
    case Condition::Is::different:
      return seen != *wanted;
    case Condition::Is::containing:
      return seen.find(*wanted) != std::string::npos;
    case Condition::Is::lacking:
      return seen.find(*wanted) == std::string::npos;
    case Condition::Is::starting:
      return seen.starts_with(*wanted);
    default:
      return false;
  }
}

bool number_holds(const Condition& condition, std::int64_t seen) {
  const auto* wanted = std::get_if<std::int64_t>(&condition.operand);
  if (wanted == nullptr) return false;
  switch (condition.is) {
    case Condition::Is::equal:
      return seen == *wanted;
    case Condition::Is::different:
      return seen != *wanted;
    case Condition::Is::at_least:
      return seen >= *wanted;
    case Condition::Is::at_most:
      return seen <= *wanted;
    case Condition::Is::between:
      return seen >= *wanted && seen <= condition.upper;
    default:
      return false;
  }
}

bool list_holds(const Condition& condition, const std::vector<std::string>& seen) {
  const auto* wanted = std::get_if<std::vector<std::string>>(&condition.operand);
  if (wanted == nullptr) return false;
  auto is_seen = [&](const std::string& text) {
    return std::ranges::find(seen, text) != seen.end();
  };
  switch (condition.is) {
    case Condition::Is::equal:
      return seen == *wanted;
    case Condition::Is::holding:
      return std::ranges::all_of(*wanted, is_seen);
    case Condition::Is::free_of:
      return std::ranges::none_of(*wanted, is_seen);
    default:
      return false;
  }
}

// Without a text there is nothing in it, so only "lacks" and "not" can hold.
bool null_holds(const Condition& condition) {
  const bool wants_null = std::holds_alternative<std::monostate>(condition.operand);
  if (condition.is == Condition::Is::equal) return wants_null;
  if (condition.is == Condition::Is::different) return !wants_null;
  return condition.is == Condition::Is::lacking;
}

std::string_view word_of(Condition::Is is) {
  switch (is) {
    case Condition::Is::equal:
      return "";
    case Condition::Is::different:
      return "not ";
    case Condition::Is::at_least:
      return "at least ";
    case Condition::Is::at_most:
      return "at most ";
    case Condition::Is::between:
      return "between ";
    case Condition::Is::containing:
      return "containing ";
    case Condition::Is::lacking:
      return "without ";
    case Condition::Is::starting:
      return "starting with ";
    case Condition::Is::of_lines:
      return "the lines ";
    case Condition::Is::holding:
      return "holding ";
    case Condition::Is::free_of:
      return "holding none of ";
  }
  return "";
}

std::string shown(const std::string& text) {
  if (text.size() <= kTextShownMax) return json_quoted(text);
  std::size_t end = kTextShownMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}... ({} bytes)", json_quoted(text.substr(0, end)), text.size());
}

}  // namespace

bool holds(const Condition& condition, const Seen& seen) {
  if (std::holds_alternative<std::monostate>(seen)) return null_holds(condition);
  if (const auto* text = std::get_if<std::string>(&seen)) return text_holds(condition, *text);
  if (const auto* number = std::get_if<std::int64_t>(&seen)) {
    return number_holds(condition, *number);
  }
  if (const auto* list = std::get_if<std::vector<std::string>>(&seen)) {
    return list_holds(condition, *list);
  }
  return condition.operand == seen;
}

bool all_hold(const std::vector<Condition>& conditions, const Seen& seen) {
  return std::ranges::all_of(conditions,
                             [&](const Condition& condition) { return holds(condition, seen); });
}

std::string in_words(const Seen& seen) {
  if (std::holds_alternative<std::monostate>(seen)) return "nothing";
  if (const auto* flag = std::get_if<bool>(&seen)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&seen)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&seen)) return shown(*text);
  const auto& list = std::get<std::vector<std::string>>(seen);
  std::string out = "[";
  for (std::size_t i = 0; i < list.size() && i < 20; ++i) {
    out += (i > 0 ? ", " : "") + shown(list[i]);
  }
  return out + (list.size() > 20 ? ", ...]" : "]");
}

std::string in_words(const std::vector<Condition>& conditions) {
  std::string out;
  for (const Condition& condition : conditions) {
    if (!out.empty()) out += " and ";
    out += word_of(condition.is);
    out += in_words(condition.operand);
    if (condition.is == Condition::Is::between) out += fmt::format(" and {}", condition.upper);
  }
  return out;
}

}  // namespace dp::sim
