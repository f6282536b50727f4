#include "core/wire/frame_text.h"

#include <array>
#include <charconv>

#include "core/wire/json_scan.h"

namespace dp::wire {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

char* write_hex(char* out, std::uint8_t byte) {
  *out++ = kHexDigits[byte >> 4];
  *out++ = kHexDigits[byte & 0x0f];
  return out;
}

}  // namespace

void FrameText::name(std::string_view name) {
  comma();
  text_ += '"';
  text_ += name;
  text_ += "\":";
}

void FrameText::open_object(std::string_view name) {
  this->name(name);
  open('{');
}

void FrameText::open_array(std::string_view name) {
  this->name(name);
  open('[');
}

void FrameText::string(std::string_view name, std::string_view value) {
  this->name(name);
  append_escaped(value);
}

void FrameText::number(std::string_view name, std::uint64_t value) {
  this->name(name);
  append_number(value);
}

void FrameText::boolean(std::string_view name, bool value) {
  this->name(name);
  text_ += value ? "true" : "false";
}

void FrameText::nullable(std::string_view name, const NullableText& value) {
  this->name(name);
  if (value) {
    append_escaped(*value);
  } else {
    text_ += "null";
  }
}

void FrameText::maybe(std::string_view name, const MaybeText& value) {
  if (value.present) nullable(name, value.value);
}

void FrameText::id(std::string_view name, const ChatId& value) {
  this->name(name);
  append_id(value);
}

void FrameText::number_of(const ChatId& chat_id, std::uint64_t value) {
  key(chat_id);
  append_number(value);
}

void FrameText::hash_of(const ChatId& chat_id, const Hash32& value) {
  key(chat_id);
  std::array<char, 2 * std::tuple_size_v<Hash32>> hex;
  char* out = hex.data();
  for (const std::uint8_t byte : value) out = write_hex(out, byte);
  text_ += '"';
  text_.append(hex.data(), hex.size());
  text_ += '"';
}

void FrameText::ids(std::string_view name, const std::vector<ChatId>& values) {
  open_array(name);
  for (const ChatId& value : values) {
    comma();
    append_id(value);
  }
  close_array();
}

void FrameText::key(const ChatId& chat_id) {
  comma();
  append_id(chat_id);
  text_ += ':';
}

void FrameText::append_id(const ChatId& chat_id) {
  std::array<char, ChatId::kTextLength + 2> quoted;
  char* out = quoted.data();
  *out++ = '"';
  for (std::size_t i = 0; i < chat_id.bytes().size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
    out = write_hex(out, chat_id.bytes()[i]);
  }
  *out = '"';
  text_.append(quoted.data(), quoted.size());
}

void FrameText::append_number(std::uint64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text_.append(digits.data(), end);
}

void FrameText::append_escaped(std::string_view value) {
  text_ += '"';
  const char* at = value.data();
  const char* const end = at + value.size();
  while (at != end) {
    const char* const stop = skip_plain(at, end);
    text_.append(at, stop);
    if (stop == end) break;
    at = stop + 1;
    const auto byte = static_cast<std::uint8_t>(*stop);
    constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
    constexpr std::string_view kShortLetters = "btnfr\"\\";
    const std::size_t found = kShort.find(*stop);
    if (found != std::string_view::npos) {
      text_ += '\\';
      text_ += kShortLetters[found];
    } else if (byte < 0x20) {
      std::array<char, 2> hex;
      write_hex(hex.data(), byte);
      text_ += "\\u00";
      text_.append(hex.data(), hex.size());
    } else {
      text_ += *stop;  // part of a multi-byte character
    }
  }
  text_ += '"';
}

}  // namespace dp::wire
