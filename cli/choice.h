// An option that takes one of a few words.
//
// Guarantees: letters of any case; a word that is none of them is refused by a sentence that names
// them all, in the order given.
// Does not: set the option's default; `chosen` keeps what it was.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace dp::cli {

template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

// "auto, always or never"
template <typename T>
std::string choices_text(const Choices<T>& choices) {
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) out += i + 1 == choices.size() ? " or " : ", ";
    out += choices[i].first;
  }
  return out;
}

// `chosen` must outlive the parsing.
template <typename T>
CLI::Option* add_choice(CLI::App& command, const std::string& name, T& chosen,
                        const Choices<T>& choices, const std::string& about) {
  const auto find = [choices](const std::string& word) -> const T* {
    for (const auto& [known, value] : choices) {
      if (known == CLI::detail::to_lower(word)) return &value;
    }
    return nullptr;
  };
  const auto check = [find, choices](const std::string& word) -> std::string {
    if (find(word) != nullptr) return "";
    return "\"" + word + "\" is no choice: write " + choices_text(choices);
  };
  const auto take = [find, &chosen](const std::string& word) { chosen = *find(word); };
  return command.add_option_function<std::string>(name, take, about)->check(check);
}

}  // namespace dp::cli
