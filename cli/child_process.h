// A program run to its end with bounds on its time and memory.
//
// Guarantees: returns no later than the limit or an interrupt, and by then the child and everything
// it started are dead. Its output goes to a file, standard error with it. Does not: use a shell.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace dp::cli {

struct ChildLimits {
  std::chrono::milliseconds time{std::chrono::minutes(10)};
  std::uint64_t memory_bytes = 0;  // of address space; 0 is no bound
};

struct ChildEnd {
  enum class How : std::uint8_t { exited, signalled, timed_out, interrupted, not_started };
  How how = How::not_started;
  int code = 0;  // exit code or signal
};

struct ChildOrder {
  std::vector<std::string> arguments;  // the first one is the program, searched in PATH
  std::filesystem::path folder;        // it starts there; empty: where we are
  std::filesystem::path output;
  ChildLimits limits;
  std::function<bool()> stop;  // asked a few times a second
};

ChildEnd run_child(const ChildOrder& order);

// What a child wrote, or another file of text; empty if there is none.
std::string text_of(const std::filesystem::path& file);

}  // namespace dp::cli
