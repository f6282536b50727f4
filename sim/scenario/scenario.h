// A scenario after its file was read and checked: what a world needs, and nothing unresolved.
//
// Names of devices, chats and verbs have become indices and table entries, times microseconds,
// texts whole strings; every step keeps its place in the file for the story of a failure.
// Values copy and are shared read-only by the threads that run them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/scenario/document.h"
#include "sim/scenario/vocabulary.h"
#include "sim/world/config.h"

namespace dp::sim {

inline constexpr std::string_view kScenarioFormat = "draftproof-scenario/1";

struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1;  // inclusive
  bool operator==(const SeedRange&) const = default;
};

struct ScenarioDevice {
  std::string name;
  DeviceConfig config;
};

struct ScenarioChat {
  std::string name;
  std::size_t account = 0;
  std::uint64_t messages = 0;
  bool exists = false;    // the server knows it before the first step
  bool composed = false;  // gets its id from a composer during the run
};

// ---- steps
// A network on which every frame takes `least_us` and up to `jitter_us` more.
NetworkProfile network_of_delay(Micros least_us, Micros jitter_us);

// ---------------------------------------------------------------------------------------
using ArgumentValue = std::variant<bool, std::int64_t, std::string, std::size_t>;

struct Argument {
  const ArgumentSpec* spec = nullptr;
  ArgumentValue value;  // flag, number or time, text or word or frame, index of what is named
};

struct Action {
  const VerbSpec* verb = nullptr;
  std::vector<std::size_t> devices;  // empty for the server
  std::vector<Argument> arguments;
  bool if_running = false;  // a device that cannot do it is left out instead of being an error

  const Argument* find(std::string_view name) const;
  bool flag(std::string_view name, bool otherwise) const;
  std::int64_t number(std::string_view name, std::int64_t otherwise) const;
  std::string_view text(std::string_view name, std::string_view otherwise = {}) const;
  std::optional<std::size_t> index(std::string_view name) const;
};

struct Condition {
  enum class Is : std::uint8_t {
    equal,
    different,
    at_least,
    at_most,
    between,
    containing,
    lacking,
    starting,
    of_lines,  // a text whose lines are these, in any order
    holding,   // a list that holds all of these
    free_of,   // a list that holds none of these
  };
  using Operand =
      std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>>;
  Is is = Is::equal;
  Operand operand;         // monostate is null
  std::int64_t upper = 0;  // of between
};

struct Check {
  const ExpectationSpec* spec = nullptr;
  std::string key;                  // of a map: name of the chat, notice or frame type
  std::optional<std::size_t> chat;  // of a map by chat
  std::vector<Condition> conditions;
  Position at;
};

struct Expectation {
  std::vector<std::size_t> devices;    // empty for the server
  std::optional<std::size_t> account;  // for the server; else that of each chat
  std::vector<Check> checks;
  std::optional<Micros> within_us;  // keep running until it holds, at most so long
};

struct Wait {
  Micros duration_us = 0;
};
struct Quiet {};   // run until nothing is going on, faults as they are
struct Settle {};  // end every fault, then run until nothing is going on

struct Step;
struct Repeat {
  std::int64_t times = 0;
  std::vector<Step> steps;
};

struct Step {
  Position at;
  std::string source;  // the step as it was written, compact, cut to a line
  std::variant<Wait, Quiet, Settle, Action, Expectation, Repeat> what;
};

struct Scenario {
  std::string file;
  std::string name;
  std::string story;
  std::vector<std::string> covers;
  SeedRange seeds;
  WorldConfig world;  // without seed, cipher mode, and devices
  std::vector<std::string> accounts;
  std::vector<ScenarioDevice> devices;
  std::vector<ScenarioChat> chats;
  std::vector<std::string> envelopes;  // names of those that steps keep or forge
  std::vector<std::size_t> healed;     // devices that are healed at the end
  std::vector<Step> steps;
  std::vector<Step> finally;
  bool own_ids = false;  // names ids as our own client draws them with this seed

  // Every power that some step needs, for players that do not have all of them.
  std::vector<Power> powers_needed() const;
};

}  // namespace dp::sim
