// Writes the JSON of one frame: members in the order they are added, no white space.
//
// Guarantees: one spelling per value. Numbers are decimal digits; strings escape only what RFC 8259
// requires (two-character forms where they exist, otherwise \u00xx in lowercase), so other UTF-8
// passes through; an optional member that is absent is left out.
// Preconditions: strings are valid UTF-8 and numbers at most 2^53 - 1, as in any decoded frame.
// Member names are trusted literals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/frames.h"

namespace dp::wire {

class FrameText {
 public:
  // `content_bytes` is the length of the long strings to come; the rest is estimated.
  explicit FrameText(std::size_t content_bytes) { text_.reserve(content_bytes + 256); }

  void open_object() { open('{'); }
  void open_object(std::string_view name);
  void close_object() { close('}'); }
  void open_array(std::string_view name);
  void close_array() { close(']'); }
  void next_item() { comma(); }  // before each item of an array that is an object

  void string(std::string_view name, std::string_view value);
  void number(std::string_view name, std::uint64_t value);
  void boolean(std::string_view name, bool value);
  void nullable(std::string_view name, const NullableText& value);  // null if absent
  void maybe(std::string_view name, const MaybeText& value);
  void id(std::string_view name, const ChatId& value);
  void id(std::string_view name, const ChangeId& value) { string(name, value.value); }
  void id(std::string_view name, const MessageId& value) { string(name, value.value); }

  void optional_number(std::string_view name, const std::optional<std::uint64_t>& value) {
    if (value) number(name, *value);
  }
  void optional_string(std::string_view name, const std::optional<std::string>& value) {
    if (value) string(name, *value);
  }
  template <class Id>
  void optional_id(std::string_view name, const std::optional<Id>& value) {
    if (value) id(name, *value);
  }

  // Members of maps {chat_id: ...}, and an array of ids.
  void number_of(const ChatId& chat_id, std::uint64_t value);
  void hash_of(const ChatId& chat_id, const Hash32& value);
  void ids(std::string_view name, const std::vector<ChatId>& values);

  std::string take() { return std::move(text_); }

 private:
  void open(char bracket) {
    text_ += bracket;
    needs_comma_ = false;
  }
  void close(char bracket) {
    text_ += bracket;
    needs_comma_ = true;
  }
  void comma() {
    if (needs_comma_) text_ += ',';
    needs_comma_ = true;
  }
  void name(std::string_view name);
  void key(const ChatId& chat_id);
  void append_id(const ChatId& chat_id);
  void append_number(std::uint64_t value);
  void append_escaped(std::string_view value);

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace dp::wire
