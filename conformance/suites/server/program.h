// A server's process: started by the shell, watched all the while, dead in the end.
//
// Guarantees: every call returns within its limit, whatever the program does: prints garbage or
// megabytes, dies, never answers, or cannot be started. Its output is read by a thread of its own,
// so the program is never blocked by it, and the first megabytes of each stream are kept. When a
// Program ends, the process and everything it started in its group are dead.
// Does not: know servers.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/vocabulary/result.h"

namespace dp::conformance {

struct ProgramStart {
  std::string command;                                  // as a person would type it
  std::map<std::string, std::string> environment = {};  // added to ours
};

class Program {
 public:
  static constexpr std::size_t kKeptBytes = 8u << 20;  // of each stream

  static Result<std::unique_ptr<Program>> start(const ProgramStart& start);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The first line of output for which `wanted` holds; lines before it are passed over. Errors, all
  // Fault::peer: "ended", "timeout", "stopped" (asked for by `stop`).
  Result<std::string> line_where(const std::function<bool(const std::string&)>& wanted,
                                 std::chrono::milliseconds at_most,
                                 const std::function<bool()>& stop = {});
  void terminate();  // SIGTERM to the group
  void kill();       // SIGKILL to the group; returns when it is dead
  // Waits for the end. nullopt: it still runs. Otherwise "exit 3" or "signal 9".
  std::optional<std::string> wait_for_end(std::chrono::milliseconds at_most);
  bool alive();
  std::size_t resident_bytes() const;  // of the whole group; 0 if that cannot be seen

  std::string output() const;
  std::string errors() const;

 private:
  Program() = default;
  void drain();
  void reap();

  int pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  int wake_read_ = -1;  // closed at the other end: the thread leaves
  int wake_write_ = -1;
  std::optional<int> status_;
  mutable std::mutex mutex_;
  std::condition_variable said_;
  std::string output_;
  std::string errors_;
  bool streams_ended_ = false;
  std::thread reader_;
};

}  // namespace dp::conformance
