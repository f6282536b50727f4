#include "cli/digest_command.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/suite.h"
#include "cli/workers.h"
#include "sim/runner/generated_run.h"

namespace dp::cli {
namespace {

// Worlds nobody wrote a story for: what scenarios do not reach is compared too.
void print_generated(const char* mix, sim::RunPlan (*plan)(std::uint64_t), std::uint64_t seeds) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const sim::RunResult result = sim::run_generated(plan(seed));
    fmt::print("{} {} {}\n", mix, seed, sim::text_of(result.digest));
  }
}

}  // namespace

sim::ExitCode digest_command(const DigestOptions& options) {
  const Suite suite = load_suite(options.paths);
  for (const std::string& mistake : suite.mistakes) fmt::print(stderr, "{}\n", mistake);
  if (!suite.mistakes.empty()) return sim::ExitCode::bad_input;
  std::vector<PlannedRun> plan;
  for (const sim::Scenario& scenario : suite.scenarios) {
    for (std::uint64_t seed = scenario.seeds.first; seed <= scenario.seeds.last; ++seed) {
      plan.push_back({&scenario, seed});
    }
  }
  WorkOptions work;
  work.jobs = options.jobs;
  work.stop = [] { return false; };
  work.done = [](const sim::Played& played) {
    fmt::print("{} {} {}\n", played.record.name, played.record.seed, played.record.digest);
  };
  play_all(plan, work);
  // Who names files wants those; without a path everything is compared.
  if (options.paths.empty()) {
    print_generated("house-mix", sim::house_mix, 12);
    print_generated("wide-mix", sim::wide_mix, 6);
    print_generated("hostile-mix", sim::hostile_mix, 6);
  }
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!written) fmt::print(stderr, "draftproof: standard output could not be written\n");
  return written ? sim::ExitCode::all_hold : sim::ExitCode::broken;
}

}  // namespace dp::cli
