// Failures of one scenario that are alike: told once, and the seeds of the others counted.
//
// Guarantees: two records are alike when their status, their error and the signatures of all their
// violations are equal; every seed that was taken is in the story of a first one or in a line.
// Does not: print, or drop a record from a report: JSON, JUnit and traces have all of them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/report/record.h"

namespace dp::sim {

class AlikeFailures {
 public:
  // True for the first of its kind, whose story is to be told.
  bool take(const RunRecord& failed);
  // A line for each kind that came more than once, in the order of the first ones; forgets all.
  std::vector<std::string> drain();

 private:
  struct Kind {
    std::string what;
    std::uint64_t first_seed = 0;
    std::vector<std::uint64_t> more{};
  };
  std::vector<Kind> kinds_;
};

// "2..7, 9, 12..13"; at most `parts` of them and then how many more there are. Ascending seeds.
std::string seeds_text(const std::vector<std::uint64_t>& seeds, std::size_t parts);

}  // namespace dp::sim
