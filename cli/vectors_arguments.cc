#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "cli/commands.h"
#include "conformance/vectors/vectors.h"

namespace dp::cli {
namespace {

using sim::ExitCode;
namespace fs = std::filesystem;

struct Arguments {
  std::string write_folder;
  std::string check_folder;
};

ExitCode complain(ExitCode code, std::string_view text) {
  fmt::print(stderr, "draftproof: {}\n", text);
  return code;
}

ExitCode write(const std::string& folder) {
  const auto files = vectors::write_vectors();
  if (!files) {
    for (const std::string& complaint : files.error()) complain(ExitCode::broken, complaint);
    return ExitCode::broken;
  }
  std::error_code error;
  fs::create_directories(folder, error);
  for (const vectors::VectorFile& file : *files) {
    const fs::path path = fs::path(folder) / file.name;
    std::ofstream out(path, std::ios::binary);
    out << file.text;
    out.close();
    if (!out) return complain(ExitCode::broken, path.string() + ": cannot be written");
  }
  fmt::print("{} files written to {}\n", files->size(), folder);
  return ExitCode::all_hold;
}

ExitCode check(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json" &&
        !entry.path().filename().string().ends_with(".schema.json")) {
      paths.push_back(entry.path());
    }
  }
  if (error) return complain(ExitCode::bad_input, folder + ": " + error.message());
  std::ranges::sort(paths);
  vectors::Checked checked;
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    vectors::check_file(checked, path.filename().string(), text);
  }
  for (const std::string& failure : checked.failures) fmt::print("{}\n", failure);
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t unknown = 0;
  for (const vectors::GroupTally& one : checked.groups) {
    fmt::print("{} {}: {} passed, {} failed, {} not applicable\n", one.file, one.type, one.passed,
               one.failed, one.not_applicable);
    passed += one.passed;
    failed += one.failed;
    unknown += one.not_applicable;
  }
  fmt::print("total: {} passed, {} failed, {} not applicable\n", passed, failed, unknown);
  if (checked.groups.empty()) {
    return complain(ExitCode::bad_input, folder + ": no vectors in this folder");
  }
  return checked.all_hold() ? ExitCode::all_hold : ExitCode::violation;
}

}  // namespace

Command add_vectors(CLI::App& app, const Invocation&) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("vectors", "Test vectors for implementers: write them, or check some");
  command->footer(
      "Exit codes: 0 all hold; 1 a vector gave another result; 2 no vectors there.\n"
      "\n"
      "Examples:\n"
      "  draftproof vectors --check conformance/vectors\n"
      "  draftproof vectors --write conformance/vectors   the same bytes each time");
  auto* write_option =
      command->add_option("--write", arguments->write_folder, "Write all files there")
          ->type_name("DIR");
  auto* check_option =
      command->add_option("--check", arguments->check_folder, "Run every vector of the files there")
          ->type_name("DIR");
  write_option->excludes(check_option);
  return {command, [arguments] {
            if (!arguments->write_folder.empty()) return write(arguments->write_folder);
            if (!arguments->check_folder.empty()) return check(arguments->check_folder);
            return complain(ExitCode::bad_input, "vectors: --write DIR or --check DIR");
          }};
}

}  // namespace dp::cli
