// The mutation score: what the verdicts add up to.
//
// Guarantees: a broken or unjudged mutant is in no figure; a blunt one counts as not killed. Does
// not: judge anything.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "cli/mutant_verdict.h"

namespace dp::cli {

// Of one class, or of all.
struct MutantTally {
  std::size_t mutants = 0;
  std::size_t killed = 0;
  std::size_t by_scenarios = 0;
  std::size_t by_seeds = 0;
  std::size_t by_pairs = 0;
  std::size_t by_generated = 0;  // seeds or pairs
  std::size_t by_both = 0;       // scenarios, and seeds or pairs

  std::size_t only_scenarios() const { return by_scenarios - by_both; }
  std::size_t only_generated() const { return by_generated - by_both; }
  void add(const MutantVerdict& verdict);
};

struct FamilyTally {
  std::vector<std::string> designated;
  std::size_t needed = 0;
  std::size_t later = 0;
  std::size_t not_needed = 0;
  std::size_t not_found = 0;
};

struct MutantsScore {
  MutantTally all;
  MutantTally worst;                             // classes data_loss and leak
  std::map<std::string, MutantTally> of_class;   // those that occur
  std::map<std::string, FamilyTally> of_family;  // all seven
  std::vector<std::string>
      unseen_by_seeds;  // by name: only seeds were too weak, or nothing saw them
  std::size_t unit_judged = 0;
  std::size_t unit_survived = 0;  // these and the plain flow of two devices

  // Families that none of the designated mutants needs.
  std::vector<std::string> families_that_do_not_matter() const;
};

MutantsScore score_of(const std::vector<MutantVerdict>& verdicts);

// "98.4 %", rounded down, so that 100 means all; "-" of nothing.
std::string percent_text(std::size_t part, std::size_t whole);

}  // namespace dp::cli
