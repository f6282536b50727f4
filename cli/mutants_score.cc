#include "cli/mutants_score.h"

#include <fmt/format.h>

#include "sim/faults/fault_kind.h"

namespace dp::cli {
namespace {

void add_family(FamilyTally& family, const MutantVerdict& verdict) {
  family.designated.push_back(verdict.patch.name);
  switch (verdict.family_need()) {
    case FamilyNeed::needed:
      ++family.needed;
      break;
    case FamilyNeed::later:
      ++family.later;
      break;
    case FamilyNeed::not_needed:
      ++family.not_needed;
      break;
    case FamilyNeed::not_found:
      ++family.not_found;
      break;
    case FamilyNeed::not_judged:
      break;
  }
}

}  // namespace

void MutantTally::add(const MutantVerdict& verdict) {
  ++mutants;
  if (verdict.fate == MutantFate::killed) ++killed;
  if (verdict.by_scenarios()) ++by_scenarios;
  if (verdict.fuzz.found) ++by_seeds;
  if (verdict.by_pairs()) ++by_pairs;
  if (verdict.by_generated()) ++by_generated;
  if (verdict.by_generated() && verdict.by_scenarios()) ++by_both;
}

std::vector<std::string> MutantsScore::families_that_do_not_matter() const {
  std::vector<std::string> idle;
  for (const auto& [family, tally] : of_family) {
    if (tally.needed == 0) idle.push_back(family);
  }
  return idle;
}

MutantsScore score_of(const std::vector<MutantVerdict>& verdicts) {
  MutantsScore score;
  for (std::size_t i = 0; i < sim::kFamilyCount; ++i) {
    score.of_family[std::string(sim::name(static_cast<sim::Family>(i)))];
  }
  for (const MutantVerdict& verdict : verdicts) {
    if (!verdict.patch.family.empty()) add_family(score.of_family[verdict.patch.family], verdict);
    if (!verdict.counts()) continue;
    const std::string& breed = verdict.patch.breed;
    score.all.add(verdict);
    score.of_class[breed].add(verdict);
    if (breed == "data_loss" || breed == "leak") score.worst.add(verdict);
    if (verdict.fuzz.judged && !verdict.fuzz.found) {
      score.unseen_by_seeds.push_back(verdict.patch.name);
    }
    if (!verdict.unit_tests.judged) continue;
    ++score.unit_judged;
    const bool lets_the_plain_flow_be = verdict.fate != MutantFate::blunt;
    if (lets_the_plain_flow_be && verdict.unit_tests.survived()) ++score.unit_survived;
  }
  return score;
}

std::string percent_text(std::size_t part, std::size_t whole) {
  if (whole == 0) return "-";
  const std::size_t tenths = part * 1'000 / whole;
  return fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

}  // namespace dp::cli
