// The server suite judged by servers that are wrong on purpose.
//
// Guarantees: a wrong server counts as caught only if a case of the requirement it breaks failed;
// what only other cases saw is told apart as caught by a bystander. A twin counts as clean only if
// nothing failed in any of the runs asked for.
// Does not: build anything; the program itself is the server.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/broken/score/score.h"
#include "conformance/broken/server/broken_servers.h"

namespace dp::conformance {

struct BrokenServersOptions {
  std::string command;       // that starts the server; --break NAME is added
  std::string filter = "*";  // of names
  std::uint64_t seed = 1;
  std::size_t jobs = 2;                         // servers judged at one time
  std::size_t twin_runs = 2;                    // each with another seed
  std::function<void(const ScoreRow&)> on_row;  // one at a time
  std::function<bool()> stop;
};

// In the order of broken_servers().
std::vector<ScoreRow> judge_broken_servers(const BrokenServersOptions& options);

}  // namespace dp::conformance
