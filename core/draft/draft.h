// A draft as a device knows it in clear: the content of a sealed payload.
//
// Lines are the unit of merging; each carries the dot of the save that last changed it.
// `vv` is every dot the text includes; `cleared` is the join of the vectors of every CLEAR and
// SENT it includes. A draft without lines and copies is a tombstone (operation clear or sent).
// Guarantees: value type; equality is equality of everything a device must agree on.
// Does not: know versions, envelopes or slots; those belong to the client.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/draft/version_vector.h"
#include "core/vocabulary/bytes.h"

namespace dp::draft {

enum class Operation : std::uint8_t { set = 1, clear = 2, sent = 3 };

struct Line {
  std::string text;  // without its newline; may hold any other code point, NUL and CR included
  Dot dot;
  auto operator<=>(const Line&) const = default;
};
using Lines = std::vector<Line>;

// The losing side of a conflict, kept whole inside the payload. Identity is lines and dots.
struct Copy {
  std::uint64_t logical_clock = 0;  // of the side that lost: order of age
  WriterId writer;
  Lines lines;
  auto operator<=>(const Copy&) const = default;
};

struct UnknownField {
  std::uint8_t tag = 0;
  Bytes value;
  auto operator<=>(const UnknownField&) const = default;
};

struct Draft {
  Operation operation = Operation::set;
  Dot dot;  // of the save that made it; merges keep the winner's
  std::uint64_t logical_clock = 0;
  VersionVector vv;
  VersionVector cleared;
  Lines lines;
  std::vector<Copy> copies;           // sorted, unique
  std::vector<UnknownField> unknown;  // of a newer schema, preserved in order

  bool is_tombstone() const { return operation != Operation::set; }
  bool operator==(const Draft&) const = default;
};

// "" has no lines; "a\n" has two. join_lines(split) == text for every text except "\n"-free "".
std::vector<std::string_view> split_lines(std::string_view text);
std::string join_lines(const Lines& lines);
inline std::string text_of(const Draft& draft) {
  return join_lines(draft.lines);
}

// The three things a person does. `before` is the durable local draft, or null for a fresh slot.
// Unchanged lines keep their dots (longest common subsequence); new or changed lines take `dot`.
// Copies and unknown fields are carried over by a save; clear and sent drop lines and copies and
// set `cleared` to vv, the new dot included.
Draft saved(const Draft* before, std::string_view text, Dot dot, std::uint64_t logical_clock);
Draft consumed(const Draft* before, Operation operation, Dot dot, std::uint64_t logical_clock);

}  // namespace dp::draft
