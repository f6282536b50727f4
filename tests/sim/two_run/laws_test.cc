// The two laws of whole generated worlds. covers: CONV-01, SEC-02, SEC-06, SEC-07, SEC-14, SEC-48,
// SEC-50: log lines and the counts of everything that happens are part of the compared view.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/oracles/oracle_set.h"
#include "sim/two_run/two_run.h"

namespace dp::sim {
namespace {

// RapidCheck runs a property a hundred times; two worlds each make the two hundred.
constexpr std::uint64_t kWorldsPerCase = 2;

void expect_all_laws(const RunPlan& plan) {
  GeneratedRun run(plan);
  OracleSet oracles;
  run.world().attach(&oracles);
  const RunResult result = run.finish();
  oracles.conclude(run.world(), result.quiesced);
  run.world().detach(&oracles);
  for (const Violation& violation : oracles.violations()) {
    RC_FAIL("seed " + std::to_string(plan.world.seed) + ": " + violation.signature() +
            ", expected " + violation.expected + ", seen " + violation.seen);
  }
  RC_ASSERT(oracles.comparisons() > 0U);
}

RC_GTEST_PROP(Laws, VersionsConverge, (std::uint32_t seed)) {
  for (std::uint64_t extra = 0; extra < kWorldsPerCase; ++extra) {
    expect_all_laws(house_mix(std::uint64_t{seed} * kWorldsPerCase + extra));
  }
}

RC_GTEST_PROP(Laws, ServerViewIsIndependentOfText, (std::uint32_t seed)) {
  for (std::uint64_t extra = 0; extra < kWorldsPerCase; ++extra) {
    const RunPlan plan = house_mix(std::uint64_t{seed} * kWorldsPerCase + extra);
    const TwoRunResult result = compare_server_views(plan, 3, 11);
    if (result.difference) {
      RC_FAIL("seed " + std::to_string(plan.world.seed) + ", event " +
              std::to_string(result.difference->ordinal) +
              "\n  first:  " + result.difference->first.substr(0, 400) +
              "\n  second: " + result.difference->second.substr(0, 400));
    }
    RC_ASSERT(result.compared > 100U);
    RC_ASSERT(result.texts > 10U);
  }
}

}  // namespace
}  // namespace dp::sim
