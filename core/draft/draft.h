// A draft as a device knows it in clear: the content of a sealed payload.
//
// Lines are the unit of merging; each carries the dot of the save that last changed it.
// `vv` is every dot the text includes; `cleared` is the join of the vectors of every CLEAR and
// SENT it includes. A draft without lines is a tombstone (operation clear or sent).
//
// Normal form, which `saved`, `consumed` and `merge` keep and the payload decoder insists on:
//   1 lines are non-empty exactly when the operation is set, and never a single empty line;
//   2 vv covers `dot`, `cleared`, and the dot of every line and the writer of every copy;
//   3 `cleared` covers the dot of no line, in the text or in a copy;
//   4 copies are in ascending order, no two have the same lines, a tombstone has none;
//   5 unknown fields have ascending, distinct tags, none of them a tag of this schema.
//
// Guarantees: value type; equality is equality of everything a device must agree on.
// Does not: know versions, envelopes or slots (those belong to the client); normalise Unicode or
// line ends; check that text is UTF-8 (the client does, where text comes in).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/draft/version_vector.h"
#include "core/vocabulary/bytes.h"

namespace dp::draft {

enum class Operation : std::uint8_t { set = 1, clear = 2, sent = 3 };

struct Line {
  std::string text;  // without its newline; may hold any other code point, NUL and CR included
  Dot dot;
  bool operator==(const Line&) const = default;
  // The save before the text: which of two texts is the greater must not show in an order (SEC-02).
  auto operator<=>(const Line& other) const {
    return std::tie(dot, text) <=> std::tie(other.dot, other.text);
  }
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

// Sequences and logical clocks never exceed what a JSON or JavaScript number carries exactly.
inline constexpr std::uint64_t kDraftNumberMax = (std::uint64_t{1} << 53) - 1;

// A newline separates lines: "" has none, "a\n" has two. join_lines(split_lines(t)) == t.
std::vector<std::string_view> split_lines(std::string_view text);
std::string join_lines(const Lines& lines);
inline std::string text_of(const Draft& draft) {
  return join_lines(draft.lines);
}

// The three things a person does. `before` is the durable local draft, or null for a fresh slot;
// `dot` must be new: not covered by `before->vv`. A logical clock beyond kDraftNumberMax stays at
// it, so that a hostile clock cannot make a device's own drafts unreadable.
//
// Unchanged lines keep their dots (longest common subsequence, bounded as in line_diff.h); new or
// changed lines take `dot`. Copies and unknown fields are carried over. An empty text is a CLEAR.
Draft saved(const Draft* before, std::string_view text, Dot dot, std::uint64_t logical_clock);
// CLEAR and SENT drop lines and copies (archive before->copies first) and set `cleared` to vv, the
// new dot included.
Draft consumed(const Draft* before, Operation operation, Dot dot, std::uint64_t logical_clock);

}  // namespace dp::draft
