// Which unit tests of the cores notice a mutant: its object is linked in front of the library of
// each test program that holds the original.
//
// Guarantees: the room's own program comes first, and the first that fails ends it; programs made
// for it are removed. Does not: build tests; those of the finished build are what is linked.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/mutant_build.h"

namespace dp::cli {

struct UnitTestProgram {
  std::string name;  // core_draft_test
  std::filesystem::path file;
  std::vector<std::string> link;  // arguments of its link
};

struct UnitTestsSeen {
  bool judged = false;  // false: not asked for, interrupted, or impossible
  std::string program;  // the first that failed; "" if the mutant survived
  std::string test;     // the first of its tests that failed
  std::string problem;  // why it was impossible
  double seconds = 0;
  bool survived() const { return judged && program.empty(); }
};

struct UnitTestTrial {
  std::filesystem::path scratch;
  std::uint64_t memory_bytes = 0;
  std::function<bool()> stop;
};

// All programs of tests/core; an error if one of them is not built.
std::expected<std::vector<UnitTestProgram>, std::string> find_unit_tests(const MutantBuild& build);

// What fails without any mutation: nothing should.
UnitTestsSeen play_unit_tests(const std::vector<UnitTestProgram>& programs,
                              const UnitTestTrial& trial);
UnitTestsSeen play_unit_tests(const std::vector<UnitTestProgram>& programs,
                              const MutantBuild& build, const MutantPatch& patch,
                              const std::filesystem::path& object, const UnitTestTrial& trial);

// Those that hold the room of the file, its own first.
std::vector<UnitTestProgram> programs_for(const std::string& target,
                                          const std::vector<UnitTestProgram>& programs);
// "Suite.name" of the first failure in what a test program printed; "" if it names none.
std::string first_failed_test(std::string_view output);

}  // namespace dp::cli
