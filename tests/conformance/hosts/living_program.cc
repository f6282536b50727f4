#include "tests/conformance/hosts/living_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace dp::hosts::testing {
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr auto kPatience = std::chrono::seconds(60);  // on a machine that is busy

void forbid_locking() {
  const ::rlimit none{0, 0};
  ::setrlimit(RLIMIT_MEMLOCK, &none);
  ::prctl(PR_CAPBSET_DROP, CAP_IPC_LOCK);  // root may otherwise lock what it likes
}

[[noreturn]] void become(const Start& start, int in, int out, int err) {
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  if (!start.may_lock_memory) forbid_locking();
  for (const std::string& entry : start.environment) ::putenv(const_cast<char*>(entry.c_str()));
  std::vector<const char*> argv{DP_PROGRAM};
  for (const std::string& argument : start.arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  ::execv(DP_PROGRAM, const_cast<char* const*>(argv.data()));
  ::_exit(127);
}

bool has_members(const Json& line, const Json& members) {
  if (!line.is_object()) return false;
  return std::ranges::all_of(members.items(), [&line](const auto& member) {
    return line.contains(member.key()) && line[member.key()] == member.value();
  });
}

}  // namespace

LivingProgram::LivingProgram(const Start& start) {
  std::signal(SIGPIPE, SIG_IGN);  // a program that ended must not end the test
  int in[2];
  int out[2];
  int err[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
    std::abort();
  }
  child_ = ::fork();
  if (child_ == 0) become(start, in[0], out[1], err[1]);
  ::close(in[0]);
  ::close(out[1]);
  ::close(err[1]);
  in_ = in[1];
  out_ = out[0];
  err_ = err[0];
}

LivingProgram::~LivingProgram() {
  if (code_ == -2) kill_9();
  for (const int end : {in_, out_, err_}) {
    if (end >= 0) ::close(end);
  }
}

void LivingProgram::tell(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(in_, text.data(), text.size()) != static_cast<::ssize_t>(text.size())) {
    ADD_FAILURE() << "it does not listen to: " << line;
  }
}

void LivingProgram::tell_end() {
  ::close(std::exchange(in_, -1));
}

bool LivingProgram::listen(int timeout_ms) {
  ::pollfd ends[2] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
  if (out_ < 0 && err_ < 0) return false;
  if (::poll(ends, 2, timeout_ms) <= 0) return false;
  int* descriptors[2] = {&out_, &err_};
  std::string* texts[2] = {&said_, &complained_};
  for (int i = 0; i < 2; ++i) {
    if (ends[i].fd < 0 || ends[i].revents == 0) continue;
    char bytes[4096];
    const ::ssize_t count = ::read(ends[i].fd, bytes, sizeof bytes);
    if (count > 0) {
      texts[i]->append(bytes, static_cast<std::size_t>(count));
    } else {
      ::close(std::exchange(*descriptors[i], -1));
    }
  }
  return true;
}

Json LivingProgram::expect(const Json& members) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  std::size_t seen = read_to_;
  for (;;) {
    for (auto end = said_.find('\n', seen); end != std::string::npos;
         end = said_.find('\n', seen)) {
      const Json line = Json::parse(said_.substr(seen, end - seen), nullptr, false);
      seen = end + 1;
      if (!has_members(line, members)) continue;
      read_to_ = seen;
      return line;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        give_up - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !listen(static_cast<int>(left.count()))) break;
  }
  ADD_FAILURE() << "no line with " << members.dump() << " after:\n"
                << said_.substr(read_to_) << "\nerrors:\n"
                << complained_;
  return Json::object();
}

void LivingProgram::signal(int number) {
  ::kill(child_, number);
}

void LivingProgram::kill_9() {
  signal(SIGKILL);
  exit_code();
}

void LivingProgram::drain() {
  while (listen(-1)) {
  }
}

int LivingProgram::exit_code() {
  if (code_ != -2) return code_;
  drain();
  int status = 0;
  ::waitpid(child_, &status, 0);
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return code_;
}

const std::string& LivingProgram::output() {
  exit_code();
  return said_;
}
const std::string& LivingProgram::errors() {
  exit_code();
  return complained_;
}

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "draftproof-hosts-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return at(name);
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string bytes_below(const fs::path& folder) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) all += bytes_of(entry.path());
  }
  return all;
}

}  // namespace dp::hosts::testing
