// A case: one claim about an implementation that can be judged by itself, and what came of it.
//
// Guarantees: value types; an id is stable: "DP-SAVE-001/at-1200" names the requirement the case
// was written for and the claim, and never changes its meaning.
// Does not: run. The suites do (conformance/suites).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/verdict/verdict.h"

namespace dp::conformance {

struct Case {
  std::string id;
  std::vector<std::string> requirements;  // ids; the first is the one in the case's own id
  std::string title;                      // the claim, a sentence without a full stop
  std::string level;                      // drive level: L1 to L3, S1, S2
  std::vector<std::string> needs;         // capabilities without which it cannot be judged
  bool operator==(const Case&) const = default;
};

// How a peer ended, judged apart from what it had done until then.
struct CloseVerdict {
  Verdict verdict = Verdict::not_applicable;
  std::string expected;  // such as "close 1008"
  std::string actual;
  bool operator==(const CloseVerdict&) const = default;
};

struct CaseResult {
  Case about;
  Verdict verdict = Verdict::harness_error;
  std::string tag;       // why, in a word or two that stay the same: "late-save"; "" for pass
  std::string broken;    // the requirement that was not met, if the verdict is fail or loose
  std::string expected;  // for everything but pass
  std::string actual;
  std::vector<std::string> transcript;  // what went over the line, one line each, bounded
  CloseVerdict close;
  double seconds = 0;
  std::string rerun;  // the command that judges this case alone
};

struct SuiteResult {
  std::string suite;           // "client" or "server"
  std::string implementation;  // name and version, as it gave them
  std::string program_version;
  std::string level;
  std::string command;  // what was judged: a command or a URL
  std::uint64_t seed = 0;
  std::vector<std::string> capabilities;  // as declared
  std::vector<CaseResult> cases;          // in the order of the suite
  bool interrupted = false;
  double seconds = 0;

  std::size_t count(Verdict verdict) const;
};

// conformant: every case passed, or is loose, info, unsupported or not applicable.
// not_conformant: some case failed or is flaky. harness_broken: nothing could be judged.
// incomplete: none failed, but some could not be judged, or the run was cut short.
Overall overall(const SuiteResult& result);

// A requirement that cases were to judge and none could, and why the first of them could not.
struct NotJudged {
  std::string requirement;
  std::string takes;  // such as "needs the capability lock"
  bool operator==(const NotJudged&) const = default;
};

// In the order of the suite. A verdict may be conformant all the same: what is optional or out of
// reach at a drive level is not held against anybody, but it has to be said.
std::vector<NotJudged> not_judged(const SuiteResult& result);

// How many requirements the cases of this run are about.
std::size_t requirements_of(const SuiteResult& result);

// The sentences of the case's requirements, joined by a line break.
std::string sentences_of(const Case& about);

}  // namespace dp::conformance
