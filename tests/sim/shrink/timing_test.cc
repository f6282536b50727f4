// Races by time, over a small world with a real tape: two people, their pauses, and a fault that
// strikes one of the many visits their deeds cause.
#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "sim/people/people.h"
#include "sim/shrink/shrinker.h"

namespace dp::sim {
namespace {

constexpr std::uint32_t kOperations = 40;
const Site kStrike = strike_site(FaultKind::device_crash);

struct Seen {
  std::array<Micros, 2> deed_us{-kHour, -kHour};  // of each person, the latest
  std::size_t latest = 0;
  bool struck = false;  // at this visit, which is so many of those of the latest deed
  int visit = 0;
};
using Fails = std::function<bool(const Seen&)>;

Micros distance(const Seen& seen) {
  return std::max(seen.deed_us[0], seen.deed_us[1]) - std::min(seen.deed_us[0], seen.deed_us[1]);
}

// Each deed causes three visits half a millisecond later.
class SmallWorld {
 public:
  SmallWorld(const Reduction& orders, const Fails& fails)
      : tape_(1, TapeOrders{orders.only_these, orders.decisions, {}, orders.appointments}),
        fails_(fails) {}

  Verdict live() {
    std::array<std::uint32_t, 2> operation{};
    std::array<Micros, 2> next_us{usual_time_us({0}, 0), usual_time_us({1}, 0)};
    while (operation[0] < kOperations || operation[1] < kOperations) {
      std::size_t who = next_us[1] < next_us[0] ? 1 : 0;
      if (operation[who] == kOperations) who = 1 - who;
      const std::uint32_t node = node_of({static_cast<std::uint32_t>(who)}).value;
      tape_.set_now(next_us[who]);
      if (tape_.chance_at({kPersonSite, node, 2 * operation[who]}, 1)) visit(who, next_us[who]);
      const std::uint64_t pause = tape_.pick_at({kPersonPauseSite, node, operation[who]}, 5'000);
      ++operation[who];
      next_us[who] += kSecond + static_cast<Micros>(pause) * kMillisecond;
    }
    if (!verdict_.same_failure) return {};
    verdict_.decisions = tape_.log();
    verdict_.places = tape_.places();
    return verdict_;
  }

 private:
  void visit(std::size_t who, Micros now_us) {
    seen_.deed_us[who] = now_us;
    seen_.latest = who;
    tape_.set_now(now_us + kMillisecond / 2);
    for (int i = 0; i < 3; ++i) {
      seen_.visit = i;
      seen_.struck = tape_.chance(kStrike, kServerNode.value, 1);
      if (verdict_.same_failure || !fails_(seen_)) continue;
      verdict_.same_failure = true;
      verdict_.failure = {tape_.log().size(), now_us};
    }
  }

  Tape tape_;
  const Fails& fails_;
  Seen seen_;
  Verdict verdict_;
};

// Both do something in every operation and pause in between, each in another rhythm.
std::vector<Decision> busy_people() {
  std::vector<Decision> out;
  for (std::uint32_t i = 0; i < kOperations; ++i) {
    for (std::uint32_t device = 0; device < 2; ++device) {
      const std::uint32_t node = node_of({device}).value;
      out.push_back({{kPersonSite, node, 2 * i}, 1});
      out.push_back({{kPersonPauseSite, node, i}, 1 + (i * 977 + device * 311) % 1'500});
    }
  }
  return out;
}

Reduction shrunk(const Reduction& start, const Fails& fails) {
  Verdict first = SmallWorld(start, fails).live();
  EXPECT_TRUE(first.same_failure);
  Shrinker shrinker(first, 2);
  while (!shrinker.done()) {
    const auto trial = shrinker.next();
    if (trial) shrinker.judged(trial->id, SmallWorld(trial->reduction, fails).live());
  }
  const Reduction& best = shrinker.best();
  EXPECT_TRUE(best.appointments.empty());
  EXPECT_TRUE(SmallWorld(best, fails).live().same_failure) << "what is kept must fail as it is";
  for (std::size_t i = 0; i < best.decisions.size(); ++i) {
    Reduction less = best;
    less.decisions.erase(less.decisions.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(SmallWorld(less, fails).live().same_failure) << i << " is not needed";
  }
  return best;
}

TEST(ShrinkTiming, two_who_meet_by_their_pauses_meet_without_them) {
  const Fails fails = [](const Seen& seen) { return distance(seen) < 20 * kMillisecond; };
  const Reduction left = shrunk({true, busy_people(), {}, {}}, fails);
  ASSERT_EQ(left.decisions.size(), 2u);
  for (const Decision& decision : left.decisions) EXPECT_EQ(decision.key.site, kPersonSite);
}

TEST(ShrinkTiming, a_fault_at_a_late_visit_does_not_need_the_visits_before_it) {
  const Fails fails = [](const Seen& seen) {
    const bool last = seen.struck && seen.visit == 2;
    return last && seen.latest == 1 && distance(seen) < 300 * kMillisecond;
  };
  Reduction start{true, busy_people(), {}, {}};
  std::uint32_t visit = 6 * kOperations;
  for (bool found = false; !found && visit-- > 0;) {
    start.decisions = busy_people();
    start.decisions.push_back({{kStrike, kServerNode.value, visit}, 1});
    found = SmallWorld(start, fails).live().same_failure;
  }
  ASSERT_GT(visit, 100u) << "the fault is to strike late";
  const Reduction left = shrunk(start, fails);
  ASSERT_EQ(left.decisions.size(), 3u);
  for (const Decision& decision : left.decisions) {
    EXPECT_NE(decision.key.site, kPersonPauseSite);
    EXPECT_TRUE(decision.key.site != kStrike || decision.key.ordinal < 6);
  }
}

}  // namespace
}  // namespace dp::sim
