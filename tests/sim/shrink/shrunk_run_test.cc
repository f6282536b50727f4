// A real run that breaks a law made up for the purpose is shrunk until nothing can go.
#include <gtest/gtest.h>

#include <string>

#include "sim/shrink/shrinker.h"

namespace dp::sim {
namespace {

// "No device dies, unless nobody has pressed send before": three things that must meet.
class NobodyDiesAfterASend : public Oracle {
 public:
  const OracleCard& card() const override {
    static const OracleCard card{"nobody_dies", "made up", "everything else", {}};
    return card;
  }
  bool applies(const World&) const override { return true; }
  void at_quiescence(const World&) override {}
  void observe(const TraceEvent& event, const World&) override {
    if (event.kind == EventKind::person && event.name == "send_pressed") sender_ = event.node;
    if (event.kind != EventKind::crash || !sender_ || event.node == *sender_) return;
    if (!is_device(event.node)) return;
    violated({.oracle = {},
              .site = "died",
              .detail = "another device",
              .time_us = event.time_us,
              .sequence = event.sequence,
              .node = event.node,
              .expected = "no crash",
              .seen = "one"});
  }

 private:
  std::optional<NodeId> sender_;
};

RunOutcome judged(const FuzzCase& one) {
  NobodyDiesAfterASend law;
  JudgeOptions options;
  options.detailed = true;
  options.more_laws.push_back(&law);
  return judge_case(one, options);
}

std::string in_words(const Reduction& reduction) {
  std::string out;
  for (const Decision& decision : reduction.decisions) {
    out += name(decision.key.site) + " " + std::to_string(decision.key.node) + ":" +
           std::to_string(decision.key.ordinal) + "=" + std::to_string(decision.value) + "\n";
  }
  return out;
}

constexpr const char* kSignature = "nobody_dies/died/another device";

FuzzCase failing_case() {
  FuzzCase one;
  one.mix = "house";
  for (one.seed = 1; one.seed < 500; ++one.seed) {
    if (judged(one).violation_of(kSignature) != nullptr) return one;
  }
  return {};
}

TEST(ShrunkRun, is_small_and_loses_its_failure_with_any_further_decision) {
  FuzzCase one = failing_case();
  ASSERT_EQ(one.mix, "house") << "no seed breaks the law";
  const RunOutcome found = judged(one);
  Shrinker shrinker(verdict_of(found, kSignature), 3);
  while (!shrinker.done()) {
    const auto trial = shrinker.next();
    if (!trial) continue;
    FuzzCase smaller = one;
    smaller.reduction = trial->reduction;
    shrinker.judged(trial->id, verdict_of(judged(smaller), kSignature));
  }
  one.reduction = shrinker.best();
  EXPECT_LT(one.reduction.decisions.size(), 13u) << in_words(one.reduction);
  EXPECT_LT(one.reduction.decisions.size() * 20, found.decisions.size());
  const RunOutcome small = judged(one);
  ASSERT_NE(small.violation_of(kSignature), nullptr);
  EXPECT_EQ(small.decisions, one.reduction.decisions);
  for (std::size_t i = 0; i < one.reduction.decisions.size(); ++i) {
    FuzzCase less = one;
    auto& decisions = less.reduction.decisions;
    decisions.erase(decisions.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(judged(less).violation_of(kSignature), nullptr)
        << name(one.reduction.decisions[i].key.site) << " is not needed";
  }
}

}  // namespace
}  // namespace dp::sim
