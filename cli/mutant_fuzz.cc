#include "cli/mutant_fuzz.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/child_process.h"
#include "sim/capsule/capsule.h"
#include "sim/report/exit_code.h"

namespace dp::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kPatience = 10;
constexpr double kPatienceSeconds = 60;
constexpr double kUnknownSeconds = 600;
// A seed takes some tens of milliseconds, on a busy machine a second.
constexpr auto kSeedTimeMax = std::chrono::seconds(30);

// The capsule that `draftproof fuzz` writes before each run and leaves when it dies.
fs::path capsule_under_way(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder / "draftproof-fuzz" / "in-flight", error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".json") return entry->path();
  }
  return {};
}

std::uint64_t seed_under_way(const fs::path& folder) {
  const fs::path file = capsule_under_way(folder);
  const auto capsule = sim::read_capsule(file.string(), text_of(file));
  return capsule ? capsule->one.seed : 1;
}

bool is_stuck(const fs::path& folder) {
  std::error_code error;
  const auto begun = fs::last_write_time(capsule_under_way(folder), error);
  return !error && fs::file_time_type::clock::now() - begun > kSeedTimeMax;
}

std::vector<std::string> words_of(const FuzzTrial& trial, const fs::path& lines) {
  std::vector<std::string> words{trial.program.string(), "fuzz", "--seeds",
                                 fmt::format("1..{}", trial.seeds)};
  for (const char* word : {"--jobs", "1", "--no-shrink", "--quiet", "--color", "never", "--json"}) {
    words.emplace_back(word);
  }
  words.push_back(lines.string());
  if (!trial.without.empty()) words.insert(words.end(), {"--without", trial.without});
  return words;
}

// It ended without a word of its own: the run under way did that.
FuzzSeen taken_down(const fs::path& folder, const char* how) {
  FuzzSeen seen;
  seen.judged = true;
  seen.found = true;
  seen.seeds = seed_under_way(folder);
  seen.laws.insert(how);
  seen.signature = fmt::format("process/{}", how);
  return seen;
}

FuzzSeen seen_at(const ChildEnd& end, bool stuck, const fs::path& folder, const fs::path& lines,
                 const fs::path& output) {
  using enum ChildEnd::How;
  if (stuck || end.how == timed_out) return taken_down(folder, "timeout");
  if (end.how == signalled) return taken_down(folder, "crash");
  const bool judged = end.how == exited && (end.code == number(sim::ExitCode::all_hold) ||
                                            end.code == number(sim::ExitCode::violation));
  FuzzSeen seen;
  if (judged) {
    seen = read_fuzz_lines(text_of(lines));
  } else if (end.how != interrupted) {
    seen.problem = fmt::format("it cannot play seeds:\n{}", text_of(output));
  }
  seen.judged = judged;
  return seen;
}

}  // namespace

FuzzSeen read_fuzz_lines(std::string_view lines) {
  FuzzSeen seen;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const auto line = nlohmann::json::parse(lines.substr(0, end), nullptr, false);
    lines = end == std::string_view::npos ? std::string_view() : lines.substr(end + 1);
    if (!line.is_object() || !line.contains("seed") || !line.contains("failure")) continue;
    seen.seeds = line.at("seed");
    if (line.at("failure").is_null()) continue;
    seen.found = true;
    seen.signature = line.at("failure");
    seen.laws.insert(seen.signature.substr(0, seen.signature.find('/')));
    break;
  }
  return seen;
}

FuzzSeen fuzz_mutant(const FuzzTrial& trial) {
  const auto begin = Clock::now();
  const fs::path folder = trial.scratch / fmt::format("fuzz-{}", getpid());
  const fs::path lines = folder / "lines.jsonl";
  const fs::path output = folder / "output.txt";
  std::error_code error;
  fs::remove_all(folder, error);
  fs::create_directories(folder, error);
  const double patience = trial.known_seconds > 0
                              ? kPatienceSeconds + kPatience * trial.known_seconds
                              : kUnknownSeconds;
  const std::chrono::milliseconds limit(static_cast<std::int64_t>(patience * 1'000));
  bool stuck = false;
  const ChildEnd end = run_child({.arguments = words_of(trial, lines),
                                  .folder = folder,
                                  .output = output,
                                  .limits = {limit, trial.memory_bytes},
                                  .stop = [&] {
                                    stuck = is_stuck(folder);
                                    return stuck || (trial.stop && trial.stop());
                                  }});
  FuzzSeen seen = seen_at(end, stuck, folder, lines, output);
  fs::remove_all(folder, error);
  seen.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return seen;
}

}  // namespace dp::cli
