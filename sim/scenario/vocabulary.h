// The words of the scenario language, as tables: verbs, expectations, settings.
//
// Everything that must agree with the words reads these tables: the binder, the JSON Schema
// (schema.h), the reference in docs/scenarios.md (tests compare them) and the runner, which has one
// handler per verb and refuses to start if one is missing.
// A verb names the power it needs from whatever plays the scenario: the simulated world has all
// of them, a program behind the client adapter only some.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace dp::sim {

enum class Power : std::uint8_t {
  person,   // what anyone can do with a keyboard and a mouse
  process,  // starting, killing and cloning the program on a device
  network,  // links between a device and the server
  wire,     // single frames, by type
  disk,     // the storage under a device
  clock,    // wall and monotonic clocks of a node
  server,   // the server program, its cache, database and jobs
};
inline constexpr std::size_t kPowerCount = 7;
std::string_view name(Power power);

enum class Who : std::uint8_t { device, server };

enum class ArgumentKind : std::uint8_t {
  flag,             // true or false
  count,            // 0 .. 2^53 - 1
  number,           // the same, or negative
  duration,         // "1200ms"
  signed_duration,  // "-2h"
  text,             // "..." or {"repeat": "...", "times": n} or {"lines": [...]}
  word,             // one of `choices`
  chat,             // the name of a chat
  new_name,         // a name this step introduces
  device,           // the name of a device
  frame_type,       // the type of a frame, such as draft_conflict
  raw_frame,        // an object or a text, sent as it stands
  new_envelope,     // a name by which frames of later steps know an envelope
  envelope,         // the name of an envelope
};

struct ArgumentSpec {
  std::string_view name;
  ArgumentKind kind = ArgumentKind::flag;
  bool required = false;
  std::string_view doc;
  std::vector<std::string_view> choices = {};
};

struct VerbSpec {
  std::string_view name;
  Who who = Who::device;
  Power power = Power::person;
  std::string_view doc;
  std::vector<ArgumentSpec> arguments = {};
};

enum class TestKind : std::uint8_t {
  flag,       // true or false
  number,     // n or {"at_least": n}, {"at_most": n}, {"between": [a, b]}, {"not": n}
  text,       // "..." or null or {"contains": ...}, {"lacks": ...}, {"lines": [...]}, ...
  word,       // one of `choices`
  chat,       // the name of a chat or null
  chat_list,  // names of chats in this order
  text_list,  // a list of texts, or {"contains": ...}, {"lacks": ...}
};

struct ExpectationSpec {
  std::string_view name;
  Who who = Who::device;
  TestKind kind = TestKind::flag;
  // The value is a map from names of chats, notices or frame types to tests of `kind`.
  enum class By : std::uint8_t { one, chat, notice, frame } by = By::one;
  std::string_view doc;
  std::vector<std::string_view> choices = {};
};

struct SettingSpec {
  std::string_view name;
  Who who = Who::device;
  ArgumentKind kind = ArgumentKind::count;
  std::string_view doc;
};

const std::vector<VerbSpec>& verbs();
const std::vector<ExpectationSpec>& expectations();
const std::vector<SettingSpec>& settings();
const std::vector<std::string_view>& frame_types();  // both directions, sorted

const VerbSpec* find_verb(Who who, std::string_view name);
const ExpectationSpec* find_expectation(Who who, std::string_view name);
const SettingSpec* find_setting(Who who, std::string_view name);

}  // namespace dp::sim
