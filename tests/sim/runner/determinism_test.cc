// A run is a function of its plan: in this process, after other worlds, and in another process.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "sim/runner/generated_run.h"
#include "sim/tape/tape.h"

namespace dp::sim {
namespace {

RunPlan small(RunPlan plan) {
  plan.people.operations = 25;
  plan.people.until_us = 25 * kSecond;
  plan.world.fault_phase_us = 25 * kSecond;
  return plan;
}

std::vector<RunPlan> sample_plans() {
  std::vector<RunPlan> plans;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    plans.push_back(small(house_mix(seed)));
    plans.push_back(small(wide_mix(seed)));
    plans.push_back(small(hostile_mix(seed)));
    plans.push_back(small(hostile_mix(seed)));
    plans.back().world.cipher = CipherMode::ideal;
  }
  return plans;
}

std::string digests() {
  std::string out;
  for (const RunPlan& plan : sample_plans()) out += text_of(run_generated(plan).digest) + "\n";
  return out;
}

TEST(Determinism, a_run_is_a_function_of_its_plan) {
  for (const RunPlan& plan : sample_plans()) {
    const RunResult first = run_generated(plan);
    const RunResult second = run_generated(plan);
    EXPECT_EQ(first, second) << "seed " << plan.world.seed;
    EXPECT_TRUE(first.quiesced) << first.pending;
    EXPECT_GT(first.events, 100u);
  }
}

TEST(Determinism, other_seeds_are_other_runs) {
  EXPECT_NE(run_generated(small(house_mix(1))).digest, run_generated(small(house_mix(2))).digest);
}

// The child prints its digests and ends; the parent compares. The child's environment differs in
// everything a run must not depend on, and it runs its worlds after others have been there.
TEST(Determinism, another_process_with_another_environment_agrees) {
  if (std::getenv("DRAFTPROOF_DIGEST_CHILD") != nullptr) {
    run_generated(small(wide_mix(77)));
    std::printf("DIGESTS\n%s", digests().c_str());
    return;
  }
  const std::string command =
      "cd / && env -i DRAFTPROOF_DIGEST_CHILD=1 TZ=Pacific/Chatham LC_ALL=C MALLOC_PERTURB_=165 "
      "MALLOC_ARENA_MAX=1 PADDING=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx "
      "/proc/" +
      std::to_string(::getpid()) +
      "/exe --gtest_filter=Determinism.another_process_with_another_environment_agrees";
  FILE* child = ::popen(command.c_str(), "r");
  ASSERT_NE(child, nullptr);
  std::string output;
  char buffer[512];
  while (std::fgets(buffer, sizeof buffer, child) != nullptr) output += buffer;
  ASSERT_EQ(::pclose(child), 0) << output;
  const std::size_t start = output.find("DIGESTS\n");
  ASSERT_NE(start, std::string::npos) << output;
  const std::string expected = digests();
  EXPECT_EQ(output.substr(start + 8, expected.size()), expected);
}

TEST(Determinism, a_logged_tape_replays_the_run_without_its_seed_of_decisions) {
  const RunPlan plan = small(wide_mix(3));
  GeneratedRun drawn(plan);
  const RunResult expected = drawn.finish();
  GeneratedRun replayed(plan);
  // The plan of timed faults is drawn when the world is made; from there on the log speaks.
  replayed.world().tape().answer_zero_without_override(true);
  for (const Decision& decision : drawn.world().tape().log()) {
    replayed.world().tape().set_override(decision.key, decision.value);
  }
  EXPECT_EQ(replayed.finish(), expected);
}

TEST(Determinism, copies_in_the_middle_of_a_run_end_like_the_original) {
  RunPlan plan = small(house_mix(5));
  World world(plan.world);
  People people(world, plan.people);
  for (int i = 0; i < 30; ++i) {
    const auto at = people.next_us();
    ASSERT_TRUE(at);
    world.run_until(*at);
    people.act(world);
  }
  World copy = world;
  world.heal();
  copy.heal();
  world.quiesce();
  copy.quiesce();
  EXPECT_EQ(world.digest(), copy.digest());
  EXPECT_EQ(world.events(), copy.events());
}

}  // namespace
}  // namespace dp::sim
