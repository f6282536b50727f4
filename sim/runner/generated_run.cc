#include "sim/runner/generated_run.h"

#include <algorithm>
#include <utility>

#include "sim/tape/tape.h"

namespace dp::sim {

namespace {

RunPlan without_absent(RunPlan plan) {
  for (const std::uint32_t index : plan.absent) {
    if (index < plan.world.devices.size()) plan.world.devices[index].powered_on = false;
  }
  return plan;
}

}  // namespace

GeneratedRun::GeneratedRun(RunPlan plan)
    : plan_(without_absent(std::move(plan))), world_(plan_.world), people_(world_, plan_.people) {}

std::vector<DeviceId> GeneratedRun::drawn_core() {
  Tape& tape = world_.tape();
  std::vector<DeviceId> core;
  const bool part = tape.chance(kHealCoreSite, 0, (1'000 - plan_.heal_all_per_mille) * 1'000);
  for (std::size_t i = 0; i < world_.device_count(); ++i) {
    const DeviceId device{static_cast<std::uint32_t>(i)};
    if (std::ranges::find(plan_.absent, device.index) != plan_.absent.end()) continue;
    const bool left_out = part && tape.pick(kHealCoreSite, node_of(device).value, 3) == 1;
    if (!left_out || (core.empty() && i + 1 == world_.device_count())) core.push_back(device);
  }
  return core;
}

RunResult GeneratedRun::finish() {
  return finish_until({});
}

RunResult GeneratedRun::finish_until(const std::function<bool()>& stop) {
  const auto stopped_by = [&](Micros time_us) {
    if (stop) return world_.run_until([&](const World&) { return stop(); }, time_us);
    world_.run_until(time_us);
    return false;
  };
  while (const auto at = people_.next_us()) {
    if (stopped_by(*at)) return {};
    people_.act(world_);
  }
  if (stopped_by(people_.until_us())) return {};
  world_.heal(drawn_core());
  RunResult result;
  result.seed = plan_.world.seed;
  result.quiesced = world_.quiesce();
  if (!result.quiesced) result.pending = world_.pending();
  result.digest = world_.digest();
  result.events = world_.events();
  result.frames = world_.frames_delivered();
  result.simulated_us = world_.now_us();
  result.decisions = world_.tape().decisions();
  result.faults = world_.fault_counts();
  return result;
}

RunResult run_generated(const RunPlan& plan) {
  GeneratedRun run(plan);
  return run.finish();
}

}  // namespace dp::sim
