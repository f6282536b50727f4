// What verdicts add up to, and how it is told.
#include "cli/mutants_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/mutants_report.h"

namespace dp::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

MutantVerdict verdict(const std::string& name, const std::string& breed) {
  MutantVerdict made;
  made.patch.name = name;
  made.patch.claim = "This | or that.";
  made.patch.breed = breed;
  made.patch.expects = {"convergence"};
  made.fate = MutantFate::survived;
  return made;
}

MutantVerdict by_scenario(MutantVerdict made) {
  made.fate = MutantFate::killed;
  made.seen.by["a-scenario"] = {"expectation"};
  return made;
}

MutantVerdict by_pairs(MutantVerdict made) {
  made.fate = MutantFate::killed;
  made.seen.by[kPairsOfRuns] = {"two_run"};
  return made;
}

FuzzSeen found_at(std::uint64_t seed) {
  FuzzSeen seen;
  seen.judged = true;
  seen.found = true;
  seen.seeds = seed;
  seen.laws = {"convergence"};
  return seen;
}

FuzzSeen found_nothing() {
  FuzzSeen seen;
  seen.judged = true;
  seen.seeds = 400;
  return seen;
}

MutantVerdict by_seed(MutantVerdict made, std::uint64_t seed) {
  made.fate = MutantFate::killed;
  made.fuzz = found_at(seed);
  return made;
}

MutantVerdict of_family(MutantVerdict made, const std::string& family, FuzzSeen without) {
  made.patch.family = family;
  made.without_family = std::move(without);
  return made;
}

TEST(MutantsScore, TellsWhoNoticed) {
  std::vector<MutantVerdict> verdicts{by_scenario(verdict("a", "timing")),
                                      by_seed(verdict("b", "timing"), 3),
                                      by_seed(by_scenario(verdict("c", "data_loss")), 7),
                                      by_pairs(verdict("d", "leak")),
                                      verdict("e", "security"),
                                      verdict("f", "security")};
  verdicts[0].fuzz = found_nothing();
  verdicts[5].fate = MutantFate::broken;
  const MutantsScore score = score_of(verdicts);
  EXPECT_EQ(score.all.mutants, 5u);  // the broken one is in no figure
  EXPECT_EQ(score.all.killed, 4u);
  EXPECT_EQ(score.all.by_scenarios, 2u);
  EXPECT_EQ(score.all.by_seeds, 2u);
  EXPECT_EQ(score.all.by_pairs, 1u);
  EXPECT_EQ(score.all.by_generated, 3u);
  EXPECT_EQ(score.all.by_both, 1u);
  EXPECT_EQ(score.all.only_generated(), 2u);
  EXPECT_EQ(score.worst.mutants, 2u);
  EXPECT_EQ(score.worst.killed, 2u);
  EXPECT_EQ(score.of_class.at("security").killed, 0u);
  EXPECT_THAT(score.unseen_by_seeds, ElementsAre("a"));
}

TEST(MutantsScore, ABluntMutantIsNoKill) {
  MutantVerdict blunt = by_scenario(verdict("a", "timing"));
  blunt.fate = MutantFate::blunt;
  blunt.unit_tests.judged = true;
  const MutantsScore score = score_of({blunt});
  EXPECT_EQ(score.all.mutants, 1u);
  EXPECT_EQ(score.all.killed, 0u);
  EXPECT_EQ(score.all.by_scenarios, 0u);
  EXPECT_EQ(score.unit_survived, 0u);
}

TEST(MutantsScore, AFamilyMattersIfAMutantIsOnlyFoundWithIt) {
  const MutantVerdict found = by_seed(verdict("a", "timing"), 5);
  EXPECT_EQ(of_family(found, "disk", found_nothing()).family_need(), FamilyNeed::needed);
  EXPECT_EQ(of_family(found, "disk", found_at(6)).family_need(), FamilyNeed::later);
  EXPECT_EQ(of_family(found, "disk", found_at(5)).family_need(), FamilyNeed::not_needed);
  EXPECT_EQ(of_family(found, "disk", {}).family_need(), FamilyNeed::not_judged);
  EXPECT_EQ(of_family(found, "", {}).family_need(), FamilyNeed::not_judged);
  MutantVerdict unseen = of_family(verdict("b", "timing"), "disk", {});
  unseen.fuzz = found_nothing();
  EXPECT_EQ(unseen.family_need(), FamilyNeed::not_found);

  MutantsScore score = score_of(
      {of_family(found, "disk", found_nothing()), of_family(found, "clocks", found_at(6))});
  EXPECT_EQ(score.of_family.size(), 7u);
  EXPECT_EQ(score.of_family.at("disk").needed, 1u);
  EXPECT_EQ(score.of_family.at("clocks").later, 1u);
  EXPECT_THAT(score.families_that_do_not_matter(),
              ElementsAre("byzantine", "clocks", "device", "hostile", "network", "server"));
}

TEST(MutantsScore, PercentsAreRoundedDown) {
  EXPECT_EQ(percent_text(253, 254), "99.6 %");
  EXPECT_EQ(percent_text(2999, 3000), "99.9 %");
  EXPECT_EQ(percent_text(3, 3), "100.0 %");
  EXPECT_EQ(percent_text(0, 0), "-");
}

MutantsReport report_of(std::vector<MutantVerdict> verdicts) {
  MutantsReport report;
  report.verdicts = std::move(verdicts);
  report.fuzz_seeds = 400;
  return report;
}

TEST(MutantsReport, AWholeSetThatNeedsNoFamilyIsNotGood) {
  MutantsReport report = report_of({});
  for (const char* family :
       {"network", "hostile", "device", "disk", "server", "clocks", "byzantine"}) {
    report.verdicts.push_back(
        of_family(by_seed(verdict(family, "timing"), 5), family, found_nothing()));
  }
  EXPECT_TRUE(report.is_good());
  report.verdicts[3].without_family = found_at(5);
  EXPECT_FALSE(report.is_good());
  EXPECT_THAT(complaints(report), ElementsAre("no mutant needs this family of faults: disk"));
  report.whole_set = false;
  EXPECT_TRUE(report.is_good());
  report.whole_set = true;
  report.fuzz_seeds = 0;
  EXPECT_TRUE(report.is_good());
}

TEST(MutantsReport, JsonHasTheSeedsItTook) {
  MutantVerdict missed = by_scenario(verdict("b", "timing"));
  missed.fuzz = found_nothing();
  missed.seen.runs = 9;
  MutantVerdict noticed = of_family(by_seed(verdict("a", "timing"), 17), "disk", found_at(30));
  noticed.unit_tests.judged = true;
  noticed.unit_tests.program = "core_draft_test";
  noticed.unit_tests.test = "Merge.keeps";
  const auto json = nlohmann::json::parse(mutants_json(report_of({noticed, missed})));
  const auto& first = json.at("mutants").at(0);
  EXPECT_EQ(first.at("seeds"), 17);
  EXPECT_EQ(first.at("by"), nlohmann::json({"convergence"}));
  EXPECT_EQ(first.at("fuzz").at("laws"), nlohmann::json({"convergence"}));
  EXPECT_EQ(first.at("family").at("need"), "later");
  EXPECT_EQ(first.at("family").at("without").at("seeds"), 30);
  EXPECT_EQ(first.at("unit_tests").at("test"), "Merge.keeps");
  EXPECT_TRUE(first.at("as_expected"));
  const auto& second = json.at("mutants").at(1);
  EXPECT_EQ(second.at("seeds"), 400);
  EXPECT_EQ(second.at("runs"), 9);
  EXPECT_FALSE(second.at("by_seeds"));
  EXPECT_FALSE(second.contains("unit_tests"));
  EXPECT_EQ(json.at("score").at("unseen_by_seeds"), nlohmann::json({"b"}));
}

TEST(MutantsReport, MarkdownExplainsWhatSeedsDoNotSee) {
  MutantVerdict missed = by_scenario(verdict("b", "timing"));
  missed.fuzz = found_nothing();
  missed.patch.survives = "Worlds have no such clock.";
  const std::string text = mutants_markdown(report_of({missed, by_seed(verdict("a", "leak"), 2)}));
  EXPECT_THAT(text, HasSubstr("| `b` | timing | This \\| or that. | scenarios | "
                              "Worlds have no such clock. |"));
  EXPECT_THAT(text, HasSubstr("| leak | 1 | 1 | 100.0 % | 0 | 1 | 0 |"));
  EXPECT_THAT(text, HasSubstr("seed 2: convergence"));
  EXPECT_THAT(text, HasSubstr("| disk | none |"));
}

TEST(MutantsReport, SaysNothingOfWhatWasNotAsked) {
  MutantsReport report = report_of({by_scenario(verdict("a", "timing"))});
  report.fuzz_seeds = 0;
  EXPECT_THAT(mutants_markdown(report), Not(HasSubstr("Families of faults")));
  EXPECT_THAT(mutants_table(report), Not(HasSubstr("family ")));
  EXPECT_THAT(score_lines(report), Not(Contains(HasSubstr("unit tests"))));
  EXPECT_THAT(score_lines(report), Contains("score: 1 of 1 (100.0 %) killed"));
}

}  // namespace
}  // namespace dp::cli
