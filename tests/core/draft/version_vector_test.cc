#include "core/draft/version_vector.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/core/draft/drafts.h"

namespace dp::draft::test {
namespace {

TEST(VersionVector, covers_a_dot_and_all_earlier_ones_of_its_writer) {
  const VersionVector vv = vector_of({dot(3, 5), dot(9, 1)});
  EXPECT_TRUE(vv.covers(dot(3, 5)));
  EXPECT_TRUE(vv.covers(dot(3, 1)));
  EXPECT_FALSE(vv.covers(dot(3, 6)));
  EXPECT_FALSE(vv.covers(dot(4, 1)));
  EXPECT_FALSE(vv.covers(dot(1, 0)));
}

TEST(VersionVector, including_an_older_dot_changes_nothing) {
  VersionVector vv = vector_of({dot(3, 5)});
  vv.include(dot(3, 2));
  EXPECT_EQ(vv, vector_of({dot(3, 5)}));
}

TEST(VersionVector, sequence_zero_names_no_save) {
  VersionVector vv;
  vv.include(dot(3, 0));
  EXPECT_TRUE(vv.empty());
}

TEST(VersionVector, entries_are_sorted_by_writer_whatever_the_order_of_arrival) {
  const VersionVector vv = vector_of({dot(9, 1), dot(3, 5), dot(5, 2)});
  EXPECT_EQ(vv.entries(), (std::vector<Dot>{dot(3, 5), dot(5, 2), dot(9, 1)}));
}

TEST(VersionVector, concurrent_vectors_cover_neither_way) {
  const VersionVector a = vector_of({dot(1, 2), dot(2, 1)});
  const VersionVector b = vector_of({dot(1, 1), dot(2, 2)});
  EXPECT_FALSE(a.covers(b));
  EXPECT_FALSE(b.covers(a));
  EXPECT_EQ(joined(a, b), vector_of({dot(1, 2), dot(2, 2)}));
}

TEST(VersionVector, the_empty_vector_is_below_everything) {
  EXPECT_TRUE(vector_of({dot(1, 1)}).covers(VersionVector{}));
  EXPECT_FALSE(VersionVector{}.covers(vector_of({dot(1, 1)})));
}

VersionVector any_vector() {
  VersionVector vv;
  const std::size_t dots = below(6);
  for (std::size_t i = 0; i < dots; ++i) {
    const std::size_t writer = below(5);
    const std::size_t sequence = below(4);
    vv.include(dot(writer, sequence));
  }
  return vv;
}

RC_GTEST_PROP(VersionVectorLaws, join_is_the_least_upper_bound, ()) {
  const VersionVector a = any_vector();
  const VersionVector b = any_vector();
  const VersionVector both = joined(a, b);
  RC_ASSERT(both.covers(a));
  RC_ASSERT(both.covers(b));
  for (const Dot& entry : both.entries()) RC_ASSERT(a.covers(entry) || b.covers(entry));
}

RC_GTEST_PROP(VersionVectorLaws, join_is_commutative_associative_and_idempotent, ()) {
  const VersionVector a = any_vector();
  const VersionVector b = any_vector();
  const VersionVector c = any_vector();
  RC_ASSERT(joined(a, b) == joined(b, a));
  RC_ASSERT(joined(joined(a, b), c) == joined(a, joined(b, c)));
  RC_ASSERT(joined(a, a) == a);
}

RC_GTEST_PROP(VersionVectorLaws, covering_is_a_partial_order, ()) {
  const VersionVector a = any_vector();
  const VersionVector b = any_vector();
  RC_ASSERT(a.covers(a));
  RC_ASSERT((a.covers(b) && b.covers(a)) == (a == b));
  RC_ASSERT(a.covers(b) == (joined(a, b) == a));
}

RC_GTEST_PROP(VersionVectorLaws, covering_a_vector_is_covering_each_of_its_dots, ()) {
  const VersionVector a = any_vector();
  const VersionVector b = any_vector();
  bool all = true;
  for (const Dot& entry : b.entries()) all = all && a.covers(entry);
  RC_ASSERT(a.covers(b) == all);
}

}  // namespace
}  // namespace dp::draft::test
