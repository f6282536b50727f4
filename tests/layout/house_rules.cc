#include "tests/layout/house_rules.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace dp::layout {
namespace {

bool is_program_text(const SourceFile& file) {
  static const std::set<std::string_view> kExtensions = {".h",  ".cc", ".cmake", ".sh",
                                                         ".py", ".js", ".mjs"};
  return kExtensions.contains(file.extension()) || file.name() == "CMakeLists.txt" ||
         file.path == "draftproof" || file.path == ".ci/run";
}

std::string at(const SourceFile& file, std::size_t line) {
  return file.path + ":" + std::to_string(line) + ": ";
}

std::size_t columns_of(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool begins_scope_that_is_no_function(std::string_view line) {
  for (const std::string_view word : {"namespace", "struct", "class", "enum", "union", "extern"}) {
    if (line.starts_with(word)) return true;
  }
  return line.find("class ") < line.find('(') || line.find("struct ") < line.find('(');
}

// Splits "merge_helper.test.cc" into merge, helper, test, cc.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      words.emplace_back();
    } else {
      words.back().push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    }
  }
  return words;
}

bool says_nothing(const std::string& word) {
  static const std::set<std::string> kEmptyWords = {"util",     "utils",  "utility", "utilities",
                                                    "common",   "helper", "helpers", "manager",
                                                    "managers", "misc",   "stuff"};
  return kEmptyWords.contains(word);
}

std::vector<std::string_view> split_at_spaces(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = text.find(' ');
    words.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return words;
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t from = 0; (from = line.find(word, from)) != std::string_view::npos; ++from) {
    const bool starts =
        from == 0 || !is_word_character(line[from - 1]) || !is_word_character(word.front());
    const auto end = from + word.size();
    const bool ends =
        end == line.size() || !is_word_character(line[end]) || !is_word_character(word.back());
    if (starts && ends) return true;
  }
  return false;
}

// Headers and words after which a run may depend on the machine, the moment or the allocator.
// Standard names are spelled with std:: where a plain variable may have the same name.
constexpr std::string_view kForbiddenInSim =
    "<chrono> <ctime> <time.h> <random> <thread> <mutex> <atomic> <future> "
    "<condition_variable> <iostream> <fstream> <filesystem> <locale> <cstdio> <stdio.h> "
    "<unistd.h> std::time( time(nullptr) std::clock( clock_gettime gettimeofday "
    "random_device mt19937 std::rand( srand std::shuffle ranges::shuffle thread_local "
    "std::thread std::jthread std::mutex std::atomic std::async unordered_map unordered_set "
    "unordered_multimap unordered_multiset std::hash uintptr_t intptr_t fopen printf getenv "
    "float double __DATE__ __TIME__ setlocale";

constexpr std::string_view kForbiddenInCore = "throw try <ostream> <istream> <sstream>";

}  // namespace

Complaints files_are_short(const SourceTree& tree, std::size_t lines_max) {
  Complaints complaints;
  for (const auto& file : tree) {
    if (!is_program_text(file)) continue;
    const auto lines = lines_of(file.text).size();
    if (lines > lines_max) {
      complaints.push_back(at(file, lines) + "more than " + std::to_string(lines_max) + " lines");
    }
  }
  return complaints;
}

Complaints functions_are_short(const SourceTree& tree) {
  Complaints complaints;
  for (const auto& file : tree) {
    if (!file.is_cpp() || is_under(file.path, "tests")) continue;
    const std::string code = code_only(file.text);
    const auto lines = lines_of(code);
    std::size_t head = 0;  // 1-based line of the last unindented line before the body
    for (std::size_t number = 1; number <= lines.size(); ++number) {
      const auto line = lines[number - 1];
      if (line == "}") {
        if (head != 0 && number - head + 1 > kFunctionLinesMax) {
          complaints.push_back(at(file, head) + "a function of " +
                               std::to_string(number - head + 1) + " lines");
        }
        head = 0;
      } else if (!line.empty() && std::isalpha(static_cast<unsigned char>(line[0])) != 0) {
        head = begins_scope_that_is_no_function(line) ? 0 : number;
      }
    }
  }
  return complaints;
}

Complaints lines_are_narrow(const SourceTree& tree) {
  Complaints complaints;
  for (const auto& file : tree) {
    if (!is_program_text(file)) continue;
    std::size_t number = 0;
    for (const auto line : lines_of(file.text)) {
      ++number;
      if (columns_of(line) > kColumnsMax) {
        complaints.push_back(at(file, number) + "more than " + std::to_string(kColumnsMax) +
                             " columns");
      }
    }
  }
  return complaints;
}

Complaints names_say_what_lives_there(const SourceTree& tree) {
  Complaints complaints;
  for (const auto& file : tree) {
    // Names of scenarios, mutants and pages are sentences, in which such a word may mean something.
    const bool sentence = words_of(file.name()).size() > 3 && !file.is_cpp();
    for (const auto& word : words_of(sentence ? file.folder() : std::string_view(file.path))) {
      if (says_nothing(word)) {
        complaints.push_back(file.path + ":1: nothing may be called \"" + word + "\"");
      }
    }
  }
  return complaints;
}

Complaints headers_begin_with_a_comment(const SourceTree& tree) {
  Complaints complaints;
  for (const auto& file : tree) {
    if (file.extension() != ".h") continue;
    if (!file.text.starts_with("// ")) {
      complaints.push_back(at(file, 1) + "a header begins with a comment that states its contract");
    }
    if (file.text.find("\n#pragma once\n") == std::string::npos) {
      complaints.push_back(at(file, 1) + "#pragma once is missing");
    }
  }
  return complaints;
}

Complaints nothing_is_left_unfinished(const SourceTree& tree) {
  // Put together from halves so that this file does not accuse itself.
  static const std::vector<std::string> kMarks = {
      std::string("TO") + "DO",        std::string("FIX") + "ME",     std::string("XX") + "X",
      std::string("GTEST") + "_SKIP",  std::string("DISAB") + "LED_", std::string("sleep") + "_for",
      std::string("sleep") + "_until", std::string("usl") + "eep"};
  Complaints complaints;
  for (const auto& file : tree) {
    if (!is_program_text(file)) continue;
    std::size_t number = 0;
    for (const auto line : lines_of(file.text)) {
      ++number;
      for (const auto& mark : kMarks) {
        if (has_word(line, mark)) complaints.push_back(at(file, number) + "says " + mark);
      }
    }
  }
  return complaints;
}

Complaints core_and_sim_depend_on_inputs_only(const SourceTree& tree,
                                              const std::vector<Permission>& permissions) {
  static const auto sim_words = split_at_spaces(kForbiddenInSim);
  static const auto core_words = split_at_spaces(kForbiddenInCore);
  Complaints complaints;
  std::set<const Permission*> used;
  const auto permitted = [&](const SourceFile& file, std::string_view word) {
    for (const auto& permission : permissions) {
      if (permission.word == word && is_under(file.path, permission.under)) {
        used.insert(&permission);
        return true;
      }
    }
    return false;
  };
  const auto search = [&](const SourceFile& file, std::string_view line, std::size_t number,
                          const std::vector<std::string_view>& words) {
    for (const auto word : words) {
      if (has_word(line, word) && !permitted(file, word)) {
        complaints.push_back(at(file, number) + "\"" + std::string(word) + "\" has no place here");
      }
    }
  };
  for (const auto& file : tree) {
    const bool in_core = is_under(file.path, "core");
    if (!file.is_cpp() || (!in_core && !is_under(file.path, "sim"))) continue;
    const std::string code = code_only(file.text);
    std::size_t number = 0;
    for (const auto line : lines_of(code)) {
      ++number;
      if (line.find("#include \"") != std::string_view::npos) continue;  // our own file names
      search(file, line, number, sim_words);
      if (in_core) search(file, line, number, core_words);
    }
  }
  for (const auto& permission : permissions) {
    if (!used.contains(&permission)) {
      complaints.push_back("the permission for \"" + std::string(permission.word) + "\" under " +
                           std::string(permission.under) + " is not used any more");
    }
  }
  return complaints;
}

}  // namespace dp::layout
