// The figure we quote: worlds a second of the house mix, on one core.
//
// One account, three devices, two chats, about sixty saves in bursts, swarm faults, heal and
// quiescence, with the real cipher; once with every oracle watching and once with none, so that
// the price of judging is known. Each iteration is another seed, and a violation ends the run:
// a fast simulator of wrong worlds is worth nothing.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "sim/oracles/oracle_set.h"
#include "sim/runner/generated_run.h"

namespace dp::sim {
namespace {

void house_mix_worlds(benchmark::State& state, bool judged) {
  std::uint64_t seed = 0;
  std::uint64_t events = 0;
  std::uint64_t frames = 0;
  Micros simulated_us = 0;
  for ([[maybe_unused]] auto iteration : state) {
    GeneratedRun run(house_mix(++seed));
    OracleSet oracles;
    if (judged) run.world().attach(&oracles);
    const RunResult result = run.finish();
    if (judged) {
      run.world().detach(&oracles);
      oracles.conclude(run.world(), result.quiesced);
    }
    if (!result.quiesced || (judged && oracles.any_violation())) {
      state.SkipWithError("a world did not come to rest or violated a law");
      break;
    }
    events += result.events;
    frames += result.frames;
    simulated_us += result.simulated_us;
  }
  const auto per_world = benchmark::Counter::kAvgIterations;
  state.counters["worlds/s"] =
      benchmark::Counter(static_cast<double>(seed), benchmark::Counter::kIsRate);
  state.counters["events"] = benchmark::Counter(static_cast<double>(events), per_world);
  state.counters["frames"] = benchmark::Counter(static_cast<double>(frames), per_world);
  state.counters["simulated_s"] =
      benchmark::Counter(static_cast<double>(simulated_us / kSecond), per_world);
}

BENCHMARK_CAPTURE(house_mix_worlds, all_oracles, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(house_mix_worlds, no_oracles, false)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dp::sim
