#include "cli/mutant_patch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dp::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kHeader =
    "# name: off-by-one\n"
    "# claim: One too many is let in.\n"
    "# class: limits\n"
    "# expects: bounded_queues, expectation\n"
    "# covers: SEC-38 R31\n";
constexpr const char* kDiff =
    "--- a/core/room/door.cc\n"
    "+++ b/core/room/door.cc\n"
    "@@ -3,3 +3,3 @@\n"
    " three\n"
    "-four\n"
    "+FOUR\n"
    " five\n";

std::expected<MutantPatch, std::string> parsed(const std::string& text) {
  return parse_patch("somewhere/off-by-one.patch", text);
}

TEST(MutantPatch, ReadsHeaderAndDiff) {
  const auto patch = parsed(std::string(kHeader) + kDiff);
  ASSERT_TRUE(patch) << patch.error();
  EXPECT_EQ(patch->name, "off-by-one");
  EXPECT_EQ(patch->breed, "limits");
  EXPECT_THAT(patch->expects, ElementsAre("bounded_queues", "expectation"));
  EXPECT_THAT(patch->covers, ElementsAre("SEC-38", "R31"));
  EXPECT_EQ(patch->target, "core/room/door.cc");
  ASSERT_EQ(patch->hunks.size(), 1u);
  EXPECT_THAT(patch->hunks[0].before, ElementsAre("three", "four", "five"));
  EXPECT_THAT(patch->hunks[0].after, ElementsAre("three", "FOUR", "five"));
}

TEST(MutantPatch, SaysWhatSeedsNeedToNotice) {
  const auto patch = parsed("# family: disk\n# survives: Nobody there has two homes.\n" +
                            std::string(kHeader) + kDiff);
  ASSERT_TRUE(patch) << patch.error();
  EXPECT_EQ(patch->family, "disk");
  EXPECT_EQ(patch->survives, "Nobody there has two homes.");
}

TEST(MutantPatch, NamesWhatIsWrongWithItself) {
  const std::string good = std::string(kHeader) + kDiff;
  const auto without = [&](const std::string& what, const std::string& instead) {
    std::string text = good;
    text.replace(text.find(what), what.size(), instead);
    const auto patch = parsed(text);
    return patch ? std::string("nothing") : patch.error();
  };
  EXPECT_THAT(without("# claim: One too many is let in.\n", ""), HasSubstr("no claim"));
  EXPECT_THAT(without("# class: limits\n", ""), HasSubstr("no class"));
  EXPECT_THAT(without("# name: off-by-one", "# name: other"), HasSubstr("not that of the file"));
  EXPECT_THAT(without("# covers", "# cover"), HasSubstr("unknown key \"cover\""));
  EXPECT_THAT(without("# class: limits", "# class: list"), HasSubstr("unknown class \"list\""));
  EXPECT_THAT(without("# class: limits", "# class: limits\n# family: weather"),
              HasSubstr(":4: there is no family of faults \"weather\""));
  EXPECT_THAT(without("# class: limits", "# class: limits\n# survives:"), HasSubstr("says why"));
  EXPECT_THAT(without("a/core/room/door.cc", "a/sim/room/door.cc"), HasSubstr("below core/"));
  EXPECT_THAT(without("a/core/room/door.cc", "a/core/../sim/door.cc"), HasSubstr("below core/"));
  EXPECT_THAT(without("a/core/room/door.cc", "a/core/room/door.h"), HasSubstr(".cc file"));
  EXPECT_THAT(without("-four\n+FOUR\n", " four\n"), HasSubstr("no change"));
  EXPECT_THAT(without(" five\n", "five\n"), HasSubstr(":12: expected ' '"));
}

TEST(MutantPatch, ChangesATextWhereverItsLinesHaveGone) {
  const auto patch = parsed(std::string(kHeader) + kDiff);
  ASSERT_TRUE(patch);
  EXPECT_EQ(*apply_patch(*patch, "one\ntwo\nthree\nfour\nfive\n"), "one\ntwo\nthree\nFOUR\nfive\n");
  EXPECT_EQ(*apply_patch(*patch, "a\nb\nc\nd\ne\nthree\nfour\nfive\n"),
            "a\nb\nc\nd\ne\nthree\nFOUR\nfive\n");
  // Of two places the one nearer to the hint.
  EXPECT_EQ(*apply_patch(*patch, "three\nfour\nfive\nthree\nfour\nfive\n9\n10\n"),
            "three\nfour\nfive\nthree\nFOUR\nfive\n9\n10\n");
}

TEST(MutantPatch, OutermostContextMayDriftAndStays) {
  const auto patch = parsed(std::string(kHeader) + kDiff);
  ASSERT_TRUE(patch);
  EXPECT_EQ(*apply_patch(*patch, "one\nTHREE\nfour\nsix\n"), "one\nTHREE\nFOUR\nsix\n");
}

TEST(MutantPatch, SaysWhichHunkIsGone) {
  const auto patch = parsed(std::string(kHeader) + kDiff);
  ASSERT_TRUE(patch);
  const auto changed = apply_patch(*patch, "three\nfourth\nfive\n");
  ASSERT_FALSE(changed);
  EXPECT_THAT(changed.error(), HasSubstr("somewhere/off-by-one.patch: hunk 1"));
  EXPECT_THAT(changed.error(), HasSubstr("core/room/door.cc"));
}

TEST(MutantPatch, HunksAreAppliedInTheirOrder) {
  const auto patch = parsed(std::string(kHeader) + kDiff +
                            "@@ -7,2 +7,3 @@\n"
                            " seven\n"
                            "+seven and a half\n"
                            "@@ -9,1 +10,0 @@\n"
                            "-nine\n");
  ASSERT_TRUE(patch) << patch.error();
  EXPECT_EQ(*apply_patch(*patch, "1\n2\nthree\nfour\nfive\n6\nseven\n8\nnine\n"),
            "1\n2\nthree\nFOUR\nfive\n6\nseven\nseven and a half\n8\n");
}

}  // namespace
}  // namespace dp::cli
