// Runs the built program the way a person does and keeps everything it says.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dp::cli {

struct Said {
  int exit_code = -1;  // -1 if it did not exit by itself
  std::string out;
  std::string err;
};

// An empty folder that is removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path path() const { return path_; }
  std::string write(const std::string& name, const std::string& text) const;  // returns its path

 private:
  std::filesystem::path path_;
};

std::string text_of_file(const std::filesystem::path& path);

// `environment` has entries NAME=value, added to ours. `program` is the built one if empty.
struct Call {
  std::vector<std::string> arguments;
  std::vector<std::string> environment = {};
  std::string working_folder = {};
  std::string program = {};
  std::string output_file = {};             // standard output goes there instead
  std::string interrupt_after_output = {};  // SIGINT once standard output holds this
};
Said say(const Call& call);

std::string built_program();

// A scenario file that passes quickly, or, with an expectation that cannot hold, fails.
std::string passing_scenario(const std::string& name);
std::string failing_scenario(const std::string& name);

}  // namespace dp::cli
