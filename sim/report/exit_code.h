// The one table of exit codes, for every command.
#pragma once

namespace dp::sim {

enum class ExitCode : int {
  all_hold = 0,    // every law and expectation held; conformant
  violation = 1,   // at least one did not; not conformant; a replay reproduced its failure
  bad_input = 2,   // usage, or a file that is not what it should be
  broken = 3,      // an error of the program or of the harness, or a report that was not written
  incomplete = 4,  // a budget or an interrupt ended the run early; untestable; replay diverged
};

constexpr int number(ExitCode code) {
  return static_cast<int>(code);
}

}  // namespace dp::sim
