// The default set as a whole: what it promises on the command line, and that it cannot be green by
// looking at nothing. covers: CONV-13
#include "sim/oracles/oracle_set.h"

#include <gtest/gtest.h>

#include <set>

#include "sim/oracles/isolation.h"

namespace dp::sim {
namespace {

TEST(OracleSetTest, EveryCardNamesItsLawItsLimitsAndItsNumbers) {
  std::set<std::string_view> names;
  for (const OracleCard& card : OracleSet::cards()) {
    EXPECT_TRUE(names.insert(card.name).second) << card.name;
    EXPECT_FALSE(card.law.empty()) << card.name;
    EXPECT_FALSE(card.not_checked.empty()) << card.name;
    EXPECT_FALSE(card.ids.empty()) << card.name;
  }
  EXPECT_GE(names.size(), 13U);
}

TEST(OracleSetTest, AWorldThatDidNotBecomeQuietIsAViolation) {
  World world{WorldConfig{}};
  OracleSet oracles;
  world.attach(&oracles);
  oracles.conclude(world, false);
  world.detach(&oracles);
  ASSERT_EQ(oracles.violations().size(), 1U);
  EXPECT_EQ(oracles.violations().front().signature(),
            "quiescence/not_quiet/the world did not become quiet");
}

TEST(OracleSetTest, ARowOfASlotNobodyTouchedIsAViolation) {
  const World world{WorldConfig{}};
  const SlotHistory nobody_did_anything;
  Isolation isolation(nobody_did_anything);
  server::Query query;
  server::WriteDraft job;
  job.row.slot = {world.account_id(0), world.chat(0, 0)};
  job.row.version = 3;
  job.row.sealed = true;
  query.request = job;
  TraceEvent event;
  event.node = kServerNode;
  event.kind = EventKind::db_applied;
  event.detail = &query;
  isolation.observe(event, world);
  EXPECT_EQ(isolation.violation_count(), 1U);
  EXPECT_EQ(isolation.comparisons(), 1U);
}

}  // namespace
}  // namespace dp::sim
