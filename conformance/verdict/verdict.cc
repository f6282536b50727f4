#include "conformance/verdict/verdict.h"

#include <array>

namespace dp::conformance {
namespace {

constexpr std::array<std::string_view, kVerdictCount> kNames = {
    "pass",           "loose",      "fail",  "info",         "unsupported",
    "not-applicable", "untestable", "flaky", "harness-error"};

}  // namespace

std::string_view name(Verdict verdict) {
  return kNames[static_cast<std::size_t>(verdict)];
}

std::optional<Verdict> verdict_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Verdict>(i);
  }
  return std::nullopt;
}

bool is_red(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::untestable || verdict == Verdict::flaky ||
         verdict == Verdict::harness_error;
}

std::string_view name(Overall overall) {
  switch (overall) {
    case Overall::conformant:
      return "conformant";
    case Overall::not_conformant:
      return "not-conformant";
    case Overall::incomplete:
      return "incomplete";
    case Overall::harness_broken:
      return "harness-broken";
  }
  return "";
}

sim::ExitCode exit_code(Overall overall) {
  switch (overall) {
    case Overall::conformant:
      return sim::ExitCode::all_hold;
    case Overall::not_conformant:
      return sim::ExitCode::violation;
    case Overall::incomplete:
      return sim::ExitCode::incomplete;
    case Overall::harness_broken:
      return sim::ExitCode::broken;
  }
  return sim::ExitCode::broken;
}

}  // namespace dp::conformance
