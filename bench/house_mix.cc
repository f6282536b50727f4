// The figures we quote: worlds a second of the house mix, on one core, and how far above its floor
// a world costs.
//
// One account, three devices, two chats, about sixty saves in bursts, swarm faults, heal and
// quiescence; with the real and with the ideal cipher, with every oracle watching and with none, so
// that the price of judging is known. The last benchmark runs each world with all oracles and then
// its floor (frame_floor.h) in turn, so that both meet the same machine, and prints their ratio.
// Each iteration is another seed, and a violation ends the run: a fast simulator of wrong worlds is
// worth nothing.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>

#include "bench/frame_floor.h"
#include "sim/oracles/oracle_set.h"
#include "sim/runner/generated_run.h"

namespace dp::sim {
namespace {

struct Mode {
  CipherMode cipher = CipherMode::real;
  bool judged = true;
};

// False if the world did not come to rest or violated a law.
bool live_through(GeneratedRun& run, bool judged, RunResult& result) {
  OracleSet oracles;
  if (judged) run.world().attach(&oracles);
  result = run.finish();
  if (!judged) return result.quiesced;
  run.world().detach(&oracles);
  oracles.conclude(run.world(), result.quiesced);
  return result.quiesced && !oracles.any_violation();
}

RunPlan plan_of(std::uint64_t seed, CipherMode cipher) {
  RunPlan plan = house_mix(seed);
  plan.world.cipher = cipher;
  return plan;
}

void house_mix_worlds(benchmark::State& state, Mode mode) {
  std::uint64_t seed = 0;
  std::uint64_t events = 0;
  std::uint64_t frames = 0;
  Micros simulated_us = 0;
  for ([[maybe_unused]] auto iteration : state) {
    GeneratedRun run(plan_of(++seed, mode.cipher));
    RunResult result;
    if (!live_through(run, mode.judged, result)) {
      state.SkipWithError("a world did not come to rest or violated a law");
      break;
    }
    events += result.events;
    frames += result.frames;
    simulated_us += result.simulated_us;
  }
  const auto per_second = benchmark::Counter::kIsRate;
  const auto per_world = benchmark::Counter::kAvgIterations;
  state.counters["worlds/s"] = benchmark::Counter(static_cast<double>(seed), per_second);
  state.counters["frames/s"] = benchmark::Counter(static_cast<double>(frames), per_second);
  state.counters["events"] = benchmark::Counter(static_cast<double>(events), per_world);
  state.counters["frames"] = benchmark::Counter(static_cast<double>(frames), per_world);
  state.counters["simulated_s"] =
      benchmark::Counter(static_cast<double>(simulated_us / kSecond), per_world);
}

void whole_over_floor(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  std::uint64_t seed = 0;
  Clock::duration whole{};
  Clock::duration floor{};
  for ([[maybe_unused]] auto iteration : state) {
    state.PauseTiming();
    const RunPlan plan = plan_of(++seed, CipherMode::real);
    FloorCollector collector;
    GeneratedRun watched(plan);
    watched.world().attach(&collector);
    watched.finish();
    watched.world().detach(&collector);
    benchmark::DoNotOptimize(collector.replay());  // warms the caches of code and keys
    state.ResumeTiming();
    const auto start = Clock::now();
    GeneratedRun run(plan);
    RunResult result;
    const bool ok = live_through(run, true, result);
    const auto middle = Clock::now();
    benchmark::DoNotOptimize(collector.replay());
    floor += Clock::now() - middle;
    whole += middle - start;
    if (ok) continue;
    state.SkipWithError("a world did not come to rest or violated a law");
    break;
  }
  const auto ms_per_world = [&](Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count() / static_cast<double>(seed);
  };
  state.counters["whole_ms"] = ms_per_world(whole);
  state.counters["floor_ms"] = ms_per_world(floor);
  state.counters["whole/floor"] = ms_per_world(whole) / ms_per_world(floor);
}

BENCHMARK_CAPTURE(house_mix_worlds, real_all_oracles, Mode{CipherMode::real, true})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(house_mix_worlds, real_no_oracles, Mode{CipherMode::real, false})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(house_mix_worlds, ideal_all_oracles, Mode{CipherMode::ideal, true})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(house_mix_worlds, ideal_no_oracles, Mode{CipherMode::ideal, false})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(whole_over_floor)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dp::sim
