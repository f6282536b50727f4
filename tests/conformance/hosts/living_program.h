// A program that runs while a test talks to it: lines in, lines out, and the ends it can come to.
//
// Nothing here sleeps: a test waits for a line, which either comes or does not within a generous
// bound. Does not: use a shell.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dp::hosts::testing {

struct Start {
  std::vector<std::string> arguments;
  std::vector<std::string> environment = {};  // NAME=value, added to ours
  bool may_lock_memory = true;
};

class LivingProgram {
 public:
  explicit LivingProgram(const Start& start);
  ~LivingProgram();  // kills what still runs
  LivingProgram(const LivingProgram&) = delete;
  LivingProgram& operator=(const LivingProgram&) = delete;

  void tell(const std::string& line);
  void tell_end();  // closes its standard input
  // The next line of output that has all of these members, lines before it being passed over. An
  // empty object, and a failed test, if it does not come.
  nlohmann::json expect(const nlohmann::json& members);

  void kill_9();
  void signal(int number);
  int exit_code();              // waits for the end; -1 for a signal
  const std::string& output();  // all of it, at the end
  const std::string& errors();

 private:
  bool listen(int timeout_ms);  // false: nothing more will come, or nothing came
  void drain();

  ::pid_t child_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string said_;
  std::string complained_;
  std::size_t read_to_ = 0;  // what expect() has passed over
  int code_ = -2;            // -2: still runs
};

// A folder that is removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string at(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

std::string bytes_of(const std::filesystem::path& file);
// The bytes of every file below a folder, one after the other.
std::string bytes_below(const std::filesystem::path& folder);

}  // namespace dp::hosts::testing
