// Scenario files as a tree of values that remember where they stand.
//
// JSON with // and /* */ comments, read by a reader of our own: the general library keeps no
// positions after parsing, drops duplicate keys, turns large numbers into doubles and builds the
// tree before limits can stop it. This one refuses, with line and column, what a person would call
// a mistake: duplicate keys, fractions, numbers beyond 2^53 - 1, trailing commas and bytes, broken
// UTF-8, lone surrogates, files over 4 MiB, nesting over 32, more than 200,000 values or 1,000 keys
// in one object.
// Guarantees: total on any bytes, memory bounded by the limits, stops at the first mistake.
// Does not: know what a scenario is (bind.h does), or open files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace dp::sim {

struct Position {
  std::uint32_t line = 1;    // from 1
  std::uint32_t column = 1;  // from 1, in characters, as editors count
  auto operator<=>(const Position&) const = default;
};

// A mistake in a file, said for a person: what was found, what was expected.
struct Problem {
  std::string file;
  Position at;
  std::string message;
  std::string text() const;  // "file:line:column: message", without control characters
  bool operator==(const Problem&) const = default;
};

struct Member;

struct Value {
  enum class Kind : std::uint8_t { null, boolean, integer, text, array, object };
  Kind kind = Kind::null;
  Position at;
  bool boolean = false;
  std::int64_t integer = 0;
  std::string text;
  std::vector<Value> items;
  std::vector<Member> members;

  bool is(Kind wanted) const { return kind == wanted; }
  const Value* find(std::string_view key) const;  // objects only; null if there is none
};

struct Member {
  std::string key;
  Position at;
  Value value;
};

struct DocumentLimits {
  std::size_t bytes_max = 4u << 20;
  std::size_t nesting_max = 32;
  std::size_t values_max = 200'000;
  std::size_t keys_max = 1'000;  // of one object: finding duplicates is quadratic
};

std::expected<Value, Problem> read_document(std::string_view file, std::string_view bytes,
                                            const DocumentLimits& limits = {});

std::string_view kind_name(Value::Kind kind);  // "a text", "a number", ...
// The value as compact JSON, members in file order.
std::string to_json(const Value& value);
std::string json_quoted(std::string_view text);
// What a file says, fit for a line on a terminal: control characters become \u escapes.
std::string one_line(std::string_view text);

}  // namespace dp::sim
