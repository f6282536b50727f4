#include "tests/layout/layering.h"

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>
#include <sstream>

namespace dp::layout {
namespace {

constexpr std::array<std::string_view, 4> kLayers = {"core", "sim", "conformance", "cli"};

// Adapter kits are programs of their own that a stranger copies out; they follow their own rules.
constexpr std::string_view kKits = "conformance/kits";

struct Include {
  std::size_t line = 0;
  std::string_view target;
  bool quoted = false;
};

std::optional<Include> parse_include(std::string_view line) {
  const auto hash = line.find_first_not_of(' ');
  if (hash == std::string_view::npos || line[hash] != '#') return std::nullopt;
  const auto word = line.find_first_not_of(' ', hash + 1);
  if (word == std::string_view::npos || !line.substr(word).starts_with("include")) {
    return std::nullopt;
  }
  const auto open = line.find_first_of("\"<", word);
  if (open == std::string_view::npos) return std::nullopt;
  const bool quoted = line[open] == '"';
  const auto close = line.find(quoted ? '"' : '>', open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return Include{0, line.substr(open + 1, close - open - 1), quoted};
}

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> includes;
  std::size_t number = 0;
  for (const auto line : lines_of(file.text)) {
    ++number;
    if (auto include = parse_include(line)) {
      include->line = number;
      includes.push_back(*include);
    }
  }
  return includes;
}

std::string at(const SourceFile& file, const Include& include) {
  return file.path + ":" + std::to_string(include.line) + ": ";
}

std::optional<std::size_t> layer_of(std::string_view path) {
  for (std::size_t rank = 0; rank < kLayers.size(); ++rank) {
    if (is_under(path, kLayers[rank])) return rank;
  }
  return std::nullopt;
}

bool is_product_code(const SourceFile& file) {
  return file.is_cpp() && layer_of(file.path) && !is_under(file.path, kKits);
}

bool has_file(const SourceTree& tree, std::string_view path) {
  return std::ranges::binary_search(tree, path, {}, &SourceFile::path);
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// The words of one dp_room(...) call, comments removed.
std::vector<std::string> call_words(std::string_view arguments) {
  std::vector<std::string> words;
  for (auto line : lines_of(arguments)) {
    std::istringstream in(std::string(line.substr(0, line.find('#'))));
    for (std::string word; in >> word;) words.push_back(word);
  }
  return words;
}

bool is_keyword(std::string_view word) {
  return word == "USES" || word == "PRIVATELY" || word == "PUBLICLY";
}

void add_room(const std::vector<std::string>& words, RoomGraph& rooms, Complaints& complaints) {
  const std::string& room = words.front();
  std::set<std::string> seen = {room};
  bool in_uses = false;
  for (const auto& word : words | std::views::drop(1)) {
    if (is_keyword(word)) {
      in_uses = word == "USES";
    } else if (in_uses && !rooms.contains(word)) {
      complaints.push_back("dp_room(" + room + "): uses " + word + ", which is not declared above");
    } else if (in_uses) {
      seen.insert(rooms[word].begin(), rooms[word].end());
    }
  }
  if (!rooms.emplace(room, std::move(seen)).second) {
    complaints.push_back("dp_room(" + room + "): declared twice");
  }
}

}  // namespace

RoomGraph parse_rooms(std::string_view cmake_text, Complaints& complaints) {
  RoomGraph rooms;
  constexpr std::string_view kCall = "dp_room(";
  for (std::size_t from = 0; (from = cmake_text.find(kCall, from)) != std::string_view::npos;) {
    const auto line_begin = cmake_text.rfind('\n', from) + 1;
    const auto before = cmake_text.substr(line_begin, from - line_begin);
    from += kCall.size();
    if (before.find_first_not_of(' ') != std::string_view::npos) continue;  // in a comment
    const auto end = cmake_text.find(')', from);
    const auto words = call_words(cmake_text.substr(from, end - from));
    if (!words.empty()) add_room(words, rooms, complaints);
  }
  return rooms;
}

Complaints layers_are_respected(const SourceTree& tree) {
  Complaints complaints;
  for (const auto& file : tree | std::views::filter(is_product_code)) {
    for (const auto& include : includes_of(file)) {
      const auto target = layer_of(include.target);
      if (target && *target > *layer_of(file.path)) {
        complaints.push_back(at(file, include) + "a file of " +
                             std::string(kLayers[*layer_of(file.path)]) + " includes " +
                             std::string(include.target));
      }
      if (include.quoted && is_under(include.target, "tests")) {
        complaints.push_back(at(file, include) + "product code includes a test");
      }
    }
  }
  return complaints;
}

Complaints rooms_are_respected(const SourceTree& tree, const RoomGraph& rooms) {
  Complaints complaints;
  for (const auto& file : tree | std::views::filter(is_product_code)) {
    const auto room = rooms.find(std::string(file.folder()));
    if (room == rooms.end()) {
      // Programs (cli, conformance) may have folders that are no library; core and sim may not.
      if (*layer_of(file.path) < 2) {
        complaints.push_back(file.path + ":1: its folder is not declared with dp_room");
      }
      continue;
    }
    for (const auto& include : includes_of(file)) {
      const std::string target(folder_of(include.target));
      if (rooms.contains(target) && !room->second.contains(target)) {
        complaints.push_back(at(file, include) + "room " + room->first + " does not use " + target);
      }
    }
  }
  return complaints;
}

Complaints quoted_includes_name_files_from_the_root(const SourceTree& tree) {
  Complaints complaints;
  for (const auto& file : tree) {
    if (!file.is_cpp() || is_under(file.path, kKits)) continue;
    for (const auto& include : includes_of(file)) {
      if (!include.quoted) continue;
      // A header may also be generated from a template that lies in its place.
      const std::string target(include.target);
      if (!has_file(tree, target) && !has_file(tree, target + ".in")) {
        complaints.push_back(at(file, include) +
                             "no such file from the repository root: " + target);
      }
    }
  }
  return complaints;
}

Complaints libraries_stay_in_their_rooms(const SourceTree& tree) {
  Complaints complaints;
  std::vector<std::string> beast_files;
  for (const auto& file : tree | std::views::filter(is_product_code)) {
    const bool in_core = is_under(file.path, "core");
    for (const auto& include : includes_of(file)) {
      const auto target = include.target;
      const bool crypto_source = file.folder() == "core/crypto" && file.extension() == ".cc";
      if ((target == "sodium.h" || target.starts_with("sodium/")) && !crypto_source) {
        complaints.push_back(at(file, include) + "only core/crypto/*.cc may include libsodium");
      }
      if (in_core && target.starts_with("boost/")) {
        complaints.push_back(at(file, include) + "core includes Boost");
      }
      if (in_core && target.starts_with("nlohmann/") && file.folder() != "core/wire") {
        complaints.push_back(at(file, include) +
                             "inside core only wire may include the JSON library");
      }
      if (target.starts_with("boost/beast") &&
          (beast_files.empty() || beast_files.back() != file.path)) {
        beast_files.push_back(file.path);
      }
    }
  }
  if (beast_files.size() > 1) {
    for (const auto& path : beast_files) {
      complaints.push_back(path + ":1: Beast may be included by one file only");
    }
  }
  return complaints;
}

}  // namespace dp::layout
