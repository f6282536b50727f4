// Lets a mutant program play generated worlds and says which seed noticed first.
//
// Guarantees: one seed after the other, so the first that notices is the smallest; a seed that
// crashes the program, hangs or eats memory has noticed. Does not: shrink what was found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace dp::cli {

struct FuzzSeen {
  bool judged = false;  // false: not asked for, interrupted, or impossible
  bool found = false;
  std::uint64_t seeds = 0;     // played; the one that noticed, if any, is the last of them
  std::set<std::string> laws;  // that it broke; "crash" or "timeout" without any
  std::string signature;
  std::string problem;  // why it was impossible
  double seconds = 0;
};

struct FuzzTrial {
  std::filesystem::path program;
  std::filesystem::path scratch;
  std::uint64_t seeds = 0;
  std::string without;       // family that is switched off; "" is none
  double known_seconds = 0;  // what the unchanged program took; 0 is unknown
  std::uint64_t memory_bytes = 0;
  std::function<bool()> stop;
};

FuzzSeen fuzz_mutant(const FuzzTrial& trial);

// What the lines of `draftproof fuzz --json` say of seeds 1, 2, ...; a torn last line is passed
// over.
FuzzSeen read_fuzz_lines(std::string_view lines);

}  // namespace dp::cli
