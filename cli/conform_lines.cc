#include "cli/conform_lines.h"

#include <fmt/format.h>

#include <map>

namespace dp::cli {
namespace {

using conformance::CaseResult;
using conformance::Verdict;

Ink ink_of(Verdict verdict) {
  if (conformance::is_red(verdict)) return Ink::bad;
  return verdict == Verdict::pass ? Ink::good : Ink::faint;
}

}  // namespace

void show_case(Terminal& terminal, const CaseResult& one, bool verbose) {
  const std::string verdict(conformance::name(one.verdict));
  const std::string tag = one.tag.empty() ? "" : " [" + one.tag + "]";
  terminal.line(
      fmt::format("{} {}{}", terminal.inked(verdict, ink_of(one.verdict)), one.about.id, tag));
  if (one.verdict == Verdict::pass || one.verdict == Verdict::unsupported ||
      one.verdict == Verdict::not_applicable) {
    return;
  }
  terminal.line("  " + one.about.title);
  if (!one.broken.empty()) {
    terminal.line("  " + one.broken + ": " +
                  conformance::sentences_of({"", {one.broken}, "", "", {}}));
  }
  terminal.line("  expected " + one.expected);
  terminal.line("  seen     " + one.actual);
  if (!one.rerun.empty()) terminal.line("  again    " + one.rerun);
  if (!verbose) return;
  for (const std::string& line : one.transcript) terminal.line("    " + line);
}

std::string summary_of(const conformance::SuiteResult& result) {
  std::string out = fmt::format("{}: {} in {:.1f} s;", result.implementation,
                                name(conformance::overall(result)), result.seconds);
  for (std::size_t i = 0; i < conformance::kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (result.count(verdict) == 0) continue;
    out += fmt::format(" {} {}", result.count(verdict), name(verdict));
  }
  const std::size_t unknown = conformance::not_judged(result).size();
  if (unknown == 0) return out;
  return out + fmt::format("; {} of {} requirements were not judged", unknown,
                           conformance::requirements_of(result));
}

std::vector<std::string> reasons_of(const conformance::SuiteResult& result) {
  std::map<std::string, std::size_t> counts;
  for (const conformance::NotJudged& one : conformance::not_judged(result)) ++counts[one.takes];
  std::vector<std::string> out;
  for (const auto& [takes, count] : counts) {
    out.push_back(fmt::format("  {}: {}", count, takes));
  }
  return out;
}

}  // namespace dp::cli
