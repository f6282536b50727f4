#include "cli/marks_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <mutex>
#include <thread>
#include <vector>

#include "cli/interrupt.h"
#include "cli/report_file.h"
#include "sim/marks/mark_observer.h"
#include "sim/runner/generated_run.h"

namespace dp::cli {
namespace {

using sim::ExitCode;
using sim::Mark;

constexpr std::uint64_t kRarePerCent = 5;

struct Census {
  sim::MarkCounts counts;
  std::array<std::uint64_t, sim::kMarkCount> first{};  // seed; valid if counted

  void add(std::uint64_t seed, const sim::MarkSet& marks) {
    for (std::size_t i = 0; i < sim::kMarkCount; ++i) {
      if (!marks.has(static_cast<Mark>(i))) continue;
      first[i] = counts.runs_with[i] == 0 ? seed : std::min(first[i], seed);
    }
    counts.add(marks);
  }
  bool is_rare(std::size_t mark) const {
    return counts.runs_with[mark] * 100 < counts.runs * kRarePerCent;
  }
  std::size_t rare() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < sim::kMarkCount; ++i) {
      sum += counts.runs_with[i] > 0 && is_rare(i) ? 1 : 0;
    }
    return sum;
  }
};

Census take_census(const MarksOptions& options) {
  Census census;
  std::mutex mutex;
  std::atomic<std::uint64_t> next{0};
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed < options.runs && !interrupted(); seed = next++) {
      sim::GeneratedRun run(sim::default_mix(seed));
      sim::MarkObserver marks;
      run.world().attach(&marks);
      run.finish();
      const std::lock_guard lock(mutex);
      census.add(seed, marks.marks());
    }
  };
  std::vector<std::jthread> pool;
  for (std::size_t i = 0; i < options.jobs; ++i) pool.emplace_back(work);
  pool.clear();
  return census;
}

std::string table(const Census& census) {
  std::string out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to,
                 "# Marks\n\nNamed situations and in how many of {} runs of the default mix (seeds "
                 "from 0) each was met.\n{} of {} were met, {} of them in fewer than {} % of the "
                 "runs. A mark that no run meets fails the tests.\n\nWritten by `draftproof marks "
                 "--runs {} --markdown docs/marks.md`.\n",
                 census.counts.runs, census.counts.met(), sim::kMarkCount, census.rare(),
                 kRarePerCent, census.counts.runs);
  std::string_view theme;
  for (std::size_t i = 0; i < sim::kMarkCount; ++i) {
    const sim::MarkCard& card = sim::card(static_cast<Mark>(i));
    if (card.theme != theme) {
      theme = card.theme;
      fmt::format_to(to, "\n## {}\n\n| mark | runs | first seed | meaning |\n|---|---|---|---|\n",
                     theme);
    }
    fmt::format_to(to, "| {} | {} | {} | {} |\n", card.name, census.counts.runs_with[i],
                   census.first[i], card.meaning);
  }
  return out;
}

}  // namespace

ExitCode marks_command(const MarksOptions& options) {
  ReportFile file;
  if (!file.open(options.markdown_file.empty() ? "-" : options.markdown_file)) {
    fmt::print(stderr, "draftproof: {}\n", file.problem());
    return ExitCode::broken;
  }
  listen_for_interrupt();
  const Census census = take_census(options);
  if (interrupted()) return ExitCode::incomplete;
  file.write(table(census));
  if (!file.close()) {
    fmt::print(stderr, "draftproof: {}\n", file.problem());
    return ExitCode::broken;
  }
  return census.counts.met() == sim::kMarkCount ? ExitCode::all_hold : ExitCode::violation;
}

}  // namespace dp::cli
