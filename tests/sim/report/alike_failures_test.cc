// Failures that are alike are told once; no seed is lost by that.
#include "sim/report/alike_failures.h"

#include <gtest/gtest.h>

namespace dp::sim {
namespace {

RunRecord failed(std::uint64_t seed, std::vector<std::string> signatures) {
  RunRecord out;
  out.name = "a-name";
  out.seed = seed;
  out.status = RunStatus::failed;
  for (std::string& signature : signatures) {
    ReportedViolation violation;
    violation.signature = std::move(signature);
    out.violations.push_back(std::move(violation));
  }
  return out;
}

TEST(AlikeFailures, OnlyTheFirstOfAKindIsTold) {
  AlikeFailures alike;
  EXPECT_TRUE(alike.take(failed(3, {"a/b"})));
  EXPECT_FALSE(alike.take(failed(4, {"a/b"})));
  EXPECT_FALSE(alike.take(failed(9, {"a/b"})));
  EXPECT_EQ(alike.drain(), std::vector<std::string>{"  like seed 3: 2 more, seeds 4, 9"});
}

TEST(AlikeFailures, AnotherSignatureStatusOrErrorIsAnotherKind) {
  AlikeFailures alike;
  EXPECT_TRUE(alike.take(failed(1, {"a/b"})));
  EXPECT_TRUE(alike.take(failed(2, {"a/c"})));
  EXPECT_TRUE(alike.take(failed(3, {"a/b", "a/c"})));
  RunRecord wrong = failed(4, {"a/b"});
  wrong.status = RunStatus::error;
  EXPECT_TRUE(alike.take(wrong));
  wrong.error = "it could not be played";
  EXPECT_TRUE(alike.take(wrong));
  EXPECT_TRUE(alike.drain().empty()) << "each came once, and its story names its seed";
}

TEST(AlikeFailures, TheNextScenarioBeginsAnew) {
  AlikeFailures alike;
  EXPECT_TRUE(alike.take(failed(1, {"a/b"})));
  EXPECT_FALSE(alike.take(failed(2, {"a/b"})));
  EXPECT_EQ(alike.drain(), std::vector<std::string>{"  like seed 1: 1 more, seed 2"});
  EXPECT_TRUE(alike.take(failed(1, {"a/b"})));
  EXPECT_TRUE(alike.drain().empty());
}

TEST(SeedsText, RunsOfSeedsAreRanges) {
  EXPECT_EQ(seeds_text({}, 9), "");
  EXPECT_EQ(seeds_text({5}, 9), "5");
  EXPECT_EQ(seeds_text({1, 2, 3, 7, 9, 10}, 9), "1..3, 7, 9..10");
}

TEST(SeedsText, TooManyPartsAreCounted) {
  EXPECT_EQ(seeds_text({1, 3, 5, 6, 8}, 2), "1, 3 and 3 more");
  EXPECT_EQ(seeds_text({1, 3, 5, 6, 8}, 4), "1, 3, 5..6, 8");
}

}  // namespace
}  // namespace dp::sim
