#include "conformance/broken/score/score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace dp::conformance {
namespace {

using Came = ScoreRow::Came;
using testing::HasSubstr;
using testing::Not;

ScoreRow row(std::string name, std::string requirement, Came came, bool grave = false) {
  ScoreRow out;
  out.name = std::move(name);
  out.requirement = std::move(requirement);
  out.what = "does | something";
  out.grave = grave;
  out.came = came;
  out.by = "DP-X-001/case";
  out.detail = "one thing, but another";
  return out;
}

std::vector<ScoreRow> hundred(std::size_t missed) {
  std::vector<ScoreRow> rows;
  for (std::size_t i = 0; i < 100; ++i) {
    rows.push_back(
        row("s" + std::to_string(i), "DP-X-001", i < missed ? Came::missed : Came::caught));
  }
  return rows;
}

TEST(Score, two_of_a_hundred_may_be_missed) {
  EXPECT_TRUE(sum_of(hundred(2)).good_enough());
  EXPECT_FALSE(sum_of(hundred(3)).good_enough());
}

TEST(Score, a_bystander_is_not_enough) {
  auto rows = hundred(2);
  rows[50].came = Came::by_bystander;
  EXPECT_FALSE(sum_of(rows).good_enough());
}

TEST(Score, no_leak_may_be_missed) {
  auto rows = hundred(0);
  rows.push_back(row("leak", "DP-X-001", Came::missed, true));
  EXPECT_FALSE(sum_of(rows).good_enough());
}

TEST(Score, no_twin_may_be_accused) {
  auto rows = hundred(0);
  rows.push_back(row("twin", "", Came::clean));
  EXPECT_TRUE(sum_of(rows).good_enough());
  rows.push_back(row("other", "", Came::accused));
  EXPECT_FALSE(sum_of(rows).good_enough());
}

TEST(Score, table_and_json_say_the_same) {
  const std::vector<ScoreRow> rows = {
      row("a", "DP-X-001", Came::caught, true), row("b", "DP-X-002", Came::by_bystander),
      row("c", "DP-X-003", Came::missed), row("d", "", Came::clean)};
  const std::string table = score_markdown("server", rows);
  EXPECT_THAT(table, HasSubstr("1 of 3 wrong ones caught"));
  EXPECT_THAT(table,
              HasSubstr("| `a` | does \\| something (grave) | DP-X-001 | `DP-X-001/case` |"));
  EXPECT_THAT(table, HasSubstr("**by the bystander** `DP-X-001/case`"));
  const auto json = nlohmann::json::parse(score_json("server", rows));
  EXPECT_EQ(json["wrong"], 3);
  EXPECT_EQ(json["caught"], 1);
  EXPECT_EQ(json["by_bystander"], 1);
  EXPECT_EQ(json["missed"], 1);
  EXPECT_EQ(json["rows"].size(), 4);
  EXPECT_EQ(json["rows"][2]["came"], "missed");
}

TEST(Score, a_part_is_replaced_and_the_others_stay) {
  std::string page = with_score_part("", "client", "clients one\n");
  page = with_score_part(page, "server", "servers one\n");
  page = with_score_part(page, "client", "clients two\n");
  EXPECT_THAT(page, HasSubstr("# How well the suites judge"));
  EXPECT_THAT(page, HasSubstr("clients two"));
  EXPECT_THAT(page, HasSubstr("servers one"));
  EXPECT_THAT(page, Not(HasSubstr("clients one")));
  EXPECT_EQ(with_score_part(page, "client", "clients two\n"), page);
}

}  // namespace
}  // namespace dp::conformance
