// What became of a set of mutants, as a table for people, JSON and Markdown.
//
// Guarantees: every form is a projection of the same value; mutants come in the order of their
// names. Does not: judge anything.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/mutant_judge.h"

namespace dp::cli {

inline constexpr const char* kMutantsFormat = "draftproof-mutants/1";

struct MutantsReport {
  std::vector<MutantVerdict> verdicts;
  std::set<std::string> failing_anyway;  // scenarios that fail without any mutant: not counted
  bool whole_set = true;                 // false: a subset, whose assignment means nothing
  std::map<std::string, std::string> mutant_of;  // scenario -> the mutant that is its own
  std::vector<std::string> without_mutant;       // scenarios

  std::size_t count(MutantFate fate) const;
  bool is_good() const;
};

// Fills in mutant_of and without_mutant.
void assign(MutantsReport& report, const std::set<std::string>& scenarios);

std::string verdict_line(const MutantVerdict& verdict);
std::string mutants_table(const MutantsReport& report);
std::string mutants_json(const MutantsReport& report);
std::string mutants_markdown(const MutantsReport& report);

}  // namespace dp::cli
