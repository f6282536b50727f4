#include "tests/layout/source_tree.h"

#include <gtest/gtest.h>

namespace dp::layout {
namespace {

TEST(SourceTree, splits_a_path_into_its_parts) {
  const SourceFile file{"core/wire/codec.test.cc", ""};
  EXPECT_EQ(file.folder(), "core/wire");
  EXPECT_EQ(file.name(), "codec.test.cc");
  EXPECT_EQ(file.extension(), ".cc");
  const SourceFile top{"draftproof", ""};
  EXPECT_EQ(top.folder(), "");
  EXPECT_EQ(top.extension(), "");
}

TEST(SourceTree, a_folder_contains_only_what_follows_a_slash) {
  EXPECT_TRUE(is_under("core/wire/a.h", "core"));
  EXPECT_TRUE(is_under("core", "core"));
  EXPECT_FALSE(is_under("corepulse/a.h", "core"));
}

TEST(SourceTree, counts_lines_as_an_editor_does) {
  EXPECT_EQ(lines_of("").size(), 0u);
  EXPECT_EQ(lines_of("a\n\nb").size(), 3u);
  EXPECT_EQ(lines_of("a\nb\n").size(), 2u);
}

TEST(CodeOnly, blanks_comments_and_literals_and_keeps_every_line) {
  EXPECT_EQ(code_only("a // b\nc"), "a     \nc");
  EXPECT_EQ(code_only("a /* b\nb */ c"), "a     \n     c");
  EXPECT_EQ(code_only("f(\"a\\\"b\", 'c', '\\'') + 1'000'000;"),
            "f(\"    \", ' ', '  ') + 1'000'000;");
  EXPECT_EQ(code_only("R\"x(a\n\")x\" b"), "     \n     b");
  EXPECT_EQ(code_only("u8\"// no\" d"), "u8\"     \" d");
  EXPECT_EQ(code_only("unfinished \"text\nnext"), "unfinished \"    \nnext");
}

}  // namespace
}  // namespace dp::layout
