// The cases for servers, and playing them.
//
// Drive level S2: the suite starts the program, as often as cases need one with other limits or one
// they may kill. S1: an address and a profile of accounts; cases that need the program are then not
// applicable, and no two cases use one account at a time.
// Guarantees: every case ends within its limits with exactly one verdict; the order of results is
// that of the table, whatever ran when; whatever was started is dead at the end. A server that does
// not start is one harness-error with its own words; one that shows no sign of life is judged no
// further. A case that failed is played again by itself on a fresh server: only what fails twice is
// a failure, what does not is flaky.
// Does not: print or write files outside its own temporary folder.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "conformance/suites/server/server_case.h"
#include "conformance/verdict/case.h"
#include "conformance/verdict/manifest.h"

namespace dp::conformance {

// All of them, probes first.
const std::vector<ServerCase>& server_cases();
const std::vector<Exclusion>& server_exclusions();
bool is_server_probe(const Case& about);
bool is_smoke(const Case& about);  // the few that say most

struct ServerSuiteOptions {
  std::string command;  // S2
  std::string url;      // S1
  std::string ca_file;
  std::vector<SubjectAccount> accounts;  // S1
  SubjectLimits limits;                  // S1
  std::string filter = "*";
  std::string requirement;  // only cases of it; "" is all
  bool smoke = false;
  std::uint64_t seed = 1;
  std::size_t jobs = 4;
  std::chrono::milliseconds reply{5'000};
  std::chrono::milliseconds ready{10'000};
  std::chrono::seconds case_budget{30};
  std::chrono::seconds budget{600};  // of the whole suite; what is left then is not judged
  std::string rerun;                 // the command that runs this suite, without --case and --seed
  std::function<void(const CaseResult&)> on_result;  // as they come; one at a time
  std::function<bool()> stop;
};

SuiteResult run_server_suite(const ServerSuiteOptions& options);

// The accounts and limits of a profile file, for S1. The error's detail is a sentence.
struct TargetProfile {
  std::vector<SubjectAccount> accounts;
  SubjectLimits limits;
};
Result<TargetProfile> read_target_profile(const std::string& file, std::string_view text);

}  // namespace dp::conformance
