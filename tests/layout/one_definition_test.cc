#include "tests/layout/one_definition.h"

#include <gmock/gmock.h>

#include "tests/layout/real_tree.h"

namespace dp::layout {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(OneDefinition, types_have_one_definition) {
  EXPECT_THAT(types_have_one_definition(real_tree()), IsEmpty());
}

TEST(OneDefinitionLint, sees_a_name_that_two_files_define) {
  const SourceTree planted = {
      {"sim/a.h", "namespace dp::sim {\nstruct Tally {\n};\n}  // namespace dp::sim\n"},
      {"sim/b.cc", "namespace dp::sim {\nclass Tally final {\n};\n}  // namespace dp::sim\n"},
      {"sim/c.cc", "namespace dp::sim {\nnamespace {\nstruct Tally {\n};\n}  // namespace\n"},
      {"sim/d.cc", "namespace dp::net {\nstruct Tally {\n};\n}  // namespace dp::net\n"},
      {"sim/e.cc", "namespace dp::sim {\nstruct Tally;\nstruct World::Tally {\n};\n}\n"},
      {"sim/f.cc",
       "namespace dp::sim {\nnamespace {\n}  // namespace\nstruct Tally : Base {\n};\n}\n"},
  };
  EXPECT_THAT(types_have_one_definition(planted),
              ElementsAre(HasSubstr("sim/b.cc: dp::sim::Tally"), HasSubstr("sim/f.cc")));
}

}  // namespace
}  // namespace dp::layout
