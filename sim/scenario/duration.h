// Time literals of scenario files: whole numbers with units, "1200ms", "1h30m", "-2d".
//
// Units are us, ms, s, m, h, d; each at most once and the larger first. No fractions (write 1500ms,
// not 1.5s), no bare numbers, nothing longer than 3650 days.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "core/vocabulary/time.h"

namespace dp::sim {

inline constexpr Micros kDurationMax = 3'650 * kDay;

// The error says what was expected. Negative durations only where `allow_negative`.
std::expected<Micros, std::string> parse_duration(std::string_view text,
                                                  bool allow_negative = false);

// The shortest literal that parses back: 5'400'000'000 -> "1h30m". 0 -> "0s".
std::string duration_text(Micros duration);

}  // namespace dp::sim
