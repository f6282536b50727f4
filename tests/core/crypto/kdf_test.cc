#include "core/crypto/kdf.h"

#include <gtest/gtest.h>

namespace dp::crypto {
namespace {

Error refusal(const KdfPolicy& policy, std::uint32_t operations, std::uint32_t memory_kib) {
  const auto checked = policy.check({operations, memory_kib, {}});
  return checked ? Error{} : checked.error();
}

TEST(KdfPolicy, ProductionRefusesLessThanThreeOperationsOr256MiB) {
  const auto policy = KdfPolicy::production();
  EXPECT_EQ(refusal(policy, 3, 262'144), Error{});
  EXPECT_EQ(refusal(policy, 2, 262'144), (Error{Fault::key, "kdf_below_floor", "operations"}));
  EXPECT_EQ(refusal(policy, 0, 262'144), (Error{Fault::key, "kdf_below_floor", "operations"}));
  EXPECT_EQ(refusal(policy, 3, 262'143), (Error{Fault::key, "kdf_below_floor", "memory"}));
  EXPECT_EQ(refusal(policy, 16, 8), (Error{Fault::key, "kdf_below_floor", "memory"}));
}

TEST(KdfPolicy, ProductionRefusesMoreThanItsCeiling) {
  const auto policy = KdfPolicy::production();
  EXPECT_EQ(refusal(policy, 16, 1'048'576), Error{});
  EXPECT_EQ(refusal(policy, 17, 262'144), (Error{Fault::key, "kdf_above_ceiling", "operations"}));
  EXPECT_EQ(refusal(policy, 3, 1'048'577), (Error{Fault::key, "kdf_above_ceiling", "memory"}));
  EXPECT_EQ(refusal(policy, 0xffffffff, 0xffffffff),
            (Error{Fault::key, "kdf_above_ceiling", "operations"}));
}

TEST(KdfPolicy, NothingThatProductionAcceptsIsAcceptedInSimulationAndTheOtherWayRound) {
  const auto production = KdfPolicy::production().cheapest({});
  const auto simulation = KdfPolicy::simulation().cheapest({});
  EXPECT_FALSE(KdfPolicy::simulation().check(production));
  EXPECT_FALSE(KdfPolicy::production().check(simulation));
  EXPECT_TRUE(KdfPolicy::production().check(production));
  EXPECT_TRUE(KdfPolicy::simulation().check(simulation));
}

// Were anything derived first, a huge cost would be paid or run out of memory (SEC-21).
TEST(KdfPolicy, RefusalComesBeforeAnyDerivation) {
  const auto proof = initialise().value();
  const Password costly{"x", {.operations = 0xffffffff, .memory_kib = 0xffffffff}};
  EXPECT_EQ(derive_root(proof, KdfPolicy::production(), costly).error().code, "kdf_above_ceiling");
  const Password cheap{"x", {.operations = 3, .memory_kib = 8}};
  EXPECT_EQ(derive_root(proof, KdfPolicy::production(), cheap).error().code, "kdf_below_floor");
  const Password empty{"", KdfPolicy::simulation().cheapest({})};
  EXPECT_EQ(derive_root(proof, KdfPolicy::simulation(), empty).error().code, "password_empty");
}

TEST(Kdf, WrapKeyAndAuthSecretAreDifferentFromEachOtherAndFromTheRoot) {
  const Password password{"x", KdfPolicy::simulation().cheapest({})};
  const auto root = derive_root(initialise().value(), KdfPolicy::simulation(), password).value();
  const auto wrap = wrap_key_of(root);
  const auto auth = auth_secret_of(root);
  EXPECT_FALSE(std::ranges::equal(wrap.view(), auth.view()));
  EXPECT_FALSE(std::ranges::equal(wrap.view(), root.view()));
  EXPECT_FALSE(std::ranges::equal(auth.view(), root.view()));
}

}  // namespace
}  // namespace dp::crypto
