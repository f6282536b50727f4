#include "cli/mutants_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "cli/mutant_assignment.h"
#include "cli/version.h"

namespace dp::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kScenariosShown = 3;

std::string rules_text(const MutantVerdict& verdict) {
  return fmt::format("{}", fmt::join(verdict.seen.by_all(), ", "));
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
    const std::set<std::string> by = verdict.seen.by_all();
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

std::string problem_text(const MutantVerdict& verdict) {
  if (verdict.fate == MutantFate::survived) return verdict.patch.claim;
  if (verdict.fate == MutantFate::blunt) {
    return fmt::format("fails {} too, so it shows nothing ({})", kHappyPath, rules_text(verdict));
  }
  return verdict.problem;
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
  out["by"] = verdict.seen.by_all();
  out["as_expected"] = verdict.noticed_as_expected();
  out["scenarios"] = Json::object();
  for (const auto& [scenario, rules] : verdict.seen.by) out["scenarios"][scenario] = rules;
  out["seeds"] = verdict.seen.runs;
  out["failed_seeds"] = verdict.seen.failed_runs;
  out["seconds"] = std::floor(verdict.seconds * 10) / 10.0;
  if (!verdict.problem.empty()) out["problem"] = verdict.problem;
  return out;
}

}  // namespace

std::size_t MutantsReport::count(MutantFate fate) const {
  return static_cast<std::size_t>(std::ranges::count(verdicts, fate, &MutantVerdict::fate));
}

bool MutantsReport::is_good() const {
  return count(MutantFate::killed) == verdicts.size() && without_mutant.empty() &&
         failing_anyway.empty();
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
  return fmt::format("{} by {} in {} scenarios{}", head, rules_text(verdict),
                     verdict.seen.by.size(),
                     verdict.noticed_as_expected()
                         ? ""
                         : fmt::format(" (expected: {})", fmt::join(verdict.patch.expects, ", ")));
}

std::string mutants_table(const MutantsReport& report) {
  std::size_t width = 6;
  for (const MutantVerdict& verdict : report.verdicts) {
    width = std::max(width, verdict.patch.name.size());
  }
  std::string out = fmt::format("{:<{}}  {:<10} {:>7}  {}\n", "mutant", width, "killed", "seconds",
                                "by; seen by scenarios");
  for (const MutantVerdict& verdict : report.verdicts) {
    out += fmt::format("{:<{}}  {:<10} {:>7.1f}  {}; {}\n", verdict.patch.name, width,
                       verdict.fate == MutantFate::killed ? "yes" : name(verdict.fate),
                       verdict.seconds, rules_text(verdict), first_few(scenarios_of(verdict)));
  }
  for (const auto& [rule, times] : alone(report)) {
    out += fmt::format("alone: {} is the only one to see {} mutants\n", rule, times);
  }
  for (const std::string& scenario : report.failing_anyway) {
    out += fmt::format("fails without any mutant, so it was not counted: {}\n", scenario);
  }
  if (report.whole_set) {
    out += fmt::format("{} scenarios have a mutant of their own (at most {} a mutant)\n",
                       report.mutant_of.size(), kScenariosPerMutant);
    for (const std::string& scenario : report.without_mutant) {
      out += fmt::format("no mutant of its own: {}\n", scenario);
    }
  } else {
    out +=
        "a part of the mutants or scenarios only: whether every scenario has a mutant of its "
        "own was not checked\n";
  }
  return out + summary_text(report);
}

std::string mutants_json(const MutantsReport& report) {
  Json out;
  out["format"] = kMutantsFormat;
  out["program"] = std::string("draftproof ") + kVersion;
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
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string mutants_markdown(const MutantsReport& report) {
  std::string out = "# Mutants\n\nGenerated by `draftproof mutants --markdown`.\n\n" +
                    summary_text(report) + ".\n\n" +
                    "| mutant | what it breaks | killed | by | scenarios | seconds |\n" +
                    "|---|---|---|---|---|---|\n";
  for (const MutantVerdict& verdict : report.verdicts) {
    out += fmt::format("| `{}` | {} | {} | {} | {} | {:.1f} |\n", verdict.patch.name,
                       verdict.patch.claim,
                       verdict.fate == MutantFate::killed ? "yes" : name(verdict.fate),
                       rules_text(verdict), first_few(scenarios_of(verdict)), verdict.seconds);
  }
  if (!report.whole_set) return out;
  out += "\n## The mutant each scenario has of its own\n\n| scenario | mutant |\n|---|---|\n";
  for (const auto& [scenario, mutant] : report.mutant_of) {
    out += fmt::format("| `{}` | `{}` |\n", scenario, mutant);
  }
  for (const std::string& scenario : report.without_mutant) {
    out += fmt::format("| `{}` | none |\n", scenario);
  }
  return out;
}

}  // namespace dp::cli
