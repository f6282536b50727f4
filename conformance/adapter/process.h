// A program that is driven line by line over its standard input and output.
//
// Guarantees: every call returns within its time limit, whatever the program does: prints garbage
// or megabytes, closes its ends, dies, never answers, or cannot be started. When a Process ends,
// the program and everything it started are dead. Standard error is read all the while, so the
// program cannot be blocked by it, and its first megabytes are kept.
// Does not: understand lines. Not for use by two threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/vocabulary/result.h"

namespace dp::conformance {

struct ProcessLimits {
  std::chrono::milliseconds reply{10'000};
  std::size_t line_bytes_max = 16u << 20;
  std::size_t error_bytes_kept = 16u << 20;
};

class Process {
 public:
  // `command` is read by the shell, as a person would type it. A command that cannot be started
  // shows as a program that ends at once, with the shell's words on standard error.
  static Result<Process> start(const std::string& command, ProcessLimits limits = {});
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  // Errors, all Fault::peer: "closed" (it ended or closed its input), "timeout".
  Result<void> write_line(std::string_view line);
  // One line without its end. Errors, all Fault::peer: "closed", "timeout", "line_too_long".
  Result<std::string> read_line();
  // Whether something is there to read although nothing was asked. Does not wait.
  bool has_output();

  void kill();                // the whole group, at once; may be called twice
  std::string ending();       // "exit 3", "signal 9", "running"; waits a moment for an end
  std::string_view errors();  // what standard error said so far, bounded

 private:
  Process() = default;
  bool pump(std::chrono::steady_clock::time_point deadline, bool want_write);
  void drain_errors();
  void release();

  ProcessLimits limits_;
  int pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  bool out_ended_ = false;
  std::optional<int> status_;
  std::string pending_;  // read and not yet asked for
  std::size_t scanned_ = 0;
  std::string errors_;
};

}  // namespace dp::conformance
