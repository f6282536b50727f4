#include "cli/conform_lines.h"

#include <fmt/format.h>

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
  return out;
}

}  // namespace dp::cli
