// What became of one mutant.
//
// Does not: run anything; the ways of judging are mutant_judge, mutant_fuzz and mutant_unit_tests.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "cli/mutant_fuzz.h"
#include "cli/mutant_judge.h"
#include "cli/mutant_patch.h"
#include "cli/mutant_unit_tests.h"

namespace dp::cli {

enum class MutantFate : std::uint8_t {
  killed,
  survived,
  blunt,   // the happy path fails
  broken,  // it does not apply or build
  not_judged,
};
const char* name(MutantFate fate);

// Whether it takes a family of faults to notice, by the seeds of one range with it and without.
enum class FamilyNeed : std::uint8_t {
  not_judged,  // none is named, or no seeds were played
  needed,      // found with it, never without
  later,       // found later without it
  not_needed,
  not_found,  // not even with it
};
const char* name(FamilyNeed need);

struct MutantVerdict {
  MutantPatch patch;
  MutantFate fate = MutantFate::not_judged;
  std::string problem;
  SuiteSeen seen;           // scenarios, and the pairs of runs
  FuzzSeen fuzz;            // generated worlds
  FuzzSeen without_family;  // the same without the patch's family
  UnitTestsSeen unit_tests;
  double seconds = 0;  // all of it: compile, link, play

  bool counts() const { return fate != MutantFate::broken && fate != MutantFate::not_judged; }
  bool by_scenarios() const;
  bool by_pairs() const;
  // Seeds or pairs of runs: both are made by the generator.
  bool by_generated() const { return fuzz.found || by_pairs(); }
  FamilyNeed family_need() const;
  std::set<std::string> rules() const;  // by whichever way
  bool noticed_as_expected() const;
};

}  // namespace dp::cli
