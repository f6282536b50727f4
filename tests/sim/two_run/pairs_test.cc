// Pairs of runs of every family and mode. covers: SEC-02, SEC-03, SEC-06, SEC-07, SEC-11, SEC-14
#include <gtest/gtest.h>

#include <set>

#include "sim/two_run/two_run.h"

namespace dp::sim {
namespace {

std::string told(std::uint64_t seed, const PairKind& kind, const TwoRunResult& result) {
  std::string out = name(kind) + ", seed " + std::to_string(seed) + ": " + result.problem;
  if (!result.difference) return out;
  return out + " " + result.difference->field +
         "\n  first:  " + result.difference->first.substr(0, 400) +
         "\n  second: " + result.difference->second.substr(0, 400);
}

TEST(Pairs, no_family_can_be_told_apart_in_either_mode) {
  for (std::size_t ordinal = 0; ordinal < kPairKindCount; ++ordinal) {
    const PairKind kind = pair_kind(ordinal);
    std::uint64_t compared = 0;
    std::uint64_t texts = 0;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const TwoRunResult result = two_run(seed, kind);
      EXPECT_TRUE(result.holds()) << told(seed, kind, result);
      compared += result.compared;
      texts += result.texts;
      if (kind.mode == TwoRunMode::real) {
        EXPECT_GT(result.recomputed, 0u);
        EXPECT_GT(result.masked_bytes, 300 * result.recomputed);
      } else {
        EXPECT_EQ(result.masked_bytes, 0u);
      }
    }
    EXPECT_GT(compared, 500u) << name(kind);
    const bool about_text =
        kind.family != PairFamily::keys && kind.family != PairFamily::surroundings;
    if (about_text) {
      EXPECT_GT(texts, 100u) << name(kind);
    } else {
      EXPECT_EQ(texts, 0u) << name(kind);
    }
  }
}

TEST(Pairs, every_kind_has_a_name_that_finds_it) {
  std::set<std::string> names;
  for (std::size_t ordinal = 0; ordinal < kPairKindCount; ++ordinal) {
    const PairKind kind = pair_kind(ordinal);
    names.insert(name(kind));
    ASSERT_TRUE(find_pair_kind(name(kind)));
    EXPECT_EQ(*find_pair_kind(name(kind)), kind);
  }
  EXPECT_EQ(names.size(), kPairKindCount);
  EXPECT_FALSE(find_pair_kind("real/keys"));
}

// What a pair must tell apart is shown with pairs that differ in more than they may.
TEST(Pairs, one_more_act_is_found) {
  RunPlan first = plan_of(4, {TwoRunMode::ideal, PairFamily::same_bucket, false}, 0);
  first.world.faults = {};
  RunPlan second = first;
  second.people.operations += 1;
  const TwoRunResult result = compare_runs(first, second, TwoRunMode::ideal, false);
  ASSERT_TRUE(result.difference);
  EXPECT_GT(result.compared, 100u);
  EXPECT_FALSE(result.difference->first == result.difference->second);
}

TEST(Pairs, a_clock_of_the_server_is_seen_and_told_with_its_field) {
  RunPlan first = plan_of(4, {TwoRunMode::ideal, PairFamily::surroundings, false}, 0);
  first.world.faults = {};
  RunPlan second = first;
  second.world.wall_start_us += kDay;
  const TwoRunResult result = compare_runs(first, second, TwoRunMode::ideal, false);
  ASSERT_TRUE(result.difference);
  EXPECT_EQ(result.difference->field, "bytes, field last_edited_overall_timestamp");
}

TEST(Pairs, other_nonces_are_masked_in_no_mode) {
  for (const TwoRunMode mode : {TwoRunMode::ideal, TwoRunMode::real}) {
    const RunPlan first = plan_of(4, {mode, PairFamily::same_length, false}, 0);
    RunPlan second = first;
    second.world.accounts.front().suite = crypto::Suite::aes256_gcm;
    RunPlan other = first;
    other.world.accounts.front().suite = crypto::Suite::xchacha20_poly1305;
    const TwoRunResult result = compare_runs(other, second, mode, false);
    ASSERT_TRUE(result.difference) << name(mode);
    EXPECT_NE(result.difference->field.find("bytes, field encrypted_"), std::string::npos)
        << result.difference->field;
  }
}

}  // namespace
}  // namespace dp::sim
