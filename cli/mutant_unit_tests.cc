#include "cli/mutant_unit_tests.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "cli/child_process.h"

namespace dp::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto kProgramTimeMax = std::chrono::minutes(5);
constexpr std::string_view kFailedMark = "[  FAILED  ] ";
// What ran last before a crash.
constexpr std::string_view kRunMark = "[ RUN      ] ";

std::string word_at(std::string_view text, std::size_t at) {
  return std::string(text.substr(at, text.find_first_of(" ,\n", at) - at));
}

// core/draft/merge.cc -> core_draft
std::string room_of(const std::string& target) {
  std::string room = fs::path(target).parent_path().string();
  std::ranges::replace(room, '/', '_');
  return room;
}

std::string ending(const ChildEnd& end) {
  return end.how == ChildEnd::How::timed_out ? "timeout" : "crash";
}

// Runs one program; true if that was the end of it.
bool fails(const fs::path& file, const std::string& name, const UnitTestTrial& trial,
           UnitTestsSeen& seen) {
  const fs::path output = trial.scratch / fmt::format("tests-{}.txt", getpid());
  // Properties are asked of the same examples every time.
  const ChildEnd end = run_child({.arguments = {"env", "RC_PARAMS=seed=20260101", file.string(),
                                                "--gtest_fail_fast", "--gtest_color=no"},
                                  .folder = trial.scratch,
                                  .output = output,
                                  .limits = {kProgramTimeMax, trial.memory_bytes},
                                  .stop = trial.stop});
  const std::string said = text_of(output);
  std::error_code error;
  fs::remove(output, error);
  if (end.how == ChildEnd::How::exited && end.code == 0) return false;
  if (end.how == ChildEnd::How::interrupted) {
    seen.judged = false;
    return true;
  }
  if (end.how == ChildEnd::How::not_started) {
    seen.judged = false;
    seen.problem = fmt::format("{} cannot be run:\n{}", file.string(), said);
    return true;
  }
  seen.program = name;
  seen.test = first_failed_test(said);
  if (end.how != ChildEnd::How::exited) {
    const std::size_t last = said.rfind(kRunMark);
    const std::string at = last == std::string::npos ? "" : word_at(said, last + kRunMark.size());
    seen.test = at.empty() ? ending(end) : fmt::format("{} ({})", at, ending(end));
  }
  return true;
}

}  // namespace

std::string first_failed_test(std::string_view output) {
  const std::size_t at = output.find(kFailedMark);
  return at == std::string_view::npos ? "" : word_at(output, at + kFailedMark.size());
}

std::vector<UnitTestProgram> programs_for(const std::string& target,
                                          const std::vector<UnitTestProgram>& programs) {
  const std::string room = room_of(target);
  const std::string library = fmt::format("lib{}.a", room);
  std::vector<UnitTestProgram> chosen;
  for (const UnitTestProgram& program : programs) {
    const bool holds = std::ranges::any_of(program.link, [&](const std::string& word) {
      return fs::path(word).filename() == library;
    });
    if (!holds) continue;
    const bool own = program.name == room + "_test";
    chosen.insert(own ? chosen.begin() : chosen.end(), program);
  }
  return chosen;
}

std::expected<std::vector<UnitTestProgram>, std::string> find_unit_tests(const MutantBuild& build) {
  const auto targets = build.targets("tests/core_", "_test");
  if (!targets) return std::unexpected(targets.error());
  std::vector<UnitTestProgram> programs;
  std::string missing;
  std::error_code error;
  for (const std::string& target : *targets) {
    UnitTestProgram program{fs::path(target).filename().string(), build.folder() / target, {}};
    if (!fs::exists(program.file, error)) {
      missing += " " + program.name;
      continue;
    }
    auto link = build.link_command(target);
    if (!link) return std::unexpected(link.error());
    program.link = std::move(*link);
    programs.push_back(std::move(program));
  }
  if (!missing.empty()) {
    return std::unexpected(
        fmt::format("unit tests of the cores are not built; build them with: "
                    "ninja -C {}{}",
                    build.folder().string(), missing));
  }
  if (programs.empty()) {
    return std::unexpected(fmt::format(
        "{} has no unit tests of the cores; configure it with -DDRAFTPROOF_TESTS=ON and build them",
        build.folder().string()));
  }
  return programs;
}

UnitTestsSeen play_unit_tests(const std::vector<UnitTestProgram>& programs,
                              const UnitTestTrial& trial) {
  const auto begin = Clock::now();
  UnitTestsSeen seen;
  seen.judged = true;
  std::error_code error;
  fs::create_directories(trial.scratch, error);
  for (const UnitTestProgram& program : programs) {
    if (fails(program.file, program.name, trial, seen)) break;
  }
  seen.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return seen;
}

UnitTestsSeen play_unit_tests(const std::vector<UnitTestProgram>& programs,
                              const MutantBuild& build, const MutantPatch& patch,
                              const fs::path& object, const UnitTestTrial& trial) {
  const auto begin = Clock::now();
  UnitTestsSeen seen;
  seen.judged = true;
  std::error_code error;
  for (const UnitTestProgram& program : programs_for(patch.target, programs)) {
    const fs::path file = trial.scratch / fmt::format("{}-{}", program.name, getpid());
    const auto linked = build.link(program.link, object, file, trial.stop);
    bool ended = true;
    if (linked) {
      ended = fails(file, program.name, trial, seen);
    } else {
      seen.judged = false;
      if (!trial.stop || !trial.stop()) seen.problem = linked.error();
    }
    fs::remove(file, error);
    if (ended) break;
  }
  seen.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return seen;
}

}  // namespace dp::cli
