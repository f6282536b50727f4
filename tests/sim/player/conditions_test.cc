#include "sim/player/conditions.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace dp::sim {
namespace {

using Is = Condition::Is;
using Texts = std::vector<std::string>;

Condition condition(Is is, Seen operand, std::int64_t upper = 0) {
  return {is, std::move(operand), upper};
}

TEST(Conditions, numbers) {
  const Seen three = std::int64_t{3};
  EXPECT_TRUE(holds(condition(Is::equal, std::int64_t{3}), three));
  EXPECT_FALSE(holds(condition(Is::equal, std::int64_t{4}), three));
  EXPECT_TRUE(holds(condition(Is::different, std::int64_t{4}), three));
  EXPECT_FALSE(holds(condition(Is::different, std::int64_t{3}), three));
  EXPECT_TRUE(holds(condition(Is::at_least, std::int64_t{3}), three));
  EXPECT_FALSE(holds(condition(Is::at_least, std::int64_t{4}), three));
  EXPECT_TRUE(holds(condition(Is::at_most, std::int64_t{3}), three));
  EXPECT_FALSE(holds(condition(Is::at_most, std::int64_t{2}), three));
  EXPECT_TRUE(holds(condition(Is::between, std::int64_t{3}, 3), three));
  EXPECT_FALSE(holds(condition(Is::between, std::int64_t{4}, 9), three));
  EXPECT_FALSE(holds(condition(Is::between, std::int64_t{0}, 2), three));
}

TEST(Conditions, texts) {
  const Seen text = std::string("b\na");
  EXPECT_TRUE(holds(condition(Is::equal, std::string("b\na")), text));
  EXPECT_FALSE(holds(condition(Is::equal, std::string("b")), text));
  EXPECT_TRUE(holds(condition(Is::containing, std::string("\n")), text));
  EXPECT_FALSE(holds(condition(Is::containing, std::string("c")), text));
  EXPECT_TRUE(holds(condition(Is::lacking, std::string("c")), text));
  EXPECT_FALSE(holds(condition(Is::lacking, std::string("a")), text));
  EXPECT_TRUE(holds(condition(Is::starting, std::string("b")), text));
  EXPECT_FALSE(holds(condition(Is::starting, std::string("a")), text));
  EXPECT_TRUE(holds(condition(Is::of_lines, Texts{"a", "b"}), text));
  EXPECT_FALSE(holds(condition(Is::of_lines, Texts{"a", "b", "b"}), text));
  EXPECT_FALSE(holds(condition(Is::of_lines, Texts{"a"}), text));
}

TEST(Conditions, nothing_is_no_text_at_all) {
  EXPECT_TRUE(holds(condition(Is::equal, {}), {}));
  EXPECT_FALSE(holds(condition(Is::equal, std::string()), {}));
  EXPECT_FALSE(holds(condition(Is::equal, {}), std::string()));
  EXPECT_TRUE(holds(condition(Is::different, std::string("a")), {}));
  EXPECT_FALSE(holds(condition(Is::different, {}), {}));
  EXPECT_TRUE(holds(condition(Is::different, {}), std::string("a")));
  EXPECT_TRUE(holds(condition(Is::lacking, std::string("a")), {}));
  EXPECT_FALSE(holds(condition(Is::containing, std::string("a")), {}));
  EXPECT_FALSE(holds(condition(Is::of_lines, Texts{"a"}), {}));
}

TEST(Conditions, lists_and_flags) {
  const Seen list = Texts{"a", "b"};
  EXPECT_TRUE(holds(condition(Is::equal, Texts{"a", "b"}), list));
  EXPECT_FALSE(holds(condition(Is::equal, Texts{"b", "a"}), list));
  EXPECT_TRUE(holds(condition(Is::holding, Texts{"b"}), list));
  EXPECT_FALSE(holds(condition(Is::holding, Texts{"b", "c"}), list));
  EXPECT_TRUE(holds(condition(Is::free_of, Texts{"c"}), list));
  EXPECT_FALSE(holds(condition(Is::free_of, Texts{"c", "a"}), list));
  EXPECT_TRUE(holds(condition(Is::equal, true), true));
  EXPECT_FALSE(holds(condition(Is::equal, true), false));
}

TEST(Conditions, are_said_in_words) {
  EXPECT_EQ(in_words({condition(Is::at_least, std::int64_t{2}),
                      condition(Is::between, std::int64_t{1}, 4)}),
            "at least 2 and between 1 and 4");
  EXPECT_EQ(in_words(Seen()), "nothing");
  EXPECT_EQ(in_words(Seen(Texts{"a\n", "b"})), "[\"a\\n\", \"b\"]");
  EXPECT_NE(in_words(Seen(std::string(5'000, 'x'))).find("(5000 bytes)"), std::string::npos);
}

RC_GTEST_PROP(Conditions, a_number_is_within_its_bounds_or_outside_one_of_them,
              (std::int32_t seen, std::int32_t least, std::int32_t most)) {
  const Seen number = std::int64_t{seen};
  const bool inside = holds(condition(Is::between, std::int64_t{least}, most), number);
  const bool above = holds(condition(Is::at_least, std::int64_t{least}), number);
  const bool below = holds(condition(Is::at_most, std::int64_t{most}), number);
  RC_ASSERT(inside == (above && below));
}

}  // namespace
}  // namespace dp::sim
