#include "cli/mutant_verdict.h"

#include <algorithm>

namespace dp::cli {

const char* name(MutantFate fate) {
  switch (fate) {
    case MutantFate::killed:
      return "killed";
    case MutantFate::survived:
      return "survived";
    case MutantFate::blunt:
      return "blunt";
    case MutantFate::broken:
      return "broken";
    case MutantFate::not_judged:
      break;
  }
  return "not_judged";
}

const char* name(FamilyNeed need) {
  switch (need) {
    case FamilyNeed::needed:
      return "needed";
    case FamilyNeed::later:
      return "later";
    case FamilyNeed::not_needed:
      return "not_needed";
    case FamilyNeed::not_found:
      return "not_found";
    case FamilyNeed::not_judged:
      break;
  }
  return "not_judged";
}

bool MutantVerdict::by_scenarios() const {
  if (fate == MutantFate::blunt) return false;
  return std::ranges::any_of(seen.by,
                             [](const auto& entry) { return entry.first != kPairsOfRuns; });
}

bool MutantVerdict::by_pairs() const {
  return fate != MutantFate::blunt && seen.by.contains(kPairsOfRuns);
}

FamilyNeed MutantVerdict::family_need() const {
  if (patch.family.empty() || !fuzz.judged) return FamilyNeed::not_judged;
  if (!fuzz.found) return FamilyNeed::not_found;
  if (!without_family.judged) return FamilyNeed::not_judged;
  if (!without_family.found) return FamilyNeed::needed;
  return without_family.seeds > fuzz.seeds ? FamilyNeed::later : FamilyNeed::not_needed;
}

std::set<std::string> MutantVerdict::rules() const {
  std::set<std::string> all = seen.by_all();
  all.insert(fuzz.laws.begin(), fuzz.laws.end());
  return all;
}

bool MutantVerdict::noticed_as_expected() const {
  const std::set<std::string> by = rules();
  return std::ranges::any_of(patch.expects, [&](const std::string& expected) {
    return by.contains(expected) || seen.by.contains(expected);
  });
}

}  // namespace dp::cli
