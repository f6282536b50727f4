// The laws of edit distances and suggestions.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/scenario/suggestion.h"

namespace dp::sim {
namespace {

// Few letters, so that words are often near each other.
std::string any_word() {
  std::string word = *rc::gen::container<std::string>(rc::gen::inRange('a', 'd'));
  word.resize(std::min<std::size_t>(word.size(), 20));
  return word;
}

std::string edited_once(std::string word) {
  const std::size_t at = *rc::gen::inRange<std::size_t>(0, word.size() + 1);
  const char letter = *rc::gen::inRange('a', 'd');
  const int how = *rc::gen::inRange(0, 4);
  if (how == 0) {
    word.insert(at, 1, letter);
  } else if (how == 1 && at < word.size()) {
    word.erase(at, 1);
  } else if (how == 2 && at < word.size()) {
    word[at] = letter;
  } else if (at + 1 < word.size()) {
    std::swap(word[at], word[at + 1]);
  }
  return word;
}

RC_GTEST_PROP(SuggestionLaws, the_distance_is_0_between_equal_words_and_no_others, ()) {
  const std::string a = any_word();
  const std::string b = *rc::gen::element(a, edited_once(a), any_word());
  RC_ASSERT((edit_distance(a, b) == 0) == (a == b));
}

RC_GTEST_PROP(SuggestionLaws, the_distance_is_the_same_either_way_and_backwards, ()) {
  const std::string a = any_word();
  const std::string b = any_word();
  const std::size_t distance = edit_distance(a, b);
  RC_ASSERT(edit_distance(b, a) == distance);
  RC_ASSERT(edit_distance(std::string(a.rbegin(), a.rend()), std::string(b.rbegin(), b.rend())) ==
            distance);
}

RC_GTEST_PROP(SuggestionLaws, the_distance_lies_between_the_difference_and_the_longer_length, ()) {
  const std::string a = any_word();
  const std::string b = any_word();
  const std::size_t distance = edit_distance(a, b);
  RC_ASSERT(distance <= std::max(a.size(), b.size()));
  RC_ASSERT(distance + std::min(a.size(), b.size()) >= std::max(a.size(), b.size()));
}

RC_GTEST_PROP(SuggestionLaws, one_edit_of_a_word_is_at_distance_1_at_most, ()) {
  const std::string word = any_word();
  RC_ASSERT(edit_distance(word, edited_once(word)) <= 1u);
}

RC_GTEST_PROP(SuggestionLaws, words_of_equal_ends_are_as_far_apart_as_what_is_between, ()) {
  const std::string head = any_word();
  const std::string tail = any_word();
  const std::string a = any_word();
  const std::string b = any_word();
  RC_ASSERT(edit_distance(head + a + tail, head + b + tail) <= edit_distance(a, b));
}

std::vector<std::string> any_words() {
  std::vector<std::string> words;
  const std::size_t count = *rc::gen::inRange<std::size_t>(1, 10);
  for (std::size_t i = 0; i < count; ++i) words.push_back("w" + any_word());
  return words;
}

RC_GTEST_PROP(SuggestionLaws, only_one_of_the_right_words_is_suggested_and_no_other_is_nearer, ()) {
  const std::vector<std::string> words = any_words();
  const std::vector<std::string_view> right(words.begin(), words.end());
  const std::string found = "w" + any_word();
  const std::string text = suggestion(found, right);
  RC_ASSERT(text == suggestion(found, right));
  constexpr std::string_view kBefore = "; did you mean \"";
  if (!text.starts_with(kBefore)) {
    RC_ASSERT(text.starts_with("; expected "));
    for (const std::string_view word : right) {
      RC_ASSERT(text.find(word) != std::string::npos);
      RC_ASSERT(edit_distance(found, word) > std::max<std::size_t>(2, found.size() / 3));
    }
    return;
  }
  const std::string word = text.substr(kBefore.size(), text.size() - kBefore.size() - 2);
  RC_ASSERT(std::ranges::count(words, word) > 0);
  // A word that has it as a part counts as one edit away.
  const auto edits = [&](const std::string& one) {
    const bool part = found.size() >= 3 && one.find(found) != std::string::npos;
    return part ? std::size_t{1} : edit_distance(found, one);
  };
  for (const std::string& other : words) RC_ASSERT(edits(word) <= edits(other));
}

RC_GTEST_PROP(SuggestionLaws, a_right_word_with_one_edit_is_always_answered_with_a_near_word, ()) {
  const std::vector<std::string> words = any_words();
  const std::vector<std::string_view> right(words.begin(), words.end());
  const std::string meant = words[*rc::gen::inRange<std::size_t>(0, words.size())];
  RC_ASSERT(suggestion(edited_once(meant), right).starts_with("; did you mean \""));
}

}  // namespace
}  // namespace dp::sim
