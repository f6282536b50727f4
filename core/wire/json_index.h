// A strict reader of one JSON object: it lays a flat index of nodes over the text of a frame.
//
// Why our own reader: strictness is the point here (duplicate keys, also when spelled with
// escapes; canonical integers; depth, size and item bounds; UTF-8), and the codec is the ceiling of
// the simulator. The house library drops duplicate keys, allocates a tree node per value and costs
// several microseconds for a frame of 500 bytes; this index costs a fraction of that, because a
// string without escapes stays a view into the text and one vector holds all nodes.
//
// Guarantees: reading is total and linear (n log n for keys of large objects); memory is bounded by
// kNodesPerItem * array_items_max nodes and one arena no longer than the text; nothing outside RFC
// 8259 is accepted, nor a byte order mark, a lone surrogate, or anything after the object. An index
// that failed still holds the nodes read before the fault, so that ids may be salvaged from it.
// Lifetime: the text must outlive the index; views handed out die with either.
// Does not: convert numbers it will not use. A number is either an integer in [0, 2^53 - 1] written
// with digits only, or `other_number`, which no field of the protocol accepts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/limits.h"

namespace dp::wire {

enum class JsonKind : std::uint8_t { null, boolean, integer, other_number, string, array, object };

enum class JsonStatus : std::uint8_t {
  ok,
  malformed,  // not one strict JSON object: syntax, UTF-8, duplicate key, depth
  oversize,   // JSON so far, but a string is too long or there are too many items
};

// One value. Nodes lie in document order: the children of node i start at i + 1, and `next` is the
// index of the node after its whole subtree, so siblings are reached by following `next`.
struct JsonNode {
  std::string_view key;      // unescaped; empty for array items and the root
  std::string_view text;     // of a string, unescaped
  std::uint64_t number = 0;  // of an integer or boolean; the item count of an array or object
  std::uint32_t next = 0;    // kUnclosed while its container is still open
  JsonKind kind = JsonKind::null;
};

class JsonIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr std::uint32_t kUnclosed = UINT32_MAX;
  static constexpr std::uint32_t kRoot = 0;
  // A hard ceiling that no configuration lifts, because reading recurses.
  static constexpr std::size_t kNestingCeiling = 32;
  // The widest frame has nine members for each item of its list.
  static constexpr std::size_t kNodesPerItem = 16;

  JsonIndex(std::string_view text, const WireLimits& limits);
  JsonIndex(const JsonIndex&) = delete;
  JsonIndex& operator=(const JsonIndex&) = delete;

  JsonStatus status() const { return status_; }
  const JsonNode& node(std::uint32_t at) const { return nodes_[at]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }

  // First child of an array or object, kNone if it has none.
  std::uint32_t first_child(std::uint32_t container) const {
    return container + 1 < size() && nodes_[container].next != container + 1 ? container + 1
                                                                             : kNone;
  }
  // The sibling after `child` inside `container`, kNone after the last.
  std::uint32_t next_sibling(std::uint32_t container, std::uint32_t child) const {
    const std::uint32_t next = nodes_[child].next;
    return next < size() && next < nodes_[container].next ? next : kNone;
  }
  // The member called `key`, kNone if there is none. Also valid on an index that failed.
  std::uint32_t find(std::uint32_t object, std::string_view key) const;
  // As find, and kNone as well if the key occurs twice, which only a failed index can show.
  std::uint32_t find_unique(std::uint32_t object, std::string_view key) const;

 private:
  class Parser;

  std::vector<JsonNode> nodes_;
  std::string arena_;  // unescaped strings; reserved once, so views into it stay valid
  JsonStatus status_ = JsonStatus::malformed;
};

}  // namespace dp::wire
