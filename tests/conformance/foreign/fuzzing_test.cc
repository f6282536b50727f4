// Generated runs by a foreign client: a race is found, made small, and comes again.
#include "sim/capsule/capsule.h"
#include "sim/capsule/replay.h"
#include "sim/shrink/shrinker.h"
#include "tests/conformance/foreign/clients.h"

namespace dp::conformance {
namespace {

sim::FuzzCase seed_of(std::uint64_t seed) {
  sim::FuzzCase one;
  one.mix = "house";
  one.seed = seed;
  one.client = "draftproof-reference 0.1.0";
  return one;
}

sim::RunOutcome judged(const sim::FuzzCase& one, const sim::ForeignClients& clients) {
  sim::JudgeOptions options;
  options.detailed = true;
  options.checkpoints = true;
  options.clients = &clients;
  return sim::judge_case(one, options);
}

TEST(ForeignFuzzing, OurOwnClientHoldsEveryLaw) {
  const auto clients = clients_of(our_adapter());
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const sim::RunOutcome outcome = judged(seed_of(seed), clients);
    EXPECT_EQ(outcome.signature(), "") << seed;
    EXPECT_GT(outcome.comparisons, 1'000u);
  }
}

// Worlds without a race of two devices say nothing about it, so the first are passed over.
constexpr std::uint64_t kFoundAtSeed = 11;
constexpr std::uint64_t kLastSeed = 30;

TEST(ForeignFuzzing, ARaceIsFoundShrunkAndReplayed) {
  const auto clients = clients_of(our_adapter("drops-copies"));
  std::string signature;
  sim::FuzzCase one;
  for (std::uint64_t seed = kFoundAtSeed; seed <= kLastSeed && signature.empty(); ++seed) {
    one = seed_of(seed);
    signature = judged(one, clients).signature();
  }
  const bool by_a_law_of_texts =
      signature.starts_with("no_lost_text/") || signature.starts_with("convergence/");
  ASSERT_TRUE(by_a_law_of_texts) << signature;

  const sim::Verdict failing = sim::verdict_of(judged(one, clients), signature);
  const auto devices = static_cast<std::uint32_t>(sim::plan_of(one).world.devices.size());
  sim::Shrinker shrinker(failing, devices);
  constexpr std::uint64_t kTrials = 60;
  const auto is_small = [&] {
    return 4 * shrinker.best().decisions.size() < failing.decisions.size();
  };
  while (!is_small() && shrinker.progress().trials < kTrials && !shrinker.done()) {
    const auto trial = shrinker.next();
    if (!trial) continue;
    sim::FuzzCase smaller = one;
    smaller.reduction = trial->reduction;
    shrinker.judged(trial->id, sim::verdict_of(judged(smaller, clients), signature));
  }
  one.reduction = shrinker.best();
  EXPECT_LT(4 * one.reduction.decisions.size(), failing.decisions.size());

  const sim::RunOutcome small = judged(one, clients);
  const sim::Capsule written = sim::capsule_after({"1", "b"}, one, small, signature, {"a line"});
  const auto read = sim::read_capsule("capsule.json", sim::capsule_text(written));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->one, one);
  sim::JudgeOptions options;
  options.clients = &clients;
  const sim::Replay again = sim::replay(*read, options);
  EXPECT_EQ(again.end, sim::ReplayEnd::reproduced);
  EXPECT_EQ(again.signature, signature);
}

TEST(ForeignFuzzing, FaultsThatAClientCannotSufferDoNotStrike) {
  const auto clients = clients_of(our_adapter());
  sim::RunPlan plan = sim::house_mix(1);
  plan.people.operations = 10;
  plan.world.faults = {};
  plan.world.faults[sim::FaultKind::torn_write] = 1'000'000;
  plan.world.faults[sim::FaultKind::slow_cipher] = 1'000'000;
  plan.world.faults[sim::FaultKind::device_pause] = 2;
  sim::JudgeOptions options;
  options.clients = &clients;
  const sim::RunOutcome outcome = sim::judge(plan, options);
  const auto fired = [&](sim::FaultKind kind) {
    return outcome.result.faults[static_cast<std::size_t>(kind)].fired;
  };
  EXPECT_EQ(fired(sim::FaultKind::torn_write), 0u);
  EXPECT_EQ(fired(sim::FaultKind::slow_cipher), 0u);
  EXPECT_EQ(fired(sim::FaultKind::device_pause), 2u);
  EXPECT_EQ(outcome.signature(), "");
}

}  // namespace
}  // namespace dp::conformance
