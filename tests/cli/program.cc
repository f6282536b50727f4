#include "tests/cli/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace dp::cli {
namespace fs = std::filesystem;

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "draftproof-cli-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
}

Folder::~Folder() {
  std::error_code error;
  fs::remove_all(path_, error);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

std::string text_of_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string built_program() {
  return DP_PROGRAM;
}

namespace {

void become(const Call& call, int out, int err) {
  if (!call.working_folder.empty() && ::chdir(call.working_folder.c_str()) != 0) ::_exit(126);
  if (!call.output_file.empty()) out = ::open(call.output_file.c_str(), O_WRONLY | O_CREAT, 0644);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  for (const std::string& entry : call.environment) ::putenv(const_cast<char*>(entry.c_str()));
  const std::string program = call.program.empty() ? built_program() : call.program;
  std::vector<const char*> argv{program.c_str()};
  for (const std::string& argument : call.arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  ::execv(program.c_str(), const_cast<char* const*>(argv.data()));
  ::_exit(127);
}

// Reads both pipes to their ends; interrupts when asked to.
void listen(const Call& call, ::pid_t child, int out, int err, Said& said) {
  ::pollfd ends[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  std::string* texts[2] = {&said.out, &said.err};
  bool interrupted = call.interrupt_after_output.empty();
  for (int open = 2; open > 0;) {
    ::poll(ends, 2, -1);
    for (int i = 0; i < 2; ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      char bytes[4096];
      const ::ssize_t count = ::read(ends[i].fd, bytes, sizeof bytes);
      if (count <= 0) {
        ends[i].fd = -1;
        --open;
        continue;
      }
      texts[i]->append(bytes, static_cast<std::size_t>(count));
    }
    if (!interrupted && said.out.find(call.interrupt_after_output) != std::string::npos) {
      ::kill(child, SIGINT);
      interrupted = true;
    }
  }
}

}  // namespace

Said say(const Call& call) {
  int out[2];
  int err[2];
  if (::pipe(out) != 0 || ::pipe(err) != 0) std::abort();
  const ::pid_t child = ::fork();
  if (child == 0) {
    ::close(out[0]);
    ::close(err[0]);
    become(call, out[1], err[1]);
  }
  ::close(out[1]);
  ::close(err[1]);
  Said said;
  listen(call, child, out[0], err[0], said);
  ::close(out[0]);
  ::close(err[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) said.exit_code = WEXITSTATUS(status);
  return said;
}

namespace {

std::string scenario(const std::string& name, const std::string& draft) {
  return "{\"format\": \"draftproof-scenario/1\", \"name\": \"" + name +
         "\", \"story\": \"A draft is kept.\", \"covers\": [\"FLOW-sync\"], \"devices\": "
         "[\"phone\", \"laptop\"], \"chats\": [\"lunch\"],\n\"steps\": [{\"on\": \"phone\", "
         "\"do\": "
         "\"open\", \"chat\": \"lunch\"}, {\"on\": \"phone\", \"do\": \"type\", \"text\": "
         "\"noodles\"}, {\"quiet\": true},\n{\"on\": \"laptop\", \"expect\": {\"drafts\": "
         "{\"lunch\": \"" +
         draft + "\"}}}]}\n";
}

}  // namespace

std::string passing_scenario(const std::string& name) {
  return scenario(name, "noodles");
}

std::string failing_scenario(const std::string& name) {
  return scenario(name, "pizza");
}

}  // namespace dp::cli
