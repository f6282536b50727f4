#include "sim/scenario/duration.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace dp::sim {
namespace {

constexpr std::array<std::pair<std::string_view, Micros>, 6> kUnits{
    {{"d", kDay}, {"h", kHour}, {"m", kMinute}, {"s", kSecond}, {"ms", kMillisecond}, {"us", 1}}};

std::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return std::unexpected(
      fmt::format("\"{}\" is not a time{}; write whole numbers with units us, ms, s, m, h, d, the "
                  "larger first, such as \"1200ms\" or \"1h30m\"",
                  text.substr(0, 40), why));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::expected<Micros, std::string> parse_duration(std::string_view text, bool allow_negative) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative) {
    if (!allow_negative) return wrong(text, " here: it may not be negative");
    rest.remove_prefix(1);
  }
  if (rest.empty()) return wrong(text, "");
  Micros total = 0;
  std::size_t next_unit = 0;
  while (!rest.empty()) {
    std::size_t digits = 0;
    Micros number = 0;
    while (digits < rest.size() && is_digit(rest[digits])) {
      number = number * 10 + (rest[digits] - '0');
      if (number > kDurationMax) return wrong(text, ": longer than 3650 days");
      ++digits;
    }
    if (digits == 0) return wrong(text, "");
    rest.remove_prefix(digits);
    if (rest.starts_with('.') || rest.starts_with(',')) return wrong(text, ": no fractions");
    std::size_t letters = 0;
    while (letters < rest.size() && !is_digit(rest[letters])) ++letters;
    const std::string_view name = rest.substr(0, letters);
    if (name.empty()) return wrong(text, ": the unit is missing");
    std::size_t unit = next_unit;
    while (unit < kUnits.size() && kUnits[unit].first != name) ++unit;
    if (unit == kUnits.size()) return wrong(text, "");
    next_unit = unit + 1;
    if (number > kDurationMax / kUnits[unit].second) return wrong(text, ": longer than 3650 days");
    total += number * kUnits[unit].second;
    if (total > kDurationMax) return wrong(text, ": longer than 3650 days");
    rest.remove_prefix(letters);
  }
  return negative ? -total : total;
}

std::string duration_text(Micros duration) {
  if (duration == 0) return "0s";
  std::string out = duration < 0 ? "-" : "";
  Micros rest = duration < 0 ? -duration : duration;
  for (const auto& [name, size] : kUnits) {
    if (rest < size) continue;
    out += fmt::format("{}{}", rest / size, name);
    rest %= size;
  }
  return out;
}

}  // namespace dp::sim
