// The cases for clients, and playing them.
//
// Guarantees: every case ends within its limits with exactly one verdict; cases do not see each
// other; the order of results is the order of the table, whatever ran when. An adapter that fails
// an honesty probe is judged no further. Does not: print or write files.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "conformance/adapter/process.h"
#include "conformance/suites/client/client_case.h"
#include "conformance/verdict/case.h"
#include "conformance/verdict/manifest.h"

namespace dp::conformance {

// All of them, probes first, at drive level L3.
const std::vector<ClientCase>& client_cases();
// Drive level L2, on real sockets in real time: without the probes, which are played at L3.
std::vector<ClientCase> wired_cases();
const std::vector<Exclusion>& client_exclusions();
bool is_probe(const Case& about);
bool concerns(const Case& about, std::string_view requirement);  // "" concerns all

struct ClientSuiteOptions {
  std::string command;       // of the adapter
  std::string level = "L3";  // or L2
  std::string filter = "*";
  std::string requirement;  // only cases of it; "" is all
  std::uint64_t seed = 1;
  std::size_t jobs = 2;
  ProcessLimits limits;
  std::chrono::seconds budget{600};  // of the whole suite; what is left then is not judged
  std::string program = "draftproof";
  std::function<void(const CaseResult&)> on_result;  // as they come; one at a time
  std::function<bool()> stop;
};

SuiteResult run_client_suite(const ClientSuiteOptions& options);

bool matches_glob(std::string_view glob, std::string_view text);  // * and ?

}  // namespace dp::conformance
