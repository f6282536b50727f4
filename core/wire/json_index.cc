#include "core/wire/json_index.h"

#include <algorithm>
#include <cstring>

#include "core/vocabulary/ids.h"
#include "core/wire/json_scan.h"

namespace dp::wire {
namespace {

constexpr std::size_t kIntegerDigitsMax = 16;  // of 2^53 - 1
constexpr std::size_t kPairwiseKeysMax = 16;   // above it, keys are sorted to find duplicates
constexpr std::size_t kUsualNodes = 24;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
    return;
  }
  if (point < 0x800) {
    out += static_cast<char>(0xc0u | (point >> 6));
  } else {
    if (point < 0x10000) {
      out += static_cast<char>(0xe0u | (point >> 12));
    } else {
      out += static_cast<char>(0xf0u | (point >> 18));
      out += static_cast<char>(0x80u | ((point >> 12) & 0x3fu));
    }
    out += static_cast<char>(0x80u | ((point >> 6) & 0x3fu));
  }
  out += static_cast<char>(0x80u | (point & 0x3fu));
}

}  // namespace

// Recursive descent; every function returns false after a fault, and the fault is in status_.
class JsonIndex::Parser {
 public:
  Parser(JsonIndex& index, std::string_view text, const WireLimits& limits)
      : nodes_(index.nodes_),
        arena_(index.arena_),
        at_(text.data()),
        end_(text.data() + text.size()),
        limits_(limits),
        nesting_max_(std::min(limits.nesting_max, kNestingCeiling)),
        nodes_max_(std::min<std::size_t>(limits.array_items_max, UINT32_MAX / 64) * kNodesPerItem +
                   64) {}

  JsonStatus run() {
    nodes_.reserve(std::min(kUsualNodes, nodes_max_));
    skip_space();
    if (at_ == end_ || *at_ != '{') return JsonStatus::malformed;
    if (!value({}, 0)) return status_;
    skip_space();
    if (at_ != end_) return JsonStatus::malformed;
    return string_too_long_ ? JsonStatus::oversize : JsonStatus::ok;
  }

 private:
  bool fault(JsonStatus status = JsonStatus::malformed) {
    status_ = status;
    return false;
  }

  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool value(std::string_view key, std::size_t depth) {
    if (at_ == end_) return fault();
    if (nodes_.size() >= nodes_max_) return fault(JsonStatus::oversize);
    JsonNode node;
    node.key = key;
    switch (*at_) {
      case '{':
        return container(node, JsonKind::object, depth + 1);
      case '[':
        return container(node, JsonKind::array, depth + 1);
      case '"':
        node.kind = JsonKind::string;
        return string(node.text) && append(node);
      case 'n':
        return literal("null") && append(node);
      case 't':
        node.kind = JsonKind::boolean;
        node.number = 1;
        return literal("true") && append(node);
      case 'f':
        node.kind = JsonKind::boolean;
        return literal("false") && append(node);
      default:
        return number(node) && append(node);
    }
  }

  bool append(JsonNode& node) {
    node.next = static_cast<std::uint32_t>(nodes_.size() + 1);
    nodes_.push_back(node);
    return true;
  }

  bool container(JsonNode& node, JsonKind kind, std::size_t depth) {
    if (depth > nesting_max_) return fault();
    node.kind = kind;
    node.next = kUnclosed;
    const auto self = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(node);
    ++at_;
    std::size_t count = 0;
    if (!(kind == JsonKind::object ? members(depth, count) : items(depth, count))) return false;
    nodes_[self].number = count;
    nodes_[self].next = static_cast<std::uint32_t>(nodes_.size());
    return kind == JsonKind::array || keys_differ(self, count);
  }

  bool items(std::size_t depth, std::size_t& count) {
    skip_space();
    if (take(']')) return true;
    do {
      if (++count > limits_.array_items_max) return fault(JsonStatus::oversize);
      skip_space();
      if (!value({}, depth)) return false;
      skip_space();
    } while (take(','));
    return take(']') || fault();
  }

  bool members(std::size_t depth, std::size_t& count) {
    skip_space();
    if (take('}')) return true;
    do {
      if (++count > limits_.array_items_max) return fault(JsonStatus::oversize);
      skip_space();
      std::string_view key;
      if (at_ == end_ || *at_ != '"' || !string(key)) return fault();
      skip_space();
      if (!take(':')) return fault();
      skip_space();
      if (!value(key, depth)) return false;
      skip_space();
    } while (take(','));
    return take('}') || fault();
  }

  bool take(char wanted) {
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }

  bool literal(std::string_view word) {
    if (static_cast<std::size_t>(end_ - at_) < word.size()) return fault();
    if (std::memcmp(at_, word.data(), word.size()) != 0) return fault();
    at_ += word.size();
    return true;
  }

  bool number(JsonNode& node) {
    const char* const start = at_;
    const bool negative = take('-');
    const char* const digits = at_;
    if (!skip_digits() || (*digits == '0' && at_ - digits > 1)) return fault();
    const char* const digits_end = at_;
    if (take('.') && !skip_digits()) return fault();
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!skip_digits()) return fault();
    }
    node.kind = JsonKind::other_number;
    if (negative || at_ != digits_end ||
        static_cast<std::size_t>(digits_end - start) > kIntegerDigitsMax) {
      return true;
    }
    std::uint64_t whole = 0;
    for (const char* digit = digits; digit != digits_end; ++digit) {
      whole = whole * 10 + static_cast<std::uint64_t>(*digit - '0');
    }
    if (whole > kVersionMax) return true;
    node.kind = JsonKind::integer;
    node.number = whole;
    return true;
  }

  bool skip_digits() {
    const char* const start = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != start;
  }

  // Moves to the next quote or backslash; false if the text ends or breaks before it.
  bool skip_to_special() {
    for (;;) {
      at_ = skip_plain(at_, end_);
      if (at_ == end_) return fault();
      if (*at_ == '"' || *at_ == '\\') return true;
      if (static_cast<unsigned char>(*at_) < 0x80) return fault();
      const std::size_t length = utf8_sequence_length(at_, end_);
      if (length == 0) return fault();
      at_ += length;
    }
  }

  bool string(std::string_view& out) {
    const char* const start = ++at_;
    if (!skip_to_special()) return false;
    out = {start, static_cast<std::size_t>(at_ - start)};
    if (*at_ == '\\' && !escaped_string(start, out)) return false;
    ++at_;
    // Noted, not fatal: reading on lets the refusal name the change it refuses.
    if (out.size() > limits_.string_bytes_max) string_too_long_ = true;
    return true;
  }

  // Unescaping never lengthens, so one reservation serves every escaped string of the text.
  bool escaped_string(const char* start, std::string_view& out) {
    if (arena_.empty()) arena_.reserve(static_cast<std::size_t>(end_ - start));
    const std::size_t offset = arena_.size();
    while (*at_ == '\\') {
      arena_.append(start, at_);
      if (!escape()) return false;
      start = at_;
      if (!skip_to_special()) return false;
    }
    arena_.append(start, at_);
    out = {arena_.data() + offset, arena_.size() - offset};
    return true;
  }

  bool escape() {
    ++at_;
    if (at_ == end_) return fault();
    switch (*at_++) {
      case '"':
        arena_ += '"';
        return true;
      case '\\':
        arena_ += '\\';
        return true;
      case '/':
        arena_ += '/';
        return true;
      case 'b':
        arena_ += '\b';
        return true;
      case 'f':
        arena_ += '\f';
        return true;
      case 'n':
        arena_ += '\n';
        return true;
      case 'r':
        arena_ += '\r';
        return true;
      case 't':
        arena_ += '\t';
        return true;
      case 'u':
        return unicode_escape();
      default:
        return fault();
    }
  }

  bool unicode_escape() {
    std::uint32_t point = 0;
    if (!four_hex(point)) return false;
    if (point >= 0xdc00 && point <= 0xdfff) return fault();
    if (point >= 0xd800 && point <= 0xdbff) {
      std::uint32_t low = 0;
      if (!take('\\') || !take('u') || !four_hex(low)) return fault();
      if (low < 0xdc00 || low > 0xdfff) return fault();
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    }
    append_utf8(arena_, point);
    return true;
  }

  bool four_hex(std::uint32_t& value) {
    if (end_ - at_ < 4) return fault();
    for (int i = 0; i < 4; ++i) {
      const int digit = hex_value(*at_++);
      if (digit < 0) return fault();
      value = value << 4 | static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  bool keys_differ(std::uint32_t object, std::size_t count) {
    const std::uint32_t end = nodes_[object].next;
    if (count > kPairwiseKeysMax) return many_keys_differ(object, end, count);
    for (std::uint32_t a = object + 1; a != end; a = nodes_[a].next) {
      for (std::uint32_t b = nodes_[a].next; b != end; b = nodes_[b].next) {
        if (nodes_[a].key == nodes_[b].key) return fault();
      }
    }
    return true;
  }

  bool many_keys_differ(std::uint32_t object, std::uint32_t end, std::size_t count) {
    std::vector<std::string_view> keys;
    keys.reserve(count);
    for (std::uint32_t a = object + 1; a != end; a = nodes_[a].next) keys.push_back(nodes_[a].key);
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) == keys.end() || fault();
  }

  std::vector<JsonNode>& nodes_;
  std::string& arena_;
  const char* at_;
  const char* end_;
  const WireLimits& limits_;
  const std::size_t nesting_max_;
  const std::size_t nodes_max_;
  JsonStatus status_ = JsonStatus::malformed;
  bool string_too_long_ = false;
};

JsonIndex::JsonIndex(std::string_view text, const WireLimits& limits) {
  status_ = Parser(*this, text, limits).run();
}

std::uint32_t JsonIndex::find(std::uint32_t object, std::string_view key) const {
  for (auto child = first_child(object); child != kNone; child = next_sibling(object, child)) {
    if (nodes_[child].key == key) return child;
  }
  return kNone;
}

std::uint32_t JsonIndex::find_unique(std::uint32_t object, std::string_view key) const {
  std::uint32_t found = kNone;
  for (auto child = first_child(object); child != kNone; child = next_sibling(object, child)) {
    if (nodes_[child].key != key) continue;
    if (found != kNone) return kNone;
    found = child;
  }
  return found;
}

}  // namespace dp::wire
