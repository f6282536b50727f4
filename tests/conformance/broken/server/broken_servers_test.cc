#include "conformance/broken/server/broken_servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "conformance/verdict/requirement.h"

namespace dp::conformance {
namespace {

TEST(BrokenServers, names_are_distinct_and_there_are_enough) {
  std::set<std::string> names;
  std::size_t twins = 0;
  std::size_t grave = 0;
  for (const BrokenServer& one : broken_servers()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_EQ(find_broken_server(one.name), &one);
    twins += one.is_twin() ? 1 : 0;
    grave += one.grave ? 1 : 0;
  }
  EXPECT_GE(names.size() - twins, 100u);
  EXPECT_GE(twins, 8u);
  EXPECT_GE(grave, 20u);
  EXPECT_EQ(find_broken_server("no-such-switch"), nullptr);
}

TEST(BrokenServers, each_breaks_a_requirement_of_servers) {
  for (const BrokenServer& one : broken_servers()) {
    if (one.is_twin()) continue;
    const Requirement* about = find_requirement(one.requirement);
    ASSERT_NE(about, nullptr) << one.name << " breaks " << one.requirement;
    EXPECT_NE(about->side, Side::client) << one.name;
  }
}

TEST(BrokenServers, each_can_be_made_twice) {
  for (const BrokenServer& one : broken_servers()) {
    const auto first = one.make();
    const auto second = one.make();
    ASSERT_NE(first, nullptr) << one.name;
    EXPECT_NE(first, second) << one.name;
  }
}

}  // namespace
}  // namespace dp::conformance
