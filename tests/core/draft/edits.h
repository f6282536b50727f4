// What people do to a text, as small values: the vocabulary of the draft laws.
//
// Edits are correlated on purpose (same line, neighbouring lines, same words, prefixes):
// independent edits of long random texts hardly ever conflict.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "core/draft/draft.h"

namespace dp::draft::test {

enum class Act : std::uint8_t {
  replace_line,
  replace_neighbours,
  insert_line,
  append_line,
  repeat_line,
  delete_line,
  retype_line,  // gone in one save, back in the next
  keep_prefix,
  replace_all,
  end_line,  // a trailing newline
  clear,
  send,
  // What follows is done by devices and servers, not by people.
  fetch,
  push,
  push_unheard,  // accepted, but the receipt is lost
  restart,
  clone,        // of a store, over one that has nothing unsynced to lose
  server_loss,  // the server forgets its newest heads
};
inline constexpr std::size_t kActCount = 18;

inline bool is_persons(Act act) {
  return act < Act::fetch;
}

struct Step {
  Act act = Act::fetch;
  std::uint8_t device = 0;
  std::uint8_t place = 0;
  std::uint8_t word = 0;
};

inline void showValue(const Step& step, std::ostream& os) {
  os << "{act " << int{static_cast<std::uint8_t>(step.act)} << ", device " << int{step.device}
     << ", place " << int{step.place} << ", word " << int{step.word} << "}";
}

// Few words, so that devices often write the same; odd ones, so that nothing depends on ASCII.
inline std::string word_of(std::uint8_t number) {
  static const std::vector<std::string> words = {
      "a", "b", "c", "", "x\r", std::string("n\0l", 3), "\xF0\x9F\x98\x80", "two words", " "};
  return words[number % words.size()];
}

using Texts = std::vector<std::string>;

inline Texts texts_of(const Lines& lines) {
  Texts texts;
  for (const Line& line : lines) texts.push_back(line.text);
  return texts;
}

inline std::string text_from(const Texts& texts) {
  Lines lines;
  for (const std::string& text : texts) lines.push_back({text, {}});
  return join_lines(lines);
}

inline Texts edited(Texts texts, const Step& step) {
  const std::string word = word_of(step.word);
  const std::size_t at = texts.empty() ? 0 : step.place % texts.size();
  const auto place = texts.begin() + static_cast<std::ptrdiff_t>(at);
  switch (step.act) {
    case Act::replace_line:
      if (texts.empty()) return {word};
      *place = word;
      return texts;
    case Act::replace_neighbours:
      if (texts.empty()) return {word, word};
      *place = word;
      if (at + 1 < texts.size()) texts[at + 1] = word + "'";
      return texts;
    case Act::insert_line:
      texts.insert(place, word);
      return texts;
    case Act::repeat_line:
      if (!texts.empty()) texts.insert(place, std::string(*place));
      return texts;
    case Act::delete_line:
      if (!texts.empty()) texts.erase(place);
      return texts;
    case Act::keep_prefix:
      texts.resize(at);
      return texts;
    case Act::replace_all:
      return {word, word_of(static_cast<std::uint8_t>(step.word + step.place))};
    case Act::end_line:
      texts.push_back("");
      return texts;
    default:
      texts.push_back(word);
      return texts;
  }
}

}  // namespace dp::draft::test
