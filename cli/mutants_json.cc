#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/mutants_report.h"
#include "cli/version.h"

namespace dp::cli {
namespace {

using Json = nlohmann::ordered_json;

double tenths(double seconds) {
  return std::floor(seconds * 10) / 10.0;
}

Json fuzz_json(const FuzzSeen& seen) {
  Json out;
  out["found"] = seen.found;
  out["seeds"] = seen.seeds;
  out["laws"] = seen.laws;
  if (seen.found) out["signature"] = seen.signature;
  out["seconds"] = tenths(seen.seconds);
  return out;
}

Json unit_tests_json(const UnitTestsSeen& seen) {
  Json out;
  out["survived"] = seen.survived();
  if (!seen.survived()) {
    out["program"] = seen.program;
    out["test"] = seen.test;
  }
  out["seconds"] = tenths(seen.seconds);
  return out;
}

void add_ways(Json& out, const MutantVerdict& verdict) {
  if (verdict.fuzz.judged) out["fuzz"] = fuzz_json(verdict.fuzz);
  if (!verdict.patch.family.empty()) {
    Json& family = out["family"];
    family["name"] = verdict.patch.family;
    family["need"] = name(verdict.family_need());
    if (verdict.without_family.judged) family["without"] = fuzz_json(verdict.without_family);
  }
  if (verdict.unit_tests.judged) out["unit_tests"] = unit_tests_json(verdict.unit_tests);
}

Json verdict_json(const MutantVerdict& verdict) {
  Json out;
  out["name"] = verdict.patch.name;
  out["claim"] = verdict.patch.claim;
  out["class"] = verdict.patch.breed;
  out["target"] = verdict.patch.target;
  out["covers"] = verdict.patch.covers;
  out["expects"] = verdict.patch.expects;
  out["fate"] = name(verdict.fate);
  out["killed"] = verdict.fate == MutantFate::killed;
  out["by"] = verdict.rules();
  out["by_scenarios"] = verdict.by_scenarios();
  out["by_pairs"] = verdict.by_pairs();
  out["by_seeds"] = verdict.fuzz.found;
  out["as_expected"] = verdict.noticed_as_expected();
  out["scenarios"] = Json::object();
  for (const auto& [scenario, rules] : verdict.seen.by) out["scenarios"][scenario] = rules;
  out["runs"] = verdict.seen.runs;
  out["failed_runs"] = verdict.seen.failed_runs;
  out["seeds"] = verdict.fuzz.seeds;
  add_ways(out, verdict);
  out["seconds"] = tenths(verdict.seconds);
  if (!verdict.patch.survives.empty()) out["survives"] = verdict.patch.survives;
  if (!verdict.problem.empty()) out["problem"] = verdict.problem;
  return out;
}

Json tally_json(const MutantTally& tally) {
  Json out;
  out["mutants"] = tally.mutants;
  out["killed"] = tally.killed;
  out["by_scenarios"] = tally.by_scenarios;
  out["by_generated"] = tally.by_generated;
  out["by_both"] = tally.by_both;
  out["by_seeds"] = tally.by_seeds;
  out["by_pairs"] = tally.by_pairs;
  return out;
}

Json score_json(const MutantsReport& report) {
  const MutantsScore score = score_of(report.verdicts);
  Json out;
  out["all"] = tally_json(score.all);
  out["data_loss_and_leaks"] = tally_json(score.worst);
  for (const auto& [breed, tally] : score.of_class) out["classes"][breed] = tally_json(tally);
  if (report.fuzz_seeds > 0) {
    for (const auto& [family, tally] : score.of_family) {
      Json& entry = out["families"][family];
      entry["designated"] = tally.designated;
      entry["needed"] = tally.needed;
      entry["later"] = tally.later;
      entry["not_needed"] = tally.not_needed;
      entry["not_found"] = tally.not_found;
    }
    out["unseen_by_seeds"] = score.unseen_by_seeds;
  }
  if (report.unit_tests) {
    out["unit_tests"]["judged"] = score.unit_judged;
    out["unit_tests"]["survived"] = score.unit_survived;
  }
  return out;
}

}  // namespace

std::string mutants_json(const MutantsReport& report) {
  Json out;
  out["format"] = kMutantsFormat;
  out["program"] = std::string("draftproof ") + kVersion;
  out["fuzz_seeds"] = report.fuzz_seeds;
  out["unit_tests"] = report.unit_tests;
  out["seconds"] = tenths(report.seconds);
  out["mutants"] = Json::array();
  for (const MutantVerdict& verdict : report.verdicts) {
    out["mutants"].push_back(verdict_json(verdict));
  }
  out["alone"] = alone(report);
  out["failing_anyway"] = report.failing_anyway;
  out["assignment_checked"] = report.whole_set;
  out["mutant_of"] = report.mutant_of;
  out["without_mutant"] = report.without_mutant;
  Json& summary = out["summary"];
  for (const MutantFate fate : {MutantFate::killed, MutantFate::survived, MutantFate::blunt,
                                MutantFate::broken, MutantFate::not_judged}) {
    summary[name(fate)] = report.count(fate);
  }
  out["score"] = score_json(report);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dp::cli
