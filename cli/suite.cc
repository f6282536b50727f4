#include "cli/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <system_error>

#include "cli/place.h"

namespace dp::cli {
namespace {

namespace fs = std::filesystem;

bool is_scenario_name(const fs::path& path) {
  const std::string name = path.filename().string();
  return path.extension() == ".json" && !name.ends_with(".schema.json") && name != "index.json";
}

void add_folder(const fs::path& folder, std::set<std::string>& files, Suite& suite) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  const std::size_t before = files.size();
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code status_error;
    if (entry->is_regular_file(status_error) && is_scenario_name(entry->path())) {
      files.insert(entry->path().lexically_normal().string());
    }
  }
  if (error) {
    suite.mistakes.push_back(
        fmt::format("{}: cannot read the folder: {}", folder.string(), error.message()));
  } else if (files.size() == before) {
    suite.mistakes.push_back(
        fmt::format("{}: the folder holds no scenario (a file NAME.json)", folder.string()));
  }
}

void add_path(const std::string& path, std::set<std::string>& files, Suite& suite) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) return add_folder(path, files, suite);
  if (fs::is_regular_file(status)) {
    files.insert(fs::path(path).lexically_normal().string());
  } else if (status.type() == fs::file_type::not_found) {
    suite.mistakes.push_back(fmt::format("{}: there is no such file or folder", path));
  } else {
    suite.mistakes.push_back(fmt::format(
        "{}: {}", path, error ? error.message() : "neither a file nor a folder of scenarios"));
  }
}

bool read_file(const std::string& path, std::string& bytes, Suite& suite) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  const std::size_t most = sim::DocumentLimits{}.bytes_max + 1;
  bytes.resize(most);
  if (in) in.read(bytes.data(), static_cast<std::streamsize>(most));
  if (!in.is_open() || in.bad()) {
    suite.mistakes.push_back(fmt::format("{}: cannot be read: {}", path,
                                         errno != 0 ? std::strerror(errno) : "unknown reason"));
    return false;
  }
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return true;
}

void refuse_twins(Suite& suite) {
  std::map<std::string, std::string> file_of;
  for (const sim::Scenario& scenario : suite.scenarios) {
    const auto [known, fresh] = file_of.emplace(scenario.name, scenario.file);
    if (fresh) continue;
    suite.mistakes.push_back(fmt::format("{}: there is another scenario \"{}\" in {}",
                                         scenario.file, scenario.name, known->second));
  }
}

}  // namespace

Suite load_suite(const std::vector<std::string>& paths) {
  Suite suite;
  std::set<std::string> files;
  if (paths.empty()) {
    if (const auto folder = default_scenarios()) {
      add_folder(*folder, files, suite);
    } else {
      suite.mistakes.emplace_back(
          "no path given, and there is no folder \"scenarios\" here or beside the program");
    }
  }
  for (const std::string& path : paths) add_path(path, files, suite);
  suite.files = files.size();
  std::string bytes;
  for (const std::string& file : files) {
    if (!read_file(file, bytes, suite)) continue;
    auto scenario = sim::bind_scenario(file, fs::path(file).stem().string(), bytes);
    if (scenario) {
      suite.scenarios.push_back(std::move(*scenario));
      continue;
    }
    for (const sim::Problem& problem : scenario.error()) suite.mistakes.push_back(problem.text());
  }
  refuse_twins(suite);
  return suite;
}

}  // namespace dp::cli
