// What became of a set of mutants, as a table for people, JSON and Markdown.
//
// Guarantees: every form is a projection of the same value; mutants come in the order of their
// names. Does not: judge anything.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/mutant_verdict.h"
#include "cli/mutants_score.h"

namespace dp::cli {

inline constexpr const char* kMutantsFormat = "draftproof-mutants/1";

struct MutantsReport {
  std::vector<MutantVerdict> verdicts;
  std::set<std::string> failing_anyway;  // scenarios that fail without any mutant: not counted
  bool whole_set = true;                 // false: a subset, whose assignment means nothing
  std::map<std::string, std::string> mutant_of;  // scenario -> the mutant that is its own
  std::vector<std::string> without_mutant;       // scenarios
  std::uint64_t fuzz_seeds = 0;                  // played with each at most; 0: none were
  bool unit_tests = false;                       // judged too
  double seconds = 0;                            // of all

  std::size_t count(MutantFate fate) const;
  bool is_good() const;
};

// Fills in mutant_of and without_mutant.
void assign(MutantsReport& report, const std::set<std::string>& scenarios);

// Oracles that are the only one to see some mutant, and how many.
std::map<std::string, std::size_t> alone(const MutantsReport& report);
// "a, b, c and 7 more"
std::string first_few(const std::vector<std::string>& scenarios);
std::vector<std::string> scenarios_of(const MutantVerdict& verdict);
std::string rules_text(const MutantVerdict& verdict);
std::string summary_text(const MutantsReport& report);
// What the seeds said, and the unit tests; "-" if they were not asked.
std::string fuzz_text(const MutantVerdict& verdict);
std::string family_text(const MutantVerdict& verdict);
std::string unit_tests_text(const MutantVerdict& verdict);
// The score in some lines; nothing of what was not asked.
std::vector<std::string> score_lines(const MutantsReport& report);
// Why the set as a whole is not good enough, though all are killed.
std::vector<std::string> complaints(const MutantsReport& report);

std::string verdict_line(const MutantVerdict& verdict);
std::string mutants_table(const MutantsReport& report);
std::string mutants_json(const MutantsReport& report);
std::string mutants_markdown(const MutantsReport& report);

}  // namespace dp::cli
