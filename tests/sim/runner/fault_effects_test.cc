// Every fault bites: in a thousand seeds of the default mix each kind had an effect, and an effect
// is something that a node could see.
#include <gtest/gtest.h>

#include "sim/runner/generated_run.h"
#include "sim/tape/keyed_draw.h"
#include "sim/trace/digest.h"

namespace dp::sim {
namespace {

// What nodes see and do, without what merely says that a fault was injected.
class NodesView : public Observer {
 public:
  void observe(const TraceEvent& event, const World&) override {
    switch (event.kind) {
      case EventKind::fault:
      case EventKind::fault_ended:
      case EventKind::phase:
      case EventKind::power:
      case EventKind::clock_changed:
      case EventKind::store_changed:
      case EventKind::cache_struck:
        return;
      default:
        break;
    }
    TraceEvent seen = event;
    seen.sequence = 0;
    digest_.include(seen);
  }
  DigestValue value() const { return digest_.value(); }

 private:
  Digest digest_;
};

struct Seen {
  DigestValue view;
  std::uint64_t had_effect = 0;
};

Seen live_with(FaultKind kind, std::uint32_t intensity, std::uint64_t seed) {
  RunPlan plan = house_mix(seed);
  plan.world.cipher = CipherMode::ideal;
  plan.world.faults = {};
  plan.world.faults[kind] = intensity;
  plan.people.operations = 40;
  GeneratedRun run(plan);
  NodesView view;
  run.world().attach(&view);
  const RunResult result = run.finish();
  run.world().detach(&view);
  return {view.value(), result.faults[static_cast<std::size_t>(kind)].had_effect};
}

TEST(FaultEffects, each_kind_has_one_within_a_thousand_seeds_of_the_default_mix) {
  FaultCounts total{};
  const auto silent = [&] {
    std::string kinds;
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      if (total[i].had_effect == 0) kinds += std::string(name(static_cast<FaultKind>(i))) + " ";
    }
    return kinds;
  };
  for (std::uint64_t seed = 0; seed < 1'000 && !silent().empty(); ++seed) {
    const RunResult result = run_generated(default_mix(seed));
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      total[i].had_effect += result.faults[i].had_effect;
    }
  }
  EXPECT_EQ(silent(), "");
}

TEST(FaultEffects, an_effect_that_is_counted_can_be_seen) {
  std::vector<DigestValue> calm;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    calm.push_back(live_with(FaultKind::disconnect, 0, seed).view);
  }
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    std::uint64_t claimed = 0;
    std::uint64_t seen = 0;
    for (std::uint64_t seed = 0; seed < calm.size(); ++seed) {
      const Seen one = live_with(kind, 2 * usual_intensity(kind), seed);
      if (one.had_effect == 0) continue;
      ++claimed;
      if (one.view != calm[seed]) ++seen;
    }
    // An outage of the cache may fall between two requests.
    const std::uint64_t between = kind == FaultKind::cache_unavailable ? 1 : 0;
    EXPECT_GE(seen + between, claimed) << name(kind);
  }
}

}  // namespace
}  // namespace dp::sim
