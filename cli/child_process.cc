#include "cli/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace dp::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kGlance{100};
constexpr int kNotStarted = 127;

// Only what is allowed between fork and exec in a program with threads.
[[noreturn]] void become(char* const* arguments, const char* folder, const char* output,
                         std::uint64_t memory_bytes) {
  setpgid(0, 0);
  const int out = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (out < 0 || in < 0 || (*folder != '\0' && chdir(folder) != 0)) _exit(kNotStarted);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  if (memory_bytes != 0) {
    const rlimit memory{memory_bytes, memory_bytes};
    setrlimit(RLIMIT_AS, &memory);
  }
  execvp(arguments[0], arguments);
  _exit(kNotStarted);
}

// True when the child has ended; false after a glance at most.
bool ended_within(int child_fd, std::chrono::milliseconds wait) {
  pollfd one{child_fd, POLLIN, 0};
  return poll(&one, 1, static_cast<int>(std::max<std::int64_t>(wait.count(), 0))) > 0;
}

ChildEnd reap(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) return {ChildEnd::How::signalled, WTERMSIG(status)};
  const int code = WEXITSTATUS(status);
  return {code == kNotStarted ? ChildEnd::How::not_started : ChildEnd::How::exited, code};
}

}  // namespace

ChildEnd run_child(const ChildOrder& order) {
  std::vector<char*> arguments;
  for (const std::string& argument : order.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));  // execvp does not write to it
  }
  arguments.push_back(nullptr);
  const std::string folder = order.folder.string();
  const std::string output = order.output.string();
  const pid_t child = fork();
  if (child < 0) return {};
  if (child == 0) {
    become(arguments.data(), folder.c_str(), output.c_str(), order.limits.memory_bytes);
  }
  setpgid(child, child);  // whichever of the two comes first
  const int child_fd = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  const auto deadline = Clock::now() + order.limits.time;
  bool timed_out = false;
  bool stopped = false;
  while (!timed_out && !stopped) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (ended_within(child_fd, std::min(left, kGlance))) break;
    timed_out = Clock::now() >= deadline;
    stopped = order.stop && order.stop();
  }
  close(child_fd);
  if (timed_out || stopped) kill(-child, SIGKILL);
  const ChildEnd end = reap(child);
  kill(-child, SIGKILL);  // what it left behind
  if (timed_out) return {ChildEnd::How::timed_out, 0};
  if (stopped) return {ChildEnd::How::interrupted, 0};
  return end;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace dp::cli
