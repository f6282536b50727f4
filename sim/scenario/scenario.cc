#include "sim/scenario/scenario.h"

#include <algorithm>

namespace dp::sim {
namespace {

void collect(const std::vector<Step>& steps, std::vector<bool>& needed) {
  for (const Step& step : steps) {
    if (const auto* action = std::get_if<Action>(&step.what)) {
      needed[static_cast<std::size_t>(action->verb->power)] = true;
    } else if (const auto* repeat = std::get_if<Repeat>(&step.what)) {
      collect(repeat->steps, needed);
    } else if (const auto* expectation = std::get_if<Expectation>(&step.what)) {
      if (expectation->devices.empty()) needed[static_cast<std::size_t>(Power::server)] = true;
    }
  }
}

}  // namespace

NetworkProfile network_of_delay(Micros least_us, Micros jitter_us) {
  static constexpr Micros kPercents[9] = {1, 12, 25, 37, 50, 62, 75, 87, 99};
  DelayTable table;
  for (std::size_t i = 0; i < 9; ++i) {
    table.quantiles_us[i] = least_us + jitter_us / 100 * kPercents[i];
  }
  NetworkProfile profile;
  profile.up = table;
  profile.down = table;
  profile.handshake = table;
  return profile;
}

const Argument* Action::find(std::string_view name) const {
  for (const Argument& argument : arguments) {
    if (argument.spec->name == name) return &argument;
  }
  return nullptr;
}

bool Action::flag(std::string_view name, bool otherwise) const {
  const Argument* argument = find(name);
  return argument == nullptr ? otherwise : std::get<bool>(argument->value);
}

std::int64_t Action::number(std::string_view name, std::int64_t otherwise) const {
  const Argument* argument = find(name);
  return argument == nullptr ? otherwise : std::get<std::int64_t>(argument->value);
}

std::string_view Action::text(std::string_view name, std::string_view otherwise) const {
  const Argument* argument = find(name);
  return argument == nullptr ? otherwise : std::string_view(std::get<std::string>(argument->value));
}

std::optional<std::size_t> Action::index(std::string_view name) const {
  const Argument* argument = find(name);
  if (argument == nullptr) return std::nullopt;
  return std::get<std::size_t>(argument->value);
}

std::vector<Power> Scenario::powers_needed() const {
  std::vector<bool> needed(kPowerCount, false);
  collect(steps, needed);
  collect(finally, needed);
  std::vector<Power> out;
  for (std::size_t i = 0; i < kPowerCount; ++i) {
    if (needed[i]) out.push_back(static_cast<Power>(i));
  }
  return out;
}

}  // namespace dp::sim
