#include "sim/scenario/document.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "core/vocabulary/ids.h"

namespace dp::sim {
namespace {

constexpr std::int64_t kIntegerMax = static_cast<std::int64_t>(kVersionMax);

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Length of the well-formed UTF-8 sequence at the front, or 0.
std::size_t utf8_length(std::string_view text) {
  auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  auto follows = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    if (lead == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;
    if (lead == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

class Reader {
 public:
  Reader(std::string_view file, std::string_view bytes, const DocumentLimits& limits)
      : file_(file), rest_(bytes), limits_(limits) {}

  std::expected<Value, Problem> read() {
    if (rest_.size() > limits_.bytes_max) {
      mistake(fmt::format("the file has {} bytes; at most {} are read", rest_.size(),
                          limits_.bytes_max));
      return std::unexpected(*problem_);
    }
    if (rest_.starts_with("\xEF\xBB\xBF")) {
      mistake("the file begins with a byte order mark; save it as UTF-8 without one");
      return std::unexpected(*problem_);
    }
    Value value;
    skip_blanks();
    if (!problem_ && rest_.empty()) mistake("the file is empty; an object { ... } was expected");
    if (!problem_) value = read_value(1);
    if (!problem_) skip_blanks();
    if (!problem_ && !rest_.empty()) {
      mistake(fmt::format("the document has ended; {} was not expected", here()));
    }
    if (problem_) return std::unexpected(*problem_);
    return value;
  }

 private:
  void mistake(std::string message) { mistake(std::move(message), at_); }
  void mistake(std::string message, Position at) {
    if (!problem_) problem_ = Problem{std::string(file_), at, std::move(message)};
  }

  // What stands at the reading position, for messages.
  std::string here() const {
    if (rest_.empty()) return "the end of the file";
    const auto byte = static_cast<unsigned char>(rest_[0]);
    if (byte < 0x20 || byte == 0x7F) return fmt::format("control character 0x{:02x}", byte);
    const std::size_t length = utf8_length(rest_);
    if (length == 0) return fmt::format("byte 0x{:02x}, which is not UTF-8", byte);
    return fmt::format("'{}'", rest_.substr(0, length));
  }

  void advance(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto byte = static_cast<unsigned char>(rest_[i]);
      if (byte == '\n') {
        ++at_.line;
        at_.column = 1;
      } else if ((byte & 0xC0) != 0x80) {
        ++at_.column;
      }
    }
    rest_.remove_prefix(count);
  }

  void skip_blanks() {
    while (!rest_.empty() && !problem_) {
      const char c = rest_[0];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        advance(1);
      } else if (rest_.starts_with("//")) {
        const std::size_t end = rest_.find('\n');
        advance(end == std::string_view::npos ? rest_.size() : end);
      } else if (rest_.starts_with("/*")) {
        const std::size_t end = rest_.find("*/", 2);
        if (end == std::string_view::npos) {
          mistake("this comment is never closed; \"*/\" was expected");
          return;
        }
        advance(end + 2);
      } else {
        return;
      }
    }
  }

  Value read_value(std::size_t depth) {
    Value value;
    value.at = at_;
    if (depth > limits_.nesting_max) {
      mistake(fmt::format("nested more than {} deep", limits_.nesting_max));
      return value;
    }
    if (++values_ > limits_.values_max) {
      mistake(fmt::format("more than {} values in one file", limits_.values_max));
      return value;
    }
    const char c = rest_.empty() ? '\0' : rest_[0];
    if (c == '{') {
      read_object(value, depth);
    } else if (c == '[') {
      read_array(value, depth);
    } else if (c == '"') {
      value.kind = Value::Kind::text;
      value.text = read_text();
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      read_number(value);
    } else {
      read_word(value);
    }
    return value;
  }

  void read_object(Value& value, std::size_t depth) {
    value.kind = Value::Kind::object;
    advance(1);
    skip_blanks();
    if (!problem_ && rest_.starts_with('}')) return advance(1);
    while (!problem_) {
      if (!rest_.starts_with('"')) {
        const bool comma = rest_.starts_with('}') && !value.members.empty();
        return mistake(comma ? "a comma may not stand before '}'"
                             : fmt::format("{} where a key in quotes was expected", here()));
      }
      Member member;
      member.at = at_;
      member.key = read_text();
      if (value.members.size() == limits_.keys_max) {
        return mistake(fmt::format("more than {} keys in one object", limits_.keys_max), member.at);
      }
      for (const Member& other : value.members) {
        if (problem_ || other.key != member.key) continue;
        mistake(fmt::format("key \"{}\" is given twice; it already stands in line {}", member.key,
                            other.at.line),
                member.at);
      }
      skip_blanks();
      if (problem_) return;
      if (!rest_.starts_with(':')) {
        return mistake(fmt::format("{} where ':' was expected after a key", here()));
      }
      advance(1);
      skip_blanks();
      if (problem_) return;
      member.value = read_value(depth + 1);
      value.members.push_back(std::move(member));
      if (!after_item('}', "a member of an object")) return;
    }
  }

  void read_array(Value& value, std::size_t depth) {
    value.kind = Value::Kind::array;
    advance(1);
    skip_blanks();
    if (!problem_ && rest_.starts_with(']')) return advance(1);
    while (!problem_) {
      if (rest_.starts_with(']')) return mistake("a comma may not stand before ']'");
      value.items.push_back(read_value(depth + 1));
      if (!after_item(']', "an item of a list")) return;
    }
  }

  // True if another item follows; consumes the comma or the closing bracket.
  bool after_item(char closing, std::string_view what) {
    if (problem_) return false;
    skip_blanks();
    if (problem_) return false;
    if (rest_.starts_with(closing)) {
      advance(1);
      return false;
    }
    if (!rest_.starts_with(',')) {
      mistake(fmt::format("{} where ',' or '{}' was expected after {}", here(), closing, what));
      return false;
    }
    advance(1);
    skip_blanks();
    return !problem_;
  }

  void read_number(Value& value) {
    value.kind = Value::Kind::integer;
    std::size_t length = rest_[0] == '-' ? 1 : 0;
    const std::size_t digits_from = length;
    auto is_digit = [&](std::size_t i) {
      return i < rest_.size() && rest_[i] >= '0' && rest_[i] <= '9';
    };
    while (is_digit(length)) ++length;
    const std::size_t digits = length - digits_from;
    if (digits == 0) return mistake("a digit was expected after '-'");
    if (digits > 1 && rest_[digits_from] == '0') return mistake("numbers do not begin with 0");
    if (length < rest_.size() && (rest_[length] == '.' || (rest_[length] | 0x20) == 'e')) {
      return mistake("a whole number was expected; scenarios use no fractions or exponents");
    }
    std::int64_t magnitude = 0;
    for (std::size_t i = digits_from; i < length; ++i) {
      magnitude = magnitude * 10 + (rest_[i] - '0');
      if (magnitude > kIntegerMax) {
        return mistake("a number between -(2^53 - 1) and 2^53 - 1 was expected");
      }
    }
    value.integer = digits_from == 1 ? -magnitude : magnitude;
    advance(length);
  }

  void read_word(Value& value) {
    std::size_t length = 0;
    while (length < rest_.size() &&
           ((rest_[length] | 0x20) >= 'a' && (rest_[length] | 0x20) <= 'z')) {
      ++length;
    }
    const std::string_view word = rest_.substr(0, length);
    if (word == "true" || word == "false") {
      value.kind = Value::Kind::boolean;
      value.boolean = word == "true";
    } else if (word != "null") {
      return mistake(fmt::format(
          "{} where a value was expected (a text in quotes, a number, true, false, null, [ or {{)",
          word.empty() || word.size() > 40 ? here() : fmt::format("'{}'", word)));
    }
    advance(length);
  }

  std::string read_text() {
    std::string out;
    const Position opened = at_;
    advance(1);
    while (!problem_) {
      if (rest_.empty() || rest_[0] == '\n') {
        mistake("this text is never closed; '\"' was expected", opened);
        break;
      }
      const auto byte = static_cast<unsigned char>(rest_[0]);
      if (byte == '"') {
        advance(1);
        break;
      }
      if (byte == '\\') {
        read_escape(out);
        continue;
      }
      const std::size_t length = utf8_length(rest_);
      if (byte < 0x20 || length == 0) {
        mistake(
            fmt::format("{} inside a text; write it as an escape such as \\n or \\u0000", here()));
        break;
      }
      out += rest_.substr(0, length);
      advance(length);
    }
    return out;
  }

  void read_escape(std::string& out) {
    const Position at = at_;
    advance(1);
    const char c = rest_.empty() ? '\0' : rest_[0];
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view values = "\"\\/\b\f\n\r\t";
    if (const std::size_t i = names.find(c); c != '\0' && i != std::string_view::npos) {
      out += values[i];
      return advance(1);
    }
    if (c != 'u')
      return mistake("unknown escape; one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at);
    std::optional<std::uint32_t> code = read_code_unit();
    if (!code) return mistake("four hexadecimal digits were expected after \\u", at);
    if (*code >= 0xD800 && *code < 0xDC00) {
      std::optional<std::uint32_t> low;
      if (rest_.starts_with("\\u")) {
        advance(1);
        low = read_code_unit();
      }
      if (!low || *low < 0xDC00 || *low > 0xDFFF) {
        return mistake("half of a surrogate pair; the other \\u escape was expected", at);
      }
      code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
    } else if (*code >= 0xDC00 && *code <= 0xDFFF) {
      return mistake("the second half of a surrogate pair without the first", at);
    }
    append_utf8(out, *code);
  }

  // Reads "uXXXX" with the reading position on 'u'.
  std::optional<std::uint32_t> read_code_unit() {
    std::uint32_t code = 0;
    for (std::size_t i = 1; i <= 4; ++i) {
      const char c = i < rest_.size() ? rest_[i] : '\0';
      std::uint32_t digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<std::uint32_t>(c - '0');
      } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
        digit = static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
      } else {
        return std::nullopt;
      }
      code = code * 16 + digit;
    }
    advance(5);
    return code;
  }

  std::string_view file_;
  std::string_view rest_;
  DocumentLimits limits_;
  Position at_;
  std::size_t values_ = 0;
  std::optional<Problem> problem_;
};

}  // namespace

std::string Problem::text() const {
  return fmt::format("{}:{}:{}: {}", file, at.line, at.column, one_line(message));
}

const Value* Value::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::expected<Value, Problem> read_document(std::string_view file, std::string_view bytes,
                                            const DocumentLimits& limits) {
  return Reader(file, bytes, limits).read();
}

}  // namespace dp::sim
