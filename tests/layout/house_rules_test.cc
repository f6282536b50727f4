#include "tests/layout/house_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/layout/permissions.h"
#include "tests/layout/real_tree.h"

namespace dp::layout {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t count = 0; count < times; ++count) all += text;
  return all;
}

TEST(HouseRules, files_are_short) {
  for (const auto& warning : files_are_short(real_tree(), kFileLinesWanted)) {
    std::cout << "warning: " << warning << '\n';
  }
  EXPECT_THAT(files_are_short(real_tree(), kFileLinesMax), IsEmpty());
}

TEST(HouseRules, functions_are_short) {
  EXPECT_THAT(functions_are_short(real_tree()), IsEmpty());
}

TEST(HouseRules, lines_are_narrow) {
  EXPECT_THAT(lines_are_narrow(real_tree()), IsEmpty());
}

TEST(HouseRules, names_say_what_lives_there) {
  EXPECT_THAT(names_say_what_lives_there(real_tree()), IsEmpty());
}

TEST(HouseRules, headers_begin_with_a_comment) {
  EXPECT_THAT(headers_begin_with_a_comment(real_tree()), IsEmpty());
}

TEST(HouseRules, nothing_is_left_unfinished) {
  EXPECT_THAT(nothing_is_left_unfinished(real_tree()), IsEmpty());
}

TEST(HouseRules, core_and_sim_depend_on_inputs_only) {
  EXPECT_THAT(core_and_sim_depend_on_inputs_only(real_tree(), permissions()), IsEmpty());
}

TEST(HouseRules, the_tree_is_really_there) {
  EXPECT_GT(real_tree().size(), 50u);
  for (const std::string_view path : {".ci/run", "CMakeLists.txt", "core/wire/codec.h"}) {
    EXPECT_TRUE(std::ranges::binary_search(real_tree(), path, {}, &SourceFile::path)) << path;
  }
  for (const auto& file : real_tree()) {
    EXPECT_FALSE(file.path.starts_with(".git/") || file.path.starts_with("build/")) << file.path;
  }
}

// From here on: the lints see what they are there to see.

TEST(HouseRulesLint, counts_lines_of_programs_and_leaves_documents_alone) {
  const std::string six = repeated("x\n", 6);
  const SourceTree planted = {{"a.cc", six}, {"b.py", six + "x"}, {"c.md", six}, {"d.h", "x\n"}};
  EXPECT_THAT(files_are_short(planted, 5), ElementsAre(HasSubstr("a.cc:6"), HasSubstr("b.py:7")));
  EXPECT_THAT(files_are_short(planted, 6), ElementsAre(HasSubstr("b.py:7")));
}

TEST(HouseRulesLint, measures_functions_from_head_to_brace) {
  const std::string body = repeated("  x();\n", kFunctionLinesMax - 2);
  const SourceTree planted = {
      {"a.cc", "void just_fits() {\n" + body + "}\n"},
      {"b.cc", "\nvoid too_long(int a,\n              int b) {\n" + body + "}\n"},
      {"c.cc", "struct Wide {\n" + body + body + "};\nenum class E {\n" + body + body + "};\n"},
      {"d.cc", "TEST(A, b) {\n  f(R\"(\n}\n)\");\n" + body + "}\n"},
      {"e.cc", "namespace dp {\n" + body + body + "}\n"},
      {"tests/f_test.cc", "void table() {\n" + body + body + "}\n"},
  };
  EXPECT_THAT(functions_are_short(planted),
              ElementsAre("b.cc:2: a function of 71 lines", "d.cc:1: a function of 73 lines"));
}

TEST(HouseRulesLint, counts_columns_and_not_bytes) {
  const std::string hundred(100, 'x');
  const SourceTree planted = {
      {"a.h", hundred + "\n"},
      {"b.h", "\n" + hundred + "x\n"},
      {"c.h", "// " + repeated("\xc3\xa9", 97) + "\n"},
      {"d.md", hundred + hundred},
  };
  EXPECT_THAT(lines_are_narrow(planted), ElementsAre(HasSubstr("b.h:2:")));
}

TEST(HouseRulesLint, sees_empty_words_anywhere_in_a_path) {
  const SourceTree planted = {{"core/util/a.h", ""},
                              {"core/wire/frame_Helper.h", ""},
                              {"docs/misc.md", ""},
                              {"sim/manager", ""},
                              {"tests/mutants/common/a.patch", ""},
                              {"tests/mutants/the-base-is-not-common.patch", ""},
                              {"sim/utilisation/commonplace.h", ""}};
  EXPECT_EQ(names_say_what_lives_there(planted).size(), 5u);
}

TEST(HouseRulesLint, sees_a_bare_header) {
  const SourceTree planted = {{"a.h", "#pragma once\n// late\n"},
                              {"b.h", "// Contract.\nstruct B;\n"},
                              {"c.h", "// Contract.\n#pragma once\n"},
                              {"d.cc", "int x;\n"}};
  EXPECT_THAT(headers_begin_with_a_comment(planted),
              ElementsAre(HasSubstr("a.h:1: a header"), HasSubstr("a.h:1: #pragma"),
                          HasSubstr("b.h:1: #pragma")));
}

TEST(HouseRulesLint, sees_unfinished_work) {
  const std::string mark = std::string("TO") + "DO";
  const SourceTree planted = {{"a.cc", "int x;  // " + mark + ": later\n"},
                              {"b.py", "# " + mark + "(me)\n"},
                              {"c.md", mark},
                              {"d.cc", mark + "S_PER_DAY\n"}};
  EXPECT_THAT(nothing_is_left_unfinished(planted),
              ElementsAre(HasSubstr("a.cc:1:"), HasSubstr("b.py:1:")));
}

// SEC-49: the cores cannot throw, so no exception of theirs carries text or keys.
TEST(HouseRulesLint, sees_words_that_break_determinism) {
  const SourceTree planted = {
      {"cli/a.cc", "#include <chrono>\ndouble x;\n"},
      {"core/a.cc", "#include <unordered_map>\nvoid f() { throw 1; }\n"},
      {"core/b.cc", "// a double, a thread\nint random(int time); const char* s = \"printf\";\n"},
      {"sim/a.cc", "auto t = std::chrono::steady_clock::now();\n#include <chrono>\n"},
      {"sim/b.cc", "int n = 1'000; double d = 'x';\nvoid g() { try {} catch (...) {} }\n"},
      {"sim/c.cc", "auto r = std::time(&now);\nstd::map<std::uintptr_t, int> m;\n"},
      {"sim/d.cc", "#include \"sim/double/double.h\"\n"},
  };
  EXPECT_THAT(
      core_and_sim_depend_on_inputs_only(planted, {}),
      ElementsAre(HasSubstr("core/a.cc:1:"), HasSubstr("core/a.cc:2:"), HasSubstr("sim/a.cc:2:"),
                  HasSubstr("sim/b.cc:1:"), HasSubstr("sim/c.cc:1:"), HasSubstr("sim/c.cc:2:")));
}

TEST(HouseRulesLint, grants_a_permission_only_where_it_is_given_and_withdraws_unused_ones) {
  const SourceTree planted = {{"sim/a/x.cc", "double d;\n"}, {"sim/ab/x.cc", "double d;\n"}};
  EXPECT_THAT(core_and_sim_depend_on_inputs_only(
                  planted, {{"sim/a", "double", "why"}, {"sim/a", "float", "why"}}),
              ElementsAre(HasSubstr("sim/ab/x.cc:1:"), HasSubstr("\"float\" under sim/a")));
}

}  // namespace
}  // namespace dp::layout
