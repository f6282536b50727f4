#include "tests/layout/source_tree.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace dp::layout {
namespace {

namespace fs = std::filesystem;

bool is_skipped_folder(const fs::path& folder) {
  const std::string name = folder.filename().string();
  if (name == ".ci") return false;
  if (name.starts_with(".") || name == "node_modules" || name == "__pycache__") return true;
  return name == "out" || fs::exists(folder / "CMakeCache.txt");
}

// The presets build in build/<preset>; before the first configure such a folder is not yet
// recognisable, so the name counts too, but only at the top.
bool is_build_root(const fs::path& root, const fs::path& folder) {
  return folder == root / "build";
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Walks the text once; each `blank_*` consumes one construct that starts at `at_`.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(text_);
  }

 private:
  bool sees(std::string_view expected) const {
    return text_.compare(at_, expected.size(), expected) == 0;
  }

  static bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  }

  void step() {
    if (sees("//")) return blank_until("\n", false);
    if (sees("/*")) return blank_until("*/", true);
    if (sees("R\"")) return blank_raw_string();
    if (text_[at_] == '"' || text_[at_] == '\'') return blank_literal(text_[at_]);
    if (is_word(text_[at_])) return skip_word();
    ++at_;
  }

  // Numbers are skipped whole so that the quotes of 1'000 do not open a character literal.
  void skip_word() {
    const bool number = std::isdigit(static_cast<unsigned char>(text_[at_])) != 0;
    while (at_ < text_.size() && (is_word(text_[at_]) || (number && text_[at_] == '\''))) {
      if (sees("R\"")) return;
      ++at_;
    }
  }

  void blank(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (text_[at_] != '\n') text_[at_] = ' ';
    }
  }

  void blank_until(std::string_view end, bool including) {
    const auto found = text_.find(end, at_ + 2);
    if (found == std::string::npos) return blank(text_.size());
    blank(including ? found + end.size() : found);
  }

  void blank_literal(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    ++at_;  // the quotes stay, so that an include line keeps its shape
    blank(std::min(end, text_.size()));
    if (at_ < text_.size()) ++at_;
  }

  void blank_raw_string() {
    const auto open = text_.find('(', at_);
    if (open == std::string::npos) return blank(text_.size());
    const std::string close = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
    const auto found = text_.find(close, open);
    blank(found == std::string::npos ? text_.size() : found + close.size());
  }

  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view SourceFile::folder() const {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string_view() : std::string_view(path).substr(0, slash);
}

std::string_view SourceFile::name() const {
  const auto slash = path.rfind('/');
  return std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
}

std::string_view SourceFile::extension() const {
  const auto dot = name().rfind('.');
  return dot == std::string::npos ? std::string_view() : name().substr(dot);
}

SourceTree load_tree(const fs::path& root) {
  SourceTree tree;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
    if (entry->is_directory()) {
      if (is_skipped_folder(entry->path()) || is_build_root(root, entry->path())) {
        entry.disable_recursion_pending();
      }
      continue;
    }
    if (!entry->is_regular_file()) continue;
    tree.push_back({fs::relative(entry->path(), root).generic_string(), read_text(entry->path())});
  }
  std::ranges::sort(tree, {}, &SourceFile::path);
  return tree;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

std::string code_only(std::string_view text) {
  return Blanker(text).run();
}

bool is_under(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return false;
  return path.size() == folder.size() || path[folder.size()] == '/';
}

}  // namespace dp::layout
