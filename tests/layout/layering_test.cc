#include "tests/layout/layering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/layout/real_tree.h"

namespace dp::layout {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

RoomGraph real_rooms(Complaints& complaints) {
  std::string cmake;
  for (const auto& file : real_tree()) {
    if (file.path == "CMakeLists.txt") cmake = file.text + cmake;
    if (file.path == "cmake/outer_rooms.cmake") cmake += file.text;
  }
  return parse_rooms(cmake, complaints);
}

TEST(Layering, arrows_point_one_way) {
  EXPECT_THAT(layers_are_respected(real_tree()), IsEmpty());
}

TEST(Layering, rooms_include_only_rooms_they_use) {
  Complaints complaints;
  const RoomGraph rooms = real_rooms(complaints);
  EXPECT_THAT(complaints, IsEmpty());
  EXPECT_GE(rooms.size(), 6u);
  EXPECT_THAT(rooms_are_respected(real_tree(), rooms), IsEmpty());
}

TEST(Layering, quoted_includes_are_spelled_from_the_root) {
  EXPECT_THAT(quoted_includes_name_files_from_the_root(real_tree()), IsEmpty());
}

TEST(Layering, libraries_stay_in_their_rooms) {
  EXPECT_THAT(libraries_stay_in_their_rooms(real_tree()), IsEmpty());
}

// From here on: the lints see what they are there to see.

TEST(LayeringLint, sees_each_arrow_that_points_back) {
  const SourceTree planted = {
      {"conformance/a.cc", "#include \"cli/main.h\"\n#include \"sim/world/world.h\"\n"},
      {"conformance/kits/cpp/a.cc", "#include \"cli/main.h\"\n"},
      {"core/wire/a.h", "// x\n  #  include \"sim/world/world.h\"\n"},
      {"sim/world/a.cc", "#include \"core/wire/a.h\"\n#include \"conformance/a.h\"\n"},
      {"sim/world/b.cc", "#include \"tests/planted.h\"\n"},
  };
  EXPECT_THAT(layers_are_respected(planted),
              ElementsAre(HasSubstr("conformance/a.cc:1:"), HasSubstr("core/wire/a.h:2:"),
                          HasSubstr("sim/world/a.cc:2:"), HasSubstr("sim/world/b.cc:1:")));
}

constexpr std::string_view kPlantedRooms = R"(# dp_room(core/comment)
dp_room(core/low)
dp_room(core/middle USES core/low PRIVATELY
        some::library)  # USES core/high
dp_room(core/high
        USES core/middle # not core/wide
        PUBLICLY other::library)
dp_room(core/wide)
)";

TEST(LayeringLint, follows_uses_through_other_rooms) {
  Complaints complaints;
  const RoomGraph rooms = parse_rooms(kPlantedRooms, complaints);
  EXPECT_THAT(complaints, IsEmpty());
  ASSERT_EQ(rooms.size(), 4u);
  EXPECT_THAT(rooms.at("core/high"), ElementsAre("core/high", "core/low", "core/middle"));
  const SourceTree planted = {
      {"core/high/a.cc", "#include \"core/low/a.h\"\n#include \"core/wide/a.h\"\n"},
      {"core/low/a.cc", "#include <vector>\n#include \"core/high/a.h\"\n"},
      {"core/nowhere/a.cc", ""},
      {"sim/nowhere/a.h", ""},
      {"cli/a.cc", "#include \"core/wide/a.h\"\n"},
  };
  EXPECT_THAT(rooms_are_respected(planted, rooms),
              ElementsAre(HasSubstr("core/high/a.cc:2: room core/high does not use core/wide"),
                          HasSubstr("core/low/a.cc:2: room core/low does not use core/high"),
                          HasSubstr("core/nowhere/a.cc:1:"), HasSubstr("sim/nowhere/a.h:1:")));
}

TEST(LayeringLint, sees_a_room_that_uses_a_later_one_or_is_declared_twice) {
  Complaints complaints;
  parse_rooms("dp_room(core/a USES core/b)\ndp_room(core/b)\ndp_room(core/b)\n", complaints);
  EXPECT_THAT(complaints, ElementsAre(HasSubstr("core/b, which is not declared above"),
                                      HasSubstr("dp_room(core/b): declared twice")));
}

TEST(LayeringLint, sees_an_include_that_is_relative_or_missing) {
  const SourceTree planted = {
      {"core/wire/codec.cc", "#include \"codec.h\"\n#include \"core/wire/codec.h\"\n"},
      {"core/wire/codec.h", "#include \"core/wire/gone.h\"\n#include \"core/wire/made.h\"\n"},
      {"core/wire/made.h.in", ""},
  };
  EXPECT_THAT(quoted_includes_name_files_from_the_root(planted),
              ElementsAre(HasSubstr("core/wire/codec.cc:1:"), HasSubstr("core/wire/codec.h:1:")));
}

TEST(LayeringLint, sees_each_library_outside_its_room) {
  const SourceTree planted = {
      {"conformance/net/a.cc",
       "#include <boost/beast/core.hpp>\n#include <boost/beast/http.hpp>\n"},
      {"conformance/net/b.cc", "#include <boost/beast/core.hpp>\n"},
      {"core/client/a.cc", "#include <boost/container/flat_map.hpp>\n"},
      {"core/crypto/a.cc", "#include <sodium.h>\n"},
      {"core/crypto/a.h", "#include <sodium.h>\n"},
      {"core/draft/a.cc", "#include <nlohmann/json.hpp>\n#include \"sodium/utils.h\"\n"},
      {"core/wire/a.cc", "#include <nlohmann/json.hpp>\n"},
      {"sim/runner/a.cc", "#include <nlohmann/json.hpp>\n#include <sodium.h>\n"},
      {"tests/core/crypto/a_test.cc", "#include <sodium.h>\n"},
  };
  EXPECT_THAT(
      libraries_stay_in_their_rooms(planted),
      ElementsAre(HasSubstr("core/client/a.cc:1:"), HasSubstr("core/crypto/a.h:1:"),
                  HasSubstr("core/draft/a.cc:1:"), HasSubstr("core/draft/a.cc:2:"),
                  HasSubstr("sim/runner/a.cc:2:"), HasSubstr("conformance/net/a.cc:1: Beast"),
                  HasSubstr("conformance/net/b.cc:1: Beast")));
  EXPECT_THAT(libraries_stay_in_their_rooms({planted[0]}), IsEmpty());
}

}  // namespace
}  // namespace dp::layout
