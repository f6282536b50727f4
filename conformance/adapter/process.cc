#include "conformance/adapter/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>
#include <utility>

namespace dp::conformance {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kChunkBytes = 64u << 10;
constexpr std::chrono::milliseconds kEndWait{2'000};

void close_fd(int& fd) {
  if (fd >= 0) close(fd);
  fd = -1;
}

int milliseconds_left(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

[[noreturn]] void become(const char* command, int in, int out, int err) {
  setpgid(0, 0);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  // A socket of the harness that lived on here would never look closed to its peer.
  close_range(STDERR_FILENO + 1, ~0U, 0);
  signal(SIGPIPE, SIG_DFL);
  execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
  _exit(127);
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  bool open() {
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    return true;
  }
  void close_both() {
    close_fd(read_end);
    close_fd(write_end);
  }
};

void set_nonblocking(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace

Result<Process> Process::start(const std::string& command, ProcessLimits limits) {
  signal(SIGPIPE, SIG_IGN);  // a program that closed its input is an error, not our end
  Pipe in;
  Pipe out;
  Pipe err;
  pid_t pid = -1;
  if (in.open() && out.open() && err.open()) {
    pid = fork();
    if (pid == 0) become(command.c_str(), in.read_end, out.write_end, err.write_end);
  }
  if (pid < 0) {
    in.close_both();
    out.close_both();
    err.close_both();
    return fail(Fault::storage, "cannot_start", "no pipe or process to be had");
  }
  setpgid(pid, pid);  // whichever of the two comes first
  close_fd(in.read_end);
  close_fd(out.write_end);
  close_fd(err.write_end);
  Process process;
  process.limits_ = limits;
  process.pid_ = pid;
  process.in_ = in.write_end;
  process.out_ = out.read_end;
  process.err_ = err.read_end;
  set_nonblocking(process.in_);
  set_nonblocking(process.out_);
  set_nonblocking(process.err_);
  return process;
}

Process::Process(Process&& other) noexcept {
  *this = std::move(other);
}

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  release();
  limits_ = other.limits_;
  pid_ = std::exchange(other.pid_, -1);
  in_ = std::exchange(other.in_, -1);
  out_ = std::exchange(other.out_, -1);
  err_ = std::exchange(other.err_, -1);
  out_ended_ = other.out_ended_;
  status_ = other.status_;
  pending_ = std::move(other.pending_);
  scanned_ = other.scanned_;
  errors_ = std::move(other.errors_);
  return *this;
}

Process::~Process() {
  release();
}

void Process::release() {
  if (pid_ < 0) return;
  kill();
  close_fd(in_);
  close_fd(out_);
  close_fd(err_);
  pid_ = -1;
}

void Process::kill() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);
  if (status_) return;
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = status;
}

std::string Process::ending() {
  const auto deadline = Clock::now() + kEndWait;
  while (!status_) {
    int status = 0;
    const pid_t got = waitpid(pid_, &status, WNOHANG);
    if (got == pid_) status_ = status;
    if (got != 0 || !out_ended_ || Clock::now() >= deadline) break;
    std::this_thread::yield();
  }
  if (!status_) return "running";
  if (WIFSIGNALED(*status_)) return "signal " + std::to_string(WTERMSIG(*status_));
  return "exit " + std::to_string(WEXITSTATUS(*status_));
}

void Process::drain_errors() {
  std::array<char, kChunkBytes> chunk{};
  while (err_ >= 0) {
    const ssize_t got = read(err_, chunk.data(), chunk.size());
    if (got == 0) return close_fd(err_);
    if (got < 0) return;
    const std::size_t room = limits_.error_bytes_kept - errors_.size();
    errors_.append(chunk.data(), std::min(room, static_cast<std::size_t>(got)));
  }
}

std::string_view Process::errors() {
  drain_errors();
  return errors_;
}

// Waits until something can be read (or written, if wanted) and reads it. False when the time is
// up.
bool Process::pump(Clock::time_point deadline, bool want_write) {
  std::array<pollfd, 3> ends{{{out_ended_ ? -1 : out_, POLLIN, 0},
                              {err_, POLLIN, 0},
                              {want_write ? in_ : -1, POLLOUT, 0}}};
  const int ready = poll(ends.data(), ends.size(), milliseconds_left(deadline));
  if (ready <= 0) return Clock::now() < deadline;
  if (ends[1].revents != 0) drain_errors();
  if (ends[0].revents != 0) {
    std::array<char, kChunkBytes> chunk{};
    const ssize_t got = read(out_, chunk.data(), chunk.size());
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) out_ended_ = true;
    if (got > 0) pending_.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return true;
}

Result<void> Process::write_line(std::string_view line) {
  const auto deadline = Clock::now() + limits_.reply;
  std::string text(line);
  text += '\n';
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t put = write(in_, rest.data(), rest.size());
    if (put > 0) {
      rest.remove_prefix(static_cast<std::size_t>(put));
      continue;
    }
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno != EAGAIN) return fail(Fault::peer, "closed");
    if (pending_.size() > limits_.line_bytes_max) return fail(Fault::peer, "line_too_long");
    if (!pump(deadline, true)) return fail(Fault::peer, "timeout");
  }
  return {};
}

Result<std::string> Process::read_line() {
  const auto deadline = Clock::now() + limits_.reply;
  for (;;) {
    const std::size_t end = pending_.find('\n', scanned_);
    if (end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      scanned_ = 0;
      if (line.size() > limits_.line_bytes_max) return fail(Fault::peer, "line_too_long");
      return line;
    }
    scanned_ = pending_.size();
    if (pending_.size() > limits_.line_bytes_max) return fail(Fault::peer, "line_too_long");
    if (out_ended_) return fail(Fault::peer, "closed");
    if (!pump(deadline, false)) return fail(Fault::peer, "timeout");
  }
}

bool Process::has_output() {
  pump(Clock::now(), false);
  return !pending_.empty();
}

}  // namespace dp::conformance
