#include "conformance/verdict/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "conformance/verdict/case.h"
#include "conformance/verdict/manifest.h"
#include "conformance/verdict/requirement.h"

namespace dp::conformance {
namespace {

SuiteResult with(std::vector<Verdict> verdicts) {
  SuiteResult out;
  for (const Verdict verdict : verdicts) {
    out.cases.emplace_back();
    out.cases.back().verdict = verdict;
  }
  return out;
}

TEST(Verdict, names_read_back) {
  for (std::size_t i = 0; i < kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    EXPECT_EQ(verdict_named(name(verdict)), verdict);
  }
  EXPECT_FALSE(verdict_named("skipped").has_value());
}

TEST(Verdict, one_failure_is_not_conformant) {
  EXPECT_EQ(overall(with({Verdict::pass, Verdict::fail})), Overall::not_conformant);
  EXPECT_EQ(overall(with({Verdict::pass, Verdict::flaky, Verdict::untestable})),
            Overall::not_conformant);
}

TEST(Verdict, what_could_not_be_judged_is_incomplete) {
  EXPECT_EQ(overall(with({Verdict::pass, Verdict::untestable})), Overall::incomplete);
  EXPECT_EQ(overall(with({Verdict::pass, Verdict::harness_error})), Overall::incomplete);
  EXPECT_EQ(overall(with({Verdict::unsupported})), Overall::incomplete);
  EXPECT_EQ(overall(with({})), Overall::incomplete);
}

TEST(Verdict, green_verdicts_are_conformant) {
  EXPECT_EQ(overall(with({Verdict::pass, Verdict::loose, Verdict::unsupported, Verdict::info,
                          Verdict::not_applicable})),
            Overall::conformant);
}

CaseResult about(std::string requirement, Verdict verdict, std::string expected) {
  CaseResult out;
  out.about.requirements = {std::move(requirement)};
  out.verdict = verdict;
  out.expected = std::move(expected);
  return out;
}

TEST(Verdict, a_requirement_is_not_judged_if_none_of_its_cases_could_judge_it) {
  SuiteResult result;
  EXPECT_TRUE(not_judged(result).empty());
  result.cases = {about("DP-A-001", Verdict::not_applicable, "a program"),
                  about("DP-A-001", Verdict::pass, ""),
                  about("DP-A-002", Verdict::untestable, "another account"),
                  about("DP-A-002", Verdict::not_applicable, "a program"),
                  about("DP-A-003", Verdict::unsupported, "the capability lock"),
                  about("DP-A-004", Verdict::fail, "something else"),
                  about("DP-A-005", Verdict::loose, "something sooner")};
  EXPECT_THAT(not_judged(result),
              testing::ElementsAre(NotJudged{"DP-A-002", "needs another account"},
                                   NotJudged{"DP-A-003", "needs the capability lock"}));
  EXPECT_EQ(requirements_of(result), 5U);
}

TEST(Verdict, what_was_not_judged_for_want_of_words_says_what_was_seen) {
  SuiteResult result;
  result.cases = {about("DP-A-001", Verdict::untestable, "")};
  result.cases[0].actual = "the time was up";
  EXPECT_THAT(not_judged(result), testing::ElementsAre(NotJudged{"DP-A-001", "the time was up"}));
}

TEST(Verdict, an_interrupted_run_is_incomplete) {
  SuiteResult result = with({Verdict::pass});
  result.interrupted = true;
  EXPECT_EQ(overall(result), Overall::incomplete);
}

TEST(Verdict, exit_codes_are_those_of_every_command) {
  EXPECT_EQ(exit_code(Overall::conformant), sim::ExitCode::all_hold);
  EXPECT_EQ(exit_code(Overall::not_conformant), sim::ExitCode::violation);
  EXPECT_EQ(exit_code(Overall::incomplete), sim::ExitCode::incomplete);
  EXPECT_EQ(exit_code(overall(with({Verdict::harness_error}))), sim::ExitCode::broken);
}

TEST(Requirements, are_read_with_their_sentences) {
  const auto all = read_requirements(
      "# x\n- A client MUST wait. <!-- req: DP-X-001 MUST client since=1.0 from=R1 -->\n"
      "- bad <!-- req: DP-X-002 MAY client since=1.0 -->\n");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0],
            (Requirement{"DP-X-001", Binding::must, Side::client, "A client MUST wait.", 2}));
}

TEST(Requirements, of_the_specification_are_distinct) {
  std::set<std::string> ids;
  for (const Requirement& one : requirements()) EXPECT_TRUE(ids.insert(one.id).second) << one.id;
  EXPECT_GT(ids.size(), 200u);
}

TEST(Manifest, shows_what_nothing_judges) {
  const std::vector<Case> cases = {{"a", {"DP-SAVE-001"}, "", "", {}},
                                   {"b", {"DP-NO-1"}, "", "", {}}};
  const std::vector<Exclusion> exclusions = {{"DP-SAVE-002", "why"}, {"DP-SAVE-001", "no"}};
  const Manifest manifest = manifest_of(Side::client, cases, exclusions);
  EXPECT_THAT(manifest.cases_without_id, testing::ElementsAre("b"));
  EXPECT_THAT(manifest.pointless_exclusions, testing::ElementsAre("DP-SAVE-001"));
  std::size_t open = 0;
  for (const ManifestRow& row : manifest.rows) {
    open += row.open() ? 1 : 0;
    if (row.requirement->id == "DP-SAVE-001") {
      EXPECT_THAT(row.cases, testing::ElementsAre("a"));
    }
    if (row.requirement->id == "DP-SAVE-002") {
      EXPECT_EQ(row.excluded, "why");
    }
    EXPECT_NE(row.requirement->side, Side::server);
  }
  EXPECT_EQ(open, manifest.rows.size() - 2);
}

}  // namespace
}  // namespace dp::conformance
