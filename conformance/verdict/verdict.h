// What a suite can say about one case, and about an implementation as a whole.
//
// Guarantees: names are stable, lower case with hyphens; "red" verdicts are those that keep an
// implementation from being called conformant.
// Does not: know what was judged.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/report/exit_code.h"

namespace dp::conformance {

enum class Verdict : std::uint8_t {
  pass,
  loose,           // a SHOULD is not met, or met in a way that will not last; the tag says how
  fail,            // a MUST is not met
  info,            // something worth knowing; judges nothing
  unsupported,     // declared beforehand as not there, and optional
  not_applicable,  // the requirement does not concern this dialect or configuration
  untestable,      // cannot be observed here: counts red, because nobody knows
  flaky,           // passed and failed on equal input
  harness_error,   // the suite, or the program it was to drive, could not do its part
};
inline constexpr std::size_t kVerdictCount = 9;

std::string_view name(Verdict verdict);
std::optional<Verdict> verdict_named(std::string_view name);
bool is_red(Verdict verdict);  // fail, untestable, flaky, harness_error

enum class Overall : std::uint8_t { conformant, not_conformant, incomplete, harness_broken };

std::string_view name(Overall overall);
sim::ExitCode exit_code(Overall overall);

}  // namespace dp::conformance
