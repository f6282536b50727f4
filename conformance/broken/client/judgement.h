// The suite judged by clients that are wrong on purpose.
//
// Guarantees: a wrong client counts as caught only if a case of the requirement it breaks failed; a
// twin counts as clean only if nothing failed.
// Does not: build anything; the program itself is the adapter.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/broken/client/broken_clients.h"

namespace dp::conformance {

struct BrokenVerdict {
  const BrokenClient* client = nullptr;
  bool good = false;      // caught, or clean for a twin
  std::string caught_by;  // the case, "" if none
  std::string detail;     // what it saw, or what failed although nothing should have
  double seconds = 0;
};

struct BrokenOptions {
  std::string adapter;       // a command to which --broken NAME is added
  std::string filter = "*";  // of names
  std::uint64_t seed = 1;
  std::size_t jobs = 1;
  std::function<void(const BrokenVerdict&)> on_verdict;
  std::function<bool()> stop;
};

std::vector<BrokenVerdict> judge_broken_clients(const BrokenOptions& options);
std::string broken_markdown(const std::vector<BrokenVerdict>& verdicts);

}  // namespace dp::conformance
