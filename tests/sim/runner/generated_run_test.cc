#include "sim/runner/generated_run.h"

#include <gtest/gtest.h>

#include "sim/tape/keyed_draw.h"
#include "sim/tape/tape.h"

namespace dp::sim {
namespace {

// Every kind of fault is given to every world of a small campaign; each must have had an effect.
TEST(GeneratedRun, every_fault_kind_bites) {
  FaultCounts total{};
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    RunPlan plan = hostile_mix(seed);
    plan.world.cipher = CipherMode::ideal;
    plan.people.operations = 50;
    plan.people.until_us = 40 * kSecond;
    plan.world.fault_phase_us = 40 * kSecond;
    // Half of the kinds at a time, harder than usual, so that none hides behind another.
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      const auto kind = static_cast<FaultKind>(i);
      plan.world.faults[kind] = keyed_draw(seed, 0, 0, i) % 2 == 0 ? 0 : 3 * usual_intensity(kind);
    }
    const RunResult result = run_generated(plan);
    EXPECT_TRUE(result.quiesced) << "seed " << seed << ": " << result.pending;
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      total[i].armed += result.faults[i].armed;
      total[i].fired += result.faults[i].fired;
      total[i].had_effect += result.faults[i].had_effect;
    }
  }
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    EXPECT_GT(total[i].armed, 0u) << name(kind);
    EXPECT_GT(total[i].fired, 0u) << name(kind);
    EXPECT_GT(total[i].had_effect, 0u) << name(kind);
  }
}

TEST(GeneratedRun, a_family_switched_off_never_fires) {
  RunPlan plan = hostile_mix(9);
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    plan.world.faults[kind] = usual_intensity(kind);
    if (family_of(kind) == Family::network) plan.world.faults[kind] = 0;
  }
  const RunResult result = run_generated(plan);
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if (family_of(kind) != Family::network) continue;
    EXPECT_EQ(result.faults[i].fired, 0u) << name(kind);
  }
}

TEST(GeneratedRun, swarm_leaves_some_families_out_and_no_run_the_same) {
  std::size_t with_network = 0;
  std::size_t with_disk = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const FaultPlan plan = swarm(seed, honest_faults());
    std::array<bool, kFamilyCount> on{};
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      const auto kind = static_cast<FaultKind>(i);
      if (plan[kind] > 0) on[static_cast<std::size_t>(family_of(kind))] = true;
    }
    with_network += on[static_cast<std::size_t>(Family::network)];
    with_disk += on[static_cast<std::size_t>(Family::disk)];
    EXPECT_FALSE(on[static_cast<std::size_t>(Family::hostile)]);
    EXPECT_FALSE(on[static_cast<std::size_t>(Family::byzantine)]);
  }
  EXPECT_GT(with_network, 60u);
  EXPECT_LT(with_network, 140u);
  EXPECT_GT(with_disk, 60u);
  EXPECT_LT(with_disk, 140u);
}

// Of a device that crashed just before everybody went to bed, and would have started again: eleven
// million pings in 400 days (seed 435,931).
TEST(GeneratedRun, a_night_of_400_days_is_slept_through) {
  const RunResult result = run_generated(default_mix(435'931));
  EXPECT_GT(result.simulated_us, 399 * 24 * kHour);
  EXPECT_LT(result.events, 200'000u);
}

TEST(GeneratedRun, the_house_mix_is_the_size_it_is_said_to_be) {
  std::uint64_t frames = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    RunPlan plan = house_mix(seed);
    EXPECT_EQ(plan.world.accounts.size(), 1u);
    EXPECT_EQ(plan.world.devices.size(), 3u);
    EXPECT_EQ(plan.people.chats, 2u);
    plan.world.faults = {};
    frames += run_generated(plan).frames;
  }
  EXPECT_GT(frames / 10, 200u);
  EXPECT_LT(frames / 10, 300u);
}

TEST(GeneratedRun, dropping_one_operation_leaves_the_others_as_they_were) {
  RunPlan plan = house_mix(3);
  plan.world.faults = {};
  plan.world.keep_trace = true;
  GeneratedRun whole(plan);
  whole.finish();
  GeneratedRun without(plan);
  without.world().tape().set_override({kPersonSite, node_of({1}).value, 2 * 20}, 0);
  without.finish();
  const auto acts_of_others = [](const World& world) {
    std::vector<std::pair<Micros, std::string>> acts;
    for (const RecordedEvent& event : world.trace()) {
      if (event.kind == EventKind::person && event.node != node_of({1})) {
        acts.emplace_back(event.time_us, event.name);
      }
    }
    return acts;
  };
  EXPECT_EQ(acts_of_others(whole.world()), acts_of_others(without.world()));
  EXPECT_NE(whole.world().digest(), without.world().digest());
}

}  // namespace
}  // namespace dp::sim
