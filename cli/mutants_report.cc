#include "cli/mutants_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/mutant_assignment.h"

namespace dp::cli {
namespace {

constexpr std::size_t kScenariosShown = 3;

std::string problem_text(const MutantVerdict& verdict) {
  if (verdict.fate == MutantFate::survived) return verdict.patch.claim;
  if (verdict.fate == MutantFate::blunt) {
    return fmt::format("fails {} too, so it shows nothing ({})", kHappyPath, rules_text(verdict));
  }
  return verdict.problem;
}

std::string families_table(const MutantsReport& report) {
  std::string out;
  for (const auto& [family, tally] : score_of(report.verdicts).of_family) {
    if (tally.designated.empty()) continue;
    out += fmt::format("family {:<9}  {} mutants: {} need it, {} are found later without it\n",
                       family, tally.designated.size(), tally.needed, tally.later);
  }
  return out;
}

}  // namespace

std::string rules_text(const MutantVerdict& verdict) {
  return fmt::format("{}", fmt::join(verdict.rules(), ", "));
}

std::vector<std::string> scenarios_of(const MutantVerdict& verdict) {
  std::vector<std::string> scenarios;
  for (const auto& [scenario, rules] : verdict.seen.by) scenarios.push_back(scenario);
  return scenarios;
}

std::string first_few(const std::vector<std::string>& scenarios) {
  if (scenarios.size() <= kScenariosShown) return fmt::format("{}", fmt::join(scenarios, ", "));
  const auto shown =
      std::vector<std::string>(scenarios.begin(), scenarios.begin() + kScenariosShown);
  return fmt::format("{} and {} more", fmt::join(shown, ", "), scenarios.size() - kScenariosShown);
}

// Oracles that are the only one to see some mutant earn their keep by that alone.
std::map<std::string, std::size_t> alone(const MutantsReport& report) {
  std::map<std::string, std::size_t> times;
  for (const MutantVerdict& verdict : report.verdicts) {
    const std::set<std::string> by = verdict.rules();
    if (verdict.fate == MutantFate::killed && by.size() == 1) ++times[*by.begin()];
  }
  return times;
}

std::string summary_text(const MutantsReport& report) {
  return fmt::format("{} mutants: {} killed, {} survived, {} blunt, {} broken, {} not judged",
                     report.verdicts.size(), report.count(MutantFate::killed),
                     report.count(MutantFate::survived), report.count(MutantFate::blunt),
                     report.count(MutantFate::broken), report.count(MutantFate::not_judged));
}

std::string fuzz_text(const MutantVerdict& verdict) {
  if (!verdict.fuzz.judged) return "-";
  if (!verdict.fuzz.found) return fmt::format("none of {}", verdict.fuzz.seeds);
  return fmt::format("seed {}: {}", verdict.fuzz.seeds, fmt::join(verdict.fuzz.laws, ", "));
}

std::string family_text(const MutantVerdict& verdict) {
  const std::string& family = verdict.patch.family;
  switch (verdict.family_need()) {
    case FamilyNeed::needed:
      return fmt::format("{}: needed", family);
    case FamilyNeed::later:
      return fmt::format("{}: seed {} without", family, verdict.without_family.seeds);
    case FamilyNeed::not_needed:
      return fmt::format("{}: not needed", family);
    case FamilyNeed::not_found:
      return fmt::format("{}: not found", family);
    case FamilyNeed::not_judged:
      break;
  }
  return "-";
}

std::string unit_tests_text(const MutantVerdict& verdict) {
  if (!verdict.unit_tests.judged) return "-";
  if (verdict.unit_tests.survived()) return "survived";
  return fmt::format("{} {}", verdict.unit_tests.program, verdict.unit_tests.test);
}

std::vector<std::string> score_lines(const MutantsReport& report) {
  const MutantsScore score = score_of(report.verdicts);
  const auto of = [](std::size_t part, std::size_t whole) {
    return fmt::format("{} of {} ({})", part, whole, percent_text(part, whole));
  };
  std::vector<std::string> lines{
      fmt::format("score: {} killed", of(score.all.killed, score.all.mutants)),
      fmt::format("data loss and leaks: {} killed", of(score.worst.killed, score.worst.mutants))};
  if (report.fuzz_seeds > 0) {
    const MutantTally& all = score.all;
    lines.push_back(
        fmt::format("by scenarios: {}; by generated worlds: {}; by both: {}; "
                    "by scenarios alone: {}; by generated worlds alone: {}",
                    of(all.by_scenarios, all.mutants), of(all.by_generated, all.mutants),
                    all.by_both, all.only_scenarios(), all.only_generated()));
    lines.push_back(fmt::format("generated worlds: {} by seeds 1..{}, {} by pairs of runs",
                                of(all.by_seeds, all.mutants), report.fuzz_seeds, all.by_pairs));
  }
  if (report.unit_tests) {
    lines.push_back(
        fmt::format("survive all unit tests of the cores and the plain flow of two devices: {}",
                    of(score.unit_survived, score.unit_judged)));
  }
  return lines;
}

std::vector<std::string> complaints(const MutantsReport& report) {
  std::vector<std::string> lines;
  for (const std::string& scenario : report.failing_anyway) {
    lines.push_back(fmt::format("fails without any mutant, so it was not counted: {}", scenario));
  }
  if (!report.whole_set) return lines;
  for (const std::string& scenario : report.without_mutant) {
    lines.push_back(fmt::format("no mutant of its own: {}", scenario));
  }
  if (report.fuzz_seeds == 0) return lines;
  for (const std::string& family : score_of(report.verdicts).families_that_do_not_matter()) {
    lines.push_back(fmt::format("no mutant needs this family of faults: {}", family));
  }
  return lines;
}

std::size_t MutantsReport::count(MutantFate fate) const {
  return static_cast<std::size_t>(std::ranges::count(verdicts, fate, &MutantVerdict::fate));
}

bool MutantsReport::is_good() const {
  return count(MutantFate::killed) == verdicts.size() && complaints(*this).empty();
}

void assign(MutantsReport& report, const std::set<std::string>& scenarios) {
  std::map<std::string, std::set<std::string>> seen_by;
  for (const MutantVerdict& verdict : report.verdicts) {
    if (verdict.fate != MutantFate::killed) continue;
    for (const auto& [scenario, rules] : verdict.seen.by) {
      if (scenarios.contains(scenario)) seen_by[scenario].insert(verdict.patch.name);
    }
  }
  report.mutant_of = assign_mutants(seen_by, kScenariosPerMutant);
  for (const std::string& scenario : scenarios) {
    // The happy path tells blunt mutants from sharp ones, so no mutant that counts fails it.
    if (scenario != kHappyPath && !report.mutant_of.contains(scenario)) {
      report.without_mutant.push_back(scenario);
    }
  }
}

std::string verdict_line(const MutantVerdict& verdict) {
  const std::string head = fmt::format("{:<10} {}", name(verdict.fate), verdict.patch.name);
  if (verdict.fate != MutantFate::killed) {
    return fmt::format("{}: {}", head, problem_text(verdict));
  }
  std::string line =
      fmt::format("{} by {} in {} scenarios", head, rules_text(verdict), verdict.seen.by.size());
  if (verdict.fuzz.judged) line += fmt::format("; {}", fuzz_text(verdict));
  if (verdict.family_need() != FamilyNeed::not_judged) {
    line += fmt::format("; {}", family_text(verdict));
  }
  if (verdict.unit_tests.judged) {
    line += fmt::format("; unit tests: {}", unit_tests_text(verdict));
  }
  if (verdict.noticed_as_expected()) return line;
  return fmt::format("{} (expected: {})", line, fmt::join(verdict.patch.expects, ", "));
}

std::string mutants_table(const MutantsReport& report) {
  std::size_t width = 6;
  for (const MutantVerdict& verdict : report.verdicts) {
    width = std::max(width, verdict.patch.name.size());
  }
  const bool fuzzed = report.fuzz_seeds > 0;
  std::string out = fmt::format("{:<{}}  {:<10} {:>7} {}{} {}\n", "mutant", width, "killed",
                                "seconds", fuzzed ? "    seed" : "",
                                report.unit_tests ? " unit tests" : "", " by; seen by scenarios");
  for (const MutantVerdict& verdict : report.verdicts) {
    const std::string seed = verdict.fuzz.found ? std::to_string(verdict.fuzz.seeds) : "-";
    const char* unit = !verdict.unit_tests.judged      ? "-"
                       : verdict.unit_tests.survived() ? "survived"
                                                       : "failed";
    out += fmt::format("{:<{}}  {:<10} {:>7.1f} {}{}  {}; {}\n", verdict.patch.name, width,
                       verdict.fate == MutantFate::killed ? "yes" : name(verdict.fate),
                       verdict.seconds, fuzzed ? fmt::format("{:>8}", seed) : "",
                       report.unit_tests ? fmt::format(" {:<10}", unit) : "", rules_text(verdict),
                       first_few(scenarios_of(verdict)));
  }
  for (const auto& [rule, times] : alone(report)) {
    out += fmt::format("alone: {} is the only one to see {} mutants\n", rule, times);
  }
  if (fuzzed) out += families_table(report);
  if (report.whole_set) {
    out += fmt::format("{} scenarios have a mutant of their own (at most {} a mutant)\n",
                       report.mutant_of.size(), kScenariosPerMutant);
  } else {
    out +=
        "a part of the mutants or scenarios only: whether every scenario has a mutant of its "
        "own was not checked\n";
  }
  for (const std::string& line : score_lines(report)) out += line + "\n";
  return out + summary_text(report);
}

}  // namespace dp::cli
