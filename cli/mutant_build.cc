#include "cli/mutant_build.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cli/child_process.h"
#include "cli/place.h"

namespace dp::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCompilerCacheKey = "DP_CCACHE:FILEPATH=";
constexpr std::size_t kOutputShown = 600;  // of a compiler's complaint

// Build commands are written by CMake: words apart, quotes around those with unusual characters.
std::vector<std::string> shell_words(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (c == '\\' && quote == '"' && i + 1 < command.size()) {
        word += command[++i];
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      open = true;
    } else if (c == '\\' && i + 1 < command.size()) {
      word += command[++i];
      open = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(word);
  return words;
}

// Replaces what follows -o.
bool set_output(std::vector<std::string>& words, const fs::path& output) {
  const auto flag = std::ranges::find(words, "-o");
  if (flag == words.end() || flag + 1 == words.end()) return false;
  *(flag + 1) = output.string();
  return true;
}

std::expected<void, std::string> perform(std::vector<std::string> words, const fs::path& folder,
                                         const fs::path& log, const std::function<bool()>& stop) {
  const ChildEnd end = run_child(
      {.arguments = std::move(words), .folder = folder, .output = log, .limits = {}, .stop = stop});
  if (end.how == ChildEnd::How::exited && end.code == 0) return {};
  if (end.how == ChildEnd::How::interrupted) return std::unexpected("interrupted");
  std::string said = text_of(log);
  if (said.size() > kOutputShown) said = said.substr(0, kOutputShown) + "...";
  return std::unexpected("it does not build:\n" + said);
}

std::string cached_value(const fs::path& build, std::string_view key) {
  std::ifstream cache(build / "CMakeCache.txt");
  std::string line;
  while (std::getline(cache, line)) {
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return {};
}

}  // namespace

std::expected<MutantBuild, std::string> MutantBuild::find() {
  MutantBuild made;
  const auto root = cli::source_root();
  made.program_ = executable_path();
  fs::path dir = made.program_.parent_path();
  std::error_code error;
  while (dir.has_relative_path() && !fs::exists(dir / "compile_commands.json", error)) {
    dir = dir.parent_path();
  }
  if (!root || !dir.has_relative_path()) {
    return std::unexpected("mutants are made from a build of the source tree, and this program (" +
                           made.program_.string() + ") does not lie in one");
  }
  made.root_ = *root;
  made.build_ = dir;
  made.compiler_cache_ = cached_value(dir, kCompilerCacheKey);
  if (!fs::exists(made.compiler_cache_, error)) made.compiler_cache_.clear();
  auto link = made.link_command(fs::relative(made.program_, dir, error).string());
  if (!link) return std::unexpected(link.error());
  made.link_ = std::move(*link);
  made.sanitized_ = std::ranges::any_of(
      made.link_, [](const std::string& word) { return word.starts_with("-fsanitize="); });
  return made;
}

std::expected<std::string, std::string> MutantBuild::ask_ninja(
    std::vector<std::string> words) const {
  const fs::path scratch = build_ / "mutants";
  std::error_code error;
  fs::create_directories(scratch, error);
  const fs::path log = scratch / fmt::format("ninja-{}.txt", getpid());
  words.insert(words.begin(), {"ninja", "-t"});
  const ChildEnd end = run_child(
      {.arguments = std::move(words), .folder = build_, .output = log, .limits = {}, .stop = {}});
  std::string said = text_of(log);
  fs::remove(log, error);
  if (end.how == ChildEnd::How::exited && end.code == 0) return said;
  return std::unexpected(
      fmt::format("{}: ninja does not answer:\n{}", build_.string(), said.substr(0, kOutputShown)));
}

// "tests/core_draft_test: CXX_EXECUTABLE_LINKER__..." among many others.
std::expected<std::vector<std::string>, std::string> MutantBuild::targets(
    std::string_view head, std::string_view tail) const {
  const auto said = ask_ninja({"targets", "all"});
  if (!said) return std::unexpected(said.error());
  std::vector<std::string> found;
  for (std::size_t at = 0; at < said->size();) {
    const std::size_t end = std::min(said->find('\n', at), said->size());
    const std::string line = said->substr(at, end - at);
    const std::string target = line.substr(0, line.find(':'));
    if (target.starts_with(head) && target.ends_with(tail)) found.push_back(target);
    at = end + 1;
  }
  std::ranges::sort(found);
  return found;
}

// Ninja knows how it linked its targets: ": && c++ ... -o cli/draftproof ... && :"
std::expected<std::vector<std::string>, std::string> MutantBuild::link_command(
    const std::string& target) const {
  const auto said = ask_ninja({"commands", "-s", target});
  if (!said) return std::unexpected(said.error());
  std::vector<std::string> words = shell_words(*said);
  if (words.size() > 1 && words.front() == ":") words.erase(words.begin(), words.begin() + 2);
  words.erase(std::ranges::find(words, "&&"), words.end());
  if (!set_output(words, build_ / target)) {
    return std::unexpected(fmt::format("{}: ninja does not say how {} was linked:\n{}",
                                       build_.string(), target, said->substr(0, kOutputShown)));
  }
  return words;
}

std::expected<std::vector<std::string>, std::string> MutantBuild::compile_command(
    const std::string& target) const {
  const std::string source = (root_ / target).string();
  std::ifstream in(build_ / "compile_commands.json");
  const auto commands = nlohmann::json::parse(in, nullptr, false);
  if (commands.is_array()) {
    for (const auto& entry : commands) {
      if (entry.value("file", "") == source) return shell_words(entry.value("command", ""));
    }
  }
  return std::unexpected(
      fmt::format("{}/compile_commands.json does not know {}", build_.string(), source));
}

fs::path MutantBuild::scratch_of(const std::string& mutant) const {
  return build_ / "mutants" / mutant;
}

std::expected<std::string, std::string> MutantBuild::changed_text(const MutantPatch& patch) const {
  std::error_code error;
  if (!fs::exists(root_ / patch.target, error)) {
    return std::unexpected(
        fmt::format("{}: there is no {} any more", patch.file.string(), patch.target));
  }
  return apply_patch(patch, text_of(root_ / patch.target));
}

std::expected<void, std::string> MutantBuild::compile(const MutantPatch& patch,
                                                      const std::string& text,
                                                      const fs::path& object,
                                                      const std::function<bool()>& stop) const {
  auto words = compile_command(patch.target);
  if (!words) return std::unexpected(words.error());
  // The same path every time, so that a compiler cache recognises it.
  const fs::path source = scratch_of(patch.name) / patch.target;
  std::error_code error;
  fs::create_directories(source.parent_path(), error);
  if (text_of(source) != text) {
    std::ofstream out(source, std::ios::binary);
    out << text;
    if (!out.flush()) return std::unexpected(source.string() + ": cannot be written");
  }
  std::ranges::replace(*words, (root_ / patch.target).string(), source.string());
  if (!set_output(*words, object)) return std::unexpected("the compile command has no output");
  words->push_back("-w");  // a mutation may well leave something unused
  // What a run does must not depend on either, and one slow file costs less than optimising it.
  words->push_back("-O0");
  words->push_back("-g0");
  if (!compiler_cache_.empty()) words->insert(words->begin(), compiler_cache_);
  const fs::path log = scratch_of(patch.name) / fmt::format("build-{}.txt", getpid());
  auto built = perform(*words, build_, log, stop);
  fs::remove(log, error);
  return built;
}

std::expected<void, std::string> MutantBuild::link(std::vector<std::string> words,
                                                   const fs::path& object, const fs::path& output,
                                                   const std::function<bool()>& stop) const {
  set_output(words, output);
  words.emplace_back("-Wl,--strip-debug");  // most of what a linker writes
  words.insert(std::ranges::find(words, "-o"), object.string());
  const fs::path log = fs::path(output).concat(".txt");
  auto linked = perform(std::move(words), build_, log, stop);
  std::error_code error;
  fs::remove(log, error);
  return linked;
}

std::expected<MutantParts, std::string> MutantBuild::make(const MutantPatch& patch,
                                                          const std::function<bool()>& stop) const {
  const auto text = changed_text(patch);
  if (!text) return std::unexpected(text.error());
  // What is made belongs to this process alone.
  const fs::path scratch = scratch_of(patch.name);
  MutantParts parts{scratch / fmt::format("draftproof-{}", getpid()),
                    scratch / fmt::format("mutant-{}.o", getpid())};
  auto built = compile(patch, *text, parts.object, stop);
  if (built) built = link(link_, parts.object, parts.program, stop);
  if (!built) return std::unexpected(built.error());
  return parts;
}

void MutantBuild::clean(const std::string& mutant) const {
  std::error_code error;
  fs::remove_all(scratch_of(mutant), error);
}

}  // namespace dp::cli
