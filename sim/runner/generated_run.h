// One generated run: a seed becomes a world with people and swarm faults, lives through its safety
// phase, heals, and comes to rest.
//
//   GeneratedRun run(house_mix(seed));
//   run.world().attach(&oracles);
//   const RunResult result = run.finish();
//
// Does not: judge; whoever attaches observers does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/people/people.h"
#include "sim/world/world.h"

namespace dp::sim {

struct RunPlan {
  WorldConfig world;
  PeopleConfig people;
  std::uint32_t heal_all_per_mille = 800;  // else a random core heals, the rest is gone for good
  std::vector<std::uint32_t> absent;       // devices that are never switched on
  bool operator==(const RunPlan&) const = default;
};

// 1 account, 3 devices, 2 chats, about 60 debounced saves, swarm faults that leave no device or
// database without what it had stored: the mix every published figure refers to.
RunPlan house_mix(std::uint64_t seed);
// The mix that everything else plays, `fuzz`, marks and the gate: up to 2 accounts of either
// dialect and suite, up to 5 devices and a new one in the middle, any habit, limits and lifetimes
// within reach, honest swarm faults in every run and the adversaries in some. One run in eight has
// the real cipher.
RunPlan default_mix(std::uint64_t seed);
// The same worlds without the two adversaries, or with both in every run that draws their families.
RunPlan wide_mix(std::uint64_t seed);
RunPlan hostile_mix(std::uint64_t seed);

// Selects families and kinds at random (swarm) among those allowed, with random intensities.
FaultPlan swarm(std::uint64_t seed, const std::vector<FaultKind>& allowed);
std::vector<FaultKind> house_faults();
std::vector<FaultKind> honest_faults();  // everything an honest world can do
std::vector<FaultKind> all_faults();
std::uint32_t usual_intensity(FaultKind kind);

struct RunResult {
  std::uint64_t seed = 0;
  bool quiesced = false;
  std::string pending;  // why not, if it did not
  DigestValue digest;
  std::uint64_t events = 0;
  std::uint64_t frames = 0;
  Micros simulated_us = 0;
  std::uint64_t decisions = 0;
  FaultCounts faults{};
  bool operator==(const RunResult&) const = default;
};

class GeneratedRun {
 public:
  explicit GeneratedRun(RunPlan plan);

  World& world() { return world_; }
  const RunPlan& plan() const { return plan_; }
  RunResult finish();
  // The same, given up as soon as `stop` says so, which is asked after every event until faults
  // end. What is returned then means nothing.
  RunResult finish_until(const std::function<bool()>& stop);

 private:
  std::vector<DeviceId> drawn_core();

  RunPlan plan_;
  World world_;
  People people_;
};

RunResult run_generated(const RunPlan& plan);

}  // namespace dp::sim
