#include "conformance/suites/server/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace dp::conformance {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kChunkBytes = 64u << 10;
constexpr std::chrono::milliseconds kGlance{20};  // between looks at what cannot be waited for
constexpr std::chrono::milliseconds kLastWords{500};
constexpr std::size_t kKibibyte = 1024;

struct Ends {
  int read_end = -1;
  int write_end = -1;
  bool open() {
    std::array<int, 2> both{-1, -1};
    if (pipe2(both.data(), O_CLOEXEC) != 0) return false;
    read_end = both[0];
    write_end = both[1];
    return true;
  }
};

void close_end(int& fd) {
  if (fd >= 0) close(fd);
  fd = -1;
}

// Made before the fork, because nothing may be allocated after it.
std::vector<std::string> environment_of(const ProgramStart& start) {
  std::vector<std::string> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text(*entry);
    if (!start.environment.contains(text.substr(0, text.find('=')))) out.push_back(text);
  }
  for (const auto& [name, value] : start.environment) out.push_back(name + "=" + value);
  return out;
}

[[noreturn]] void become(const char* command, char* const* environment, int out, int err) {
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  signal(SIGPIPE, SIG_DFL);
  execle("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr), environment);
  _exit(127);
}

std::size_t resident_of(const std::filesystem::path& folder) {
  std::ifstream file(folder / "status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("VmRSS:")) return std::strtoull(line.c_str() + 6, nullptr, 10) * kKibibyte;
  }
  return 0;
}

int group_of(const std::filesystem::path& folder) {
  std::ifstream file(folder / "stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return -1;
  char state = 0;
  int parent = 0;
  int group = -1;
  if (std::sscanf(text.c_str() + name_end + 1, " %c %d %d", &state, &parent, &group) != 3) {
    return -1;
  }
  return group;
}

}  // namespace

Result<std::unique_ptr<Program>> Program::start(const ProgramStart& start) {
  std::unique_ptr<Program> program(new Program());
  Ends out;
  Ends err;
  Ends wake;
  const std::vector<std::string> texts = environment_of(start);
  std::vector<char*> environment;
  for (const std::string& text : texts) environment.push_back(const_cast<char*>(text.c_str()));
  environment.push_back(nullptr);
  const bool ready = out.open() && err.open() && wake.open();
  if (ready) program->pid_ = fork();
  if (program->pid_ == 0) {
    become(start.command.c_str(), environment.data(), out.write_end, err.write_end);
  }
  close_end(out.write_end);
  close_end(err.write_end);
  program->out_ = out.read_end;
  program->err_ = err.read_end;
  program->wake_read_ = wake.read_end;
  program->wake_write_ = wake.write_end;
  if (program->pid_ < 0)
    return fail(Fault::storage, "cannot_start", "no pipe or process to be had");
  setpgid(program->pid_, program->pid_);  // whichever of the two comes first
  program->reader_ = std::thread([self = program.get()] { self->drain(); });
  return program;
}

Program::~Program() {
  if (pid_ > 0) kill();
  close_end(wake_write_);
  if (reader_.joinable()) reader_.join();
  close_end(out_);
  close_end(err_);
  close_end(wake_read_);
}

void Program::drain() {
  std::array<int, 2> streams{out_, err_};
  const std::array<std::string*, 2> texts{&output_, &errors_};
  std::vector<char> chunk(kChunkBytes);
  while (streams[0] >= 0 || streams[1] >= 0) {
    std::array<pollfd, 3> ends{
        {{streams[0], POLLIN, 0}, {streams[1], POLLIN, 0}, {wake_read_, POLLIN, 0}}};
    if (poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) break;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (streams[i] < 0 || ends[i].revents == 0) continue;
      const ssize_t got = read(streams[i], chunk.data(), chunk.size());
      const std::lock_guard lock(mutex_);
      if (got <= 0) {
        streams[i] = -1;
      } else {
        const std::size_t room = kKeptBytes - texts[i]->size();
        texts[i]->append(chunk.data(), std::min(room, static_cast<std::size_t>(got)));
      }
      said_.notify_all();
    }
    // Whoever leaves has killed the group; what it said until then has been read above.
    if (ends[2].revents != 0 && ends[0].revents == 0 && ends[1].revents == 0) break;
  }
  const std::lock_guard lock(mutex_);
  streams_ended_ = true;
  said_.notify_all();
}

Result<std::string> Program::line_where(const std::function<bool(const std::string&)>& wanted,
                                        std::chrono::milliseconds at_most,
                                        const std::function<bool()>& stop) {
  const auto give_up = Clock::now() + at_most;
  std::size_t seen = 0;
  std::optional<Clock::time_point> died;
  std::unique_lock lock(mutex_);
  for (;;) {
    for (auto end = output_.find('\n', seen); end != std::string::npos;
         end = output_.find('\n', seen)) {
      const std::string line = output_.substr(seen, end - seen);
      seen = end + 1;
      if (wanted(line)) return line;
    }
    // What a program said last may come after its end, and never if a child of it holds the stream.
    const bool silent = died && Clock::now() >= *died + kLastWords;
    if (streams_ended_ || silent) return fail(Fault::peer, "ended");
    if (stop && stop()) return fail(Fault::peer, "stopped");
    if (!died && Clock::now() >= give_up) return fail(Fault::peer, "timeout");
    lock.unlock();
    if (!died && !alive()) died = Clock::now();
    lock.lock();
    if (!streams_ended_) said_.wait_for(lock, kGlance);
  }
}

void Program::reap() {
  if (status_ || pid_ < 0) return;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
}

bool Program::alive() {
  reap();
  return !status_;
}

void Program::terminate() {
  if (pid_ > 0) ::kill(-pid_, SIGTERM);
}

void Program::kill() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);
  int status = 0;
  while (!status_) {
    const pid_t got = waitpid(pid_, &status, 0);
    if (got == pid_) status_ = status;
    if (got < 0 && errno != EINTR) break;
  }
  std::unique_lock lock(mutex_);  // what it said last is still on its way
  said_.wait_for(lock, kLastWords, [this] { return streams_ended_; });
}

std::optional<std::string> Program::wait_for_end(std::chrono::milliseconds at_most) {
  const auto give_up = Clock::now() + at_most;
  while (alive()) {
    if (Clock::now() >= give_up) return std::nullopt;
    std::unique_lock lock(mutex_);
    said_.wait_for(lock, kGlance / 4);
  }
  if (WIFSIGNALED(*status_)) return "signal " + std::to_string(WTERMSIG(*status_));
  return "exit " + std::to_string(WEXITSTATUS(*status_));
}

std::size_t Program::resident_bytes() const {
  std::size_t sum = 0;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failure)) {
    const std::string name = entry.path().filename().string();
    if (name.empty() || name[0] < '0' || name[0] > '9') continue;
    if (group_of(entry.path()) == pid_) sum += resident_of(entry.path());
  }
  return sum;
}

std::string Program::output() const {
  const std::lock_guard lock(mutex_);
  return output_;
}

std::string Program::errors() const {
  const std::lock_guard lock(mutex_);
  return errors_;
}

}  // namespace dp::conformance
