// A report with one case of every verdict, and texts that are awkward in some format.
#pragma once

#include <string>

#include "conformance/reports/report.h"

namespace dp::conformance {

inline Report sample_report() {
  Report report;
  report.started_unix_ms = 1'700'000'000'000;
  report.result = {.suite = "client",
                   .implementation = "other-client 1.2 <beta>",
                   .program_version = "0.1.0",
                   .level = "L3",
                   .command = "./other-client",
                   .seed = 7,
                   .capabilities = {"store"},
                   .cases = {},
                   .seconds = 1.5};
  report.requirements.push_back({.id = "DP-SAVE-001",
                                 .binding = "MUST",
                                 .side = "client",
                                 .sentence = "A client MUST save.",
                                 .line = 42,
                                 .cases = {},
                                 .excluded = ""});
  for (std::size_t i = 0; i < kVerdictCount; ++i) {
    CaseResult one;
    const auto verdict = static_cast<Verdict>(i);
    one.about = {.id = "DP-SAVE-001/case-" + std::to_string(i),
                 .requirements = {"DP-SAVE-001"},
                 .title = "what was # typed \\ is saved",
                 .level = "L3",
                 .needs = {}};
    one.verdict = verdict;
    if (verdict != Verdict::pass) {
      one.tag = "late-save";
      one.broken = "DP-SAVE-001";
      one.expected = "a save after 1200 ms";
      one.actual = "</script><b>\"&\n]]>\x01 \xff after 1201 ms";
    }
    one.transcript = {"> {\"op\":\"hello\"}", "< {\"ok\":true}", "! </script>"};
    one.close = {.verdict = Verdict::pass, .expected = "close 1008", .actual = "close 1008"};
    one.seconds = 0.25;
    one.rerun = "draftproof conform client --case 'DP-SAVE-001/case-" + std::to_string(i) + "'";
    report.requirements.front().cases.push_back(one.about.id);
    report.result.cases.push_back(one);
  }
  return report;
}

}  // namespace dp::conformance
