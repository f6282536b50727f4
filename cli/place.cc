#include "cli/place.h"

#include <fstream>
#include <string_view>
#include <system_error>

namespace dp::cli {
namespace fs = std::filesystem;

namespace {

// A build folder may lie anywhere; its cache names the tree it belongs to.
std::optional<fs::path> home_of_build(const fs::path& folder) {
  constexpr std::string_view key = "CMAKE_HOME_DIRECTORY:INTERNAL=";
  std::ifstream cache(folder / "CMakeCache.txt");
  std::string line;
  while (std::getline(cache, line)) {
    if (!line.starts_with(key)) continue;
    std::error_code error;
    fs::path root = line.substr(key.size());
    if (fs::exists(root / "tests/gate/run", error)) return root;
  }
  return std::nullopt;
}

}  // namespace

fs::path executable_path() {
  std::error_code error;
  fs::path path = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : path;
}

std::optional<fs::path> source_root() {
  std::error_code error;
  for (fs::path dir = executable_path().parent_path(); dir.has_relative_path();
       dir = dir.parent_path()) {
    if (fs::exists(dir / "tests/gate/run", error) && fs::exists(dir / "CMakeLists.txt", error)) {
      return dir;
    }
    if (const auto root = home_of_build(dir)) return root;
  }
  return std::nullopt;
}

std::optional<fs::path> default_scenarios() {
  std::error_code error;
  if (fs::is_directory("scenarios", error)) return fs::path("scenarios");
  if (const auto root = source_root(); root && fs::is_directory(*root / "scenarios", error)) {
    return *root / "scenarios";
  }
  const fs::path prefix = executable_path().parent_path().parent_path();
  fs::path installed = prefix / "share" / "draftproof" / "scenarios";
  if (fs::is_directory(installed, error)) return installed;
  return std::nullopt;
}

std::string program_command(const char* argv0) {
  std::error_code error;
  const auto root = source_root();
  if (root && fs::exists(*root / "draftproof", error)) {
    if (fs::equivalent(*root, fs::current_path(error), error)) return "./draftproof";
    return shell_word((*root / "draftproof").string());
  }
  return argv0 == nullptr || *argv0 == '\0' ? "draftproof" : shell_word(argv0);
}

std::string shell_word(const std::string& text) {
  constexpr const char* plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace dp::cli
