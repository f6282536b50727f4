// The repository as data: every file that a person wrote, with its text, so that the lints in this
// folder are plain functions from a tree to complaints and can be shown planted bad input.
//
// Does not: parse C++. `code_only` blanks comments and literals, which is all that a search for
// words needs.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace dp::layout {

struct SourceFile {
  std::string path;  // from the repository root, with forward slashes
  std::string text;

  std::string_view folder() const;     // "core/wire" of "core/wire/codec.h"
  std::string_view name() const;       // "codec.h"
  std::string_view extension() const;  // ".h", empty when there is none
  bool is_cpp() const { return extension() == ".h" || extension() == ".cc"; }
};

using SourceTree = std::vector<SourceFile>;  // sorted by path
using Complaints = std::vector<std::string>;

// Leaves out build trees (any folder with a CMakeCache.txt), dot folders except .ci, and what
// package managers bring.
SourceTree load_tree(const std::filesystem::path& root);

// Lines without their newline; a final newline adds no empty line.
std::vector<std::string_view> lines_of(std::string_view text);

// The same text, line for line, with comments and the insides of string and character literals
// replaced by spaces.
std::string code_only(std::string_view text);

// True when `path` is `folder` or lies in it.
bool is_under(std::string_view path, std::string_view folder);

}  // namespace dp::layout
