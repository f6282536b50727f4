// Adapters for tests: our own program, made wrong or not, and shell scripts that are no adapters.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "conformance/foreign/foreign_clients.h"
#include "sim/player/player.h"
#include "sim/scenario/bind.h"

namespace dp::conformance {

inline std::string our_adapter(const std::string& broken = "") {
  const std::string command = std::string(DP_PROGRAM) + " adapter";
  return broken.empty() ? command : command + " --broken " + broken;
}

inline sim::ForeignClients clients_of(const std::string& command, bool only_first = false,
                                      ProcessLimits limits = {}) {
  auto pool = AdapterPool::open(command, limits);
  EXPECT_TRUE(pool) << pool.error().code << " " << pool.error().detail;
  return foreign_clients(*pool, only_first);
}

inline sim::Scenario scenario_of(const std::string& name, const std::string& rest) {
  const std::string text = R"({"format": "draftproof-scenario/1", "name": ")" + name +
                           R"(", "story": "A test.", "covers": ["R01"], )" + rest + "}";
  auto scenario = sim::bind_scenario(name + ".json", name, text);
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().front().text());
  return *scenario;
}

inline sim::Played played_by(const sim::Scenario& scenario, const sim::ForeignClients& clients,
                             std::uint64_t seed = 1) {
  sim::PlayOptions options;
  options.seed = seed;
  options.clients = &clients;
  return sim::play(scenario, options);
}

// The signature of the first thing that went wrong; "" if nothing did.
inline std::string signature_of(const sim::Played& played) {
  if (!played.record.violations.empty()) return played.record.violations.front().signature;
  return played.record.error;
}

}  // namespace dp::conformance
