#include "cli/mutant_patch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <system_error>

#include "sim/faults/fault_kind.h"

namespace dp::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kContextIgnored = 2;  // outermost lines of context that need not match

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = text.find_first_not_of(" ,\t", at);
    if (from == std::string_view::npos) break;
    at = std::min(text.find_first_of(" ,\t", from), text.size());
    words.emplace_back(text.substr(from, at - from));
  }
  return words;
}

// "a/core/x.cc\t2026-..." -> "core/x.cc"
std::string target_of(std::string_view path) {
  path = trimmed(path.substr(0, path.find('\t')));
  if (path.starts_with("a/") || path.starts_with("b/")) path.remove_prefix(2);
  return std::string(path);
}

std::size_t hint_of(std::string_view line) {  // "@@ -12,7 +12,6 @@"
  const std::size_t minus = line.find('-');
  std::size_t number = 1;
  if (minus != std::string_view::npos) {
    std::from_chars(line.data() + minus + 1, line.data() + line.size(), number);
  }
  return number;
}

bool is_family(std::string_view text) {
  for (std::size_t i = 0; i < sim::kFamilyCount; ++i) {
    if (sim::name(static_cast<sim::Family>(i)) == text) return true;
  }
  return false;
}

class Reader {
 public:
  explicit Reader(const fs::path& file) { patch_.file = file; }

  std::expected<MutantPatch, std::string> read(std::string_view text) {
    for (const std::string& line : lines_of(text)) {
      ++number_;
      if (auto problem = take(line)) {
        return std::unexpected(fmt::format("{}:{}: {}", patch_.file.string(), number_, *problem));
      }
    }
    close_hunk();
    if (auto problem = missing()) {
      return std::unexpected(fmt::format("{}: {}", patch_.file.string(), *problem));
    }
    return std::move(patch_);
  }

 private:
  std::optional<std::string> take(const std::string& line) {
    if (!in_hunk_ && line.starts_with("#")) return take_header(line.substr(1));
    if (line.starts_with("--- ") && !line.starts_with("--- /")) {
      close_hunk();
      in_hunk_ = false;
      return take_target(line.substr(4));
    }
    if (!in_hunk_ && (line.starts_with("+++ ") || trimmed(line).empty())) return std::nullopt;
    if (line.starts_with("@@")) {
      close_hunk();
      in_hunk_ = true;
      hunk_.hint = hint_of(line);
      return std::nullopt;
    }
    if (!in_hunk_) return "neither a header line (\"# key: value\") nor a part of a unified diff";
    return take_change(line);
  }

  std::optional<std::string> take_header(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return "a header line reads \"# key: value\"";
    const std::string key(trimmed(line.substr(0, colon)));
    const std::string value(trimmed(line.substr(colon + 1)));
    if (key == "name") {
      patch_.name = value;
    } else if (key == "claim") {
      patch_.claim = value;
    } else if (key == "class") {
      patch_.breed = value;
      if (std::ranges::find(kMutantClasses, value) == kMutantClasses.end()) {
        return fmt::format("unknown class \"{}\": there are {}", value,
                           fmt::join(kMutantClasses, ", "));
      }
    } else if (key == "family") {
      patch_.family = value;
      if (!is_family(value)) {
        return fmt::format("there is no family of faults \"{}\"", value);
      }
    } else if (key == "survives") {
      patch_.survives = value;
      if (value.empty()) return "\"survives\" says why";
    } else if (key == "expects") {
      patch_.expects = words_of(value);
    } else if (key == "covers") {
      patch_.covers = words_of(value);
    } else {
      return fmt::format(
          "unknown key \"{}\": name, claim, expects, covers, class, family and survives are known",
          key);
    }
    return std::nullopt;
  }

  std::optional<std::string> take_target(std::string_view path) {
    const std::string target = target_of(path);
    if (!patch_.target.empty()) return "a mutant changes one file only";
    if (!target.starts_with("core/") || !target.ends_with(".cc") ||
        target.find("..") != std::string::npos) {
      return fmt::format("\"{}\" is not a .cc file below core/", target);
    }
    patch_.target = target;
    return std::nullopt;
  }

  std::optional<std::string> take_change(const std::string& line) {
    const char mark = line.empty() ? ' ' : line.front();
    const std::string rest = line.empty() ? std::string() : line.substr(1);
    if (mark == '\\') return std::nullopt;  // "No newline at end of file"
    if (mark != ' ' && mark != '-' && mark != '+') return "expected ' ', '-' or '+' at the start";
    if (mark == ' ') {
      if (!changed_) ++hunk_.leading;
      ++hunk_.trailing;
    } else {
      changed_ = true;
      hunk_.trailing = 0;
    }
    if (mark != '+') hunk_.before.push_back(rest);
    if (mark != '-') hunk_.after.push_back(rest);
    return std::nullopt;
  }

  void close_hunk() {
    if (changed_) patch_.hunks.push_back(hunk_);
    hunk_ = {};
    changed_ = false;
  }

  std::optional<std::string> missing() const {
    if (patch_.name != patch_.file.stem().string()) {
      return fmt::format("the name \"{}\" is not that of the file", patch_.name);
    }
    if (patch_.claim.empty()) return "the header has no claim";
    if (patch_.breed.empty()) return "the header has no class";
    if (patch_.expects.empty()) return "the header does not say what is expected to notice";
    if (patch_.covers.empty()) return "the header covers nothing";
    if (patch_.target.empty() || patch_.hunks.empty()) return "there is no change in it";
    return std::nullopt;
  }

  MutantPatch patch_;
  MutantPatch::Hunk hunk_;
  std::size_t number_ = 0;
  bool in_hunk_ = false;
  bool changed_ = false;
};

// Where the hunk's lines are, closest to `wanted`; the outermost lines of context left out.
std::optional<std::size_t> place_of(const MutantPatch::Hunk& hunk, std::size_t ignored,
                                    const std::vector<std::string>& lines, std::size_t from,
                                    std::size_t wanted) {
  const std::size_t head = std::min(ignored, hunk.leading);
  const std::size_t tail = std::min(ignored, hunk.trailing);
  const std::span<const std::string> block =
      std::span(hunk.before).subspan(head, hunk.before.size() - head - tail);
  std::optional<std::size_t> best;
  if (block.empty()) return best;  // an insertion needs a neighbour
  for (std::size_t at = from + head; at + block.size() <= lines.size(); ++at) {
    if (!std::equal(block.begin(), block.end(), lines.begin() + static_cast<std::ptrdiff_t>(at))) {
      continue;
    }
    const std::size_t start = at - head;
    const auto distance = [&](std::size_t place) {
      return place > wanted ? place - wanted : wanted - place;
    };
    if (!best || distance(start) < distance(*best)) best = start;
  }
  return best;
}

bool read_file(const fs::path& file, std::string& text) {
  std::ifstream in(file, std::ios::binary);
  text.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  return in.is_open() && !in.bad();
}

}  // namespace

std::expected<MutantPatch, std::string> parse_patch(const fs::path& file, std::string_view text) {
  return Reader(file).read(text);
}

std::expected<std::string, std::string> apply_patch(const MutantPatch& patch,
                                                    std::string_view original) {
  std::vector<std::string> lines = lines_of(original);
  std::size_t from = 0;
  std::ptrdiff_t shift = 0;
  for (std::size_t number = 1; const MutantPatch::Hunk& hunk : patch.hunks) {
    const auto hinted = static_cast<std::ptrdiff_t>(hunk.hint) - 1 + shift;
    const auto wanted = static_cast<std::size_t>(std::max<std::ptrdiff_t>(hinted, 0));
    std::optional<std::size_t> place;
    std::size_t ignored = 0;
    while (!place && ignored <= kContextIgnored) {
      place = place_of(hunk, ignored++, lines, from, wanted);
    }
    if (!place) {
      return std::unexpected(fmt::format("{}: hunk {} (near line {}) is not in {} any more",
                                         patch.file.string(), number, hunk.hint, patch.target));
    }
    // Context that was ignored stays as it is in the file.
    const std::size_t head = std::min(ignored - 1, hunk.leading);
    const std::size_t tail = std::min(ignored - 1, hunk.trailing);
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(*place + head);
    const auto end = begin + static_cast<std::ptrdiff_t>(hunk.before.size() - head - tail);
    const auto at = lines.erase(begin, end);
    lines.insert(at, hunk.after.begin() + static_cast<std::ptrdiff_t>(head),
                 hunk.after.end() - static_cast<std::ptrdiff_t>(tail));
    shift += static_cast<std::ptrdiff_t>(hunk.after.size()) -
             static_cast<std::ptrdiff_t>(hunk.before.size());
    from = *place + hunk.after.size() - tail;
    ++number;
  }
  std::string text;
  for (const std::string& line : lines) (text += line) += '\n';
  return text;
}

PatchSet load_patches(const fs::path& folder) {
  PatchSet set;
  std::error_code error;
  std::set<fs::path> files;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (entry->path().extension() == ".patch") files.insert(entry->path());
  }
  if (error) {
    set.mistakes.push_back(
        fmt::format("{}: cannot read the folder: {}", folder.string(), error.message()));
  } else if (files.empty()) {
    set.mistakes.push_back(fmt::format("{}: the folder holds no *.patch", folder.string()));
  }
  std::string text;
  for (const fs::path& file : files) {
    if (!read_file(file, text)) {
      set.mistakes.push_back(fmt::format("{}: cannot be read", file.string()));
    } else if (auto patch = parse_patch(file, text)) {
      set.patches.push_back(std::move(*patch));
    } else {
      set.mistakes.push_back(patch.error());
    }
  }
  return set;
}

}  // namespace dp::cli
